"""The WebSocket of a document: edits come in, patches and news go out, the newest first."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from impasto.errors import CapacityError, ImpastoError, UnknownNameError
from impasto.studio.box import Box
from impasto.studio.server import schemas
from impasto.studio.server.descriptions import describe_candidate, describe_topic
from impasto.studio.server.encoding import encode_patch
from impasto.studio.server.error_responses import describe
from impasto.studio.server.library import Library
from impasto.studio.server.live_view import Batch, LiveView
from impasto.studio.server.open_document import OpenDocument
from impasto.studio.server.workspace import Topic

CLOSE_MALFORMED = 1008
CLOSE_GOING_AWAY = 1001
CLOSE_TOO_MANY = 1013
CLOSE_UNKNOWN = 4404
CLOSE_FAILED = 1011

MAX_REASON_BYTES = 120

PATCHES_AT_ONCE = 2
"""Encoded side by side: more would take the cores from a page on the same machine."""

News = list[dict[str, Any]]


class LiveConnection:
    """One browser window that shows a document.

    What is to be sent is never queued: the topics that are news and the boxes that are stale
    are remembered, and looked up when there is room to send them.

    Args:
        socket: Accepted already.
        document: What it shows.
    """

    def __init__(self, socket: WebSocket, document: OpenDocument) -> None:
        self._socket = socket
        self._document = document
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._lock = threading.Lock()
        self._news: dict[Topic, None] = {Topic.DOCUMENT: None}
        self._sending = asyncio.Lock()
        self._view = LiveView(document.workspace.size, self._awaken)

    def painted(self, boxes: Iterable[Box]) -> None:
        """These pixels are others now; from any thread."""
        self._view.mark(boxes)

    def changed(self, topic: Topic) -> None:
        """Something about this is different now; from any thread."""
        with self._lock:
            self._news[topic] = None
        self._awaken()

    async def run(self) -> None:
        """Send and receive until either side ends it."""
        self._awaken()
        tasks = {asyncio.create_task(self._send()), asyncio.create_task(self._receive())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _awaken(self) -> None:
        # The loop may end before the last thread that paints.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            # What was painted is on its way before anybody writes about it.
            while (batch := self._view.take()) is not None:
                await self._send_patches(batch)
                await self._send_news()
            await self._send_news()

    async def _send_patches(self, batch: Batch) -> None:
        """Encode one patch while another is on its way; they arrive in order."""
        boxes = iter(batch.boxes)
        under_way: deque[asyncio.Task[bytes]] = deque()
        try:
            while True:
                for box in islice(boxes, PATCHES_AT_ONCE - len(under_way)):
                    encode = run_in_threadpool(self._encode, batch, box)
                    under_way.append(asyncio.create_task(encode))
                if not under_way:
                    return
                patch = await under_way.popleft()
                async with self._sending:
                    await self._socket.send_bytes(patch)
        finally:
            for task in under_way:
                task.cancel()

    async def _send_news(self) -> None:
        with self._lock:
            topics, self._news = [*self._news], {}
        for topic in topics:
            event = await run_in_threadpool(describe_topic, self._document, topic)
            await self._send_json(event)

    def _encode(self, batch: Batch, box: Box) -> bytes:
        pixels, revision = self._document.workspace.picture(box, batch.scale)
        return encode_patch(pixels, box, scale=batch.scale, revision=revision)

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                raise MalformedMessageError("expected text, got bytes")
            try:
                parsed = schemas.read_message(text)
            except (ValidationError, ValueError, RecursionError) as error:
                raise MalformedMessageError(_first_line(error)) from error
            await self._answer(parsed)

    async def _answer(self, message: Any) -> None:
        try:
            answer = await self._do(message)
        except ImpastoError as error:
            code, text = describe(error)
            answer = {"event": "error", "code": code, "message": text}
        if message.request is not None or answer["event"] == "error":
            await self._send_json({**answer, "request": message.request})

    async def _do(self, message: Any) -> dict[str, Any]:
        workspace = self._document.workspace
        revision = None
        match message:
            case schemas.View():
                left, top, right, bottom = message.box
                self._view.show(message.scale, Box(top=top, left=left, bottom=bottom, right=right))
            case schemas.Segment():
                found = await run_in_threadpool(workspace.propose, message)
                return {
                    "event": "candidates",
                    "candidates": [describe_candidate(each) for each in found],
                }
            case schemas.Pick():
                region = await run_in_threadpool(workspace.pick, message.x, message.y)
                return {"event": "picked", "region": region}
            case schemas.RequestStyle():
                await run_in_threadpool(self._document.palette.ask, message.style)
            case schemas.CancelJob():
                self._document.jobs.cancel(message.job)
            case schemas.Ping():
                pass
            case _:
                outcome = await run_in_threadpool(self._document.edit, message, id(self))
                return {"event": "done", "revision": outcome.revision, "region": outcome.region}
        return {"event": "done", "revision": revision, "region": None}

    async def _send_json(self, event: dict[str, Any]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(event, ensure_ascii=False))


class MalformedMessageError(Exception):
    """A client sent what no page of ours would; its connection is closed."""


async def serve_live(socket: WebSocket, library: Library, document_id: str) -> None:
    """Serve one WebSocket from beginning to end."""
    visitor = socket.scope["state"]["visitor"]
    try:
        document = await run_in_threadpool(library.open, visitor, document_id)
    except ImpastoError as error:
        await socket.accept()
        await _close(socket, _close_code(error), str(error))
        return
    await socket.accept()
    connection = LiveConnection(socket, document)
    try:
        document.workspace.subscribe(connection)
    except CapacityError as error:
        await _close(socket, CLOSE_TOO_MANY, str(error))
        return
    try:
        await connection.run()
    except MalformedMessageError as error:
        await _close(socket, CLOSE_MALFORMED, f"malformed message: {error}")
    except (WebSocketDisconnect, RuntimeError, OSError):
        # Starlette raises these when the other side is gone already.
        pass
    except asyncio.CancelledError:
        await _close(socket, CLOSE_GOING_AWAY, "the studio ends")
        raise
    except Exception as error:
        _, text = describe(error)
        await _close(socket, CLOSE_FAILED, text)
    finally:
        document.workspace.unsubscribe(connection)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    short = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError):
        await socket.close(code, short)


def _close_code(error: ImpastoError) -> int:
    return CLOSE_UNKNOWN if isinstance(error, UnknownNameError) else CLOSE_TOO_MANY


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return describe(error)[1]
    return type(error).__name__
