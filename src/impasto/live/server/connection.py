"""The WebSocket of a live picture: frames and news go out, looks and browsers' frames come in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from impasto.errors import ImageFormatError, ImpastoError, NotReadyError
from impasto.live.painted import Painted
from impasto.live.server import messages
from impasto.live.server.house import House
from impasto.live.server.picture_message import JpegFrame, Kind, PictureMessage, read_frame
from impasto.live.show import Show
from impasto.live.viewer import Viewer
from impasto.studio.server.encoding import encode_png
from impasto.studio.server.error_responses import describe
from impasto.video.camera_frame import CameraFrame

METERS_S = 0.5
EVENTS_KEPT = 32
MOST_PIXELS = 4096 * 2304

CLOSE_ENDED = 4410
CLOSE_MALFORMED = 1008
CLOSE_GOING_AWAY = 1001
CLOSE_FAILED = 1011
CLOSE_TOO_MANY = 1013
CLOSE_UNKNOWN = 4404
MAX_REASON_BYTES = 120


class LiveConnection:
    """One page that shows a live picture.

    Nothing queues: of frames only the newest is kept, and it is sent when the page has drawn
    those before; of the state only that it changed.

    Args:
        socket: Accepted already.
        house: Of the server.
        show: What it shows.
    """

    def __init__(self, socket: WebSocket, house: House, show: Show) -> None:
        self._socket, self._house, self._show = socket, house, show
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._lock = threading.Lock()
        self._sending = asyncio.Lock()
        self._viewer = Viewer(self._room_or_news)
        self._styles = [each["name"] for each in house.describe_styles()]
        self._thumbnails: dict[str | None, None] = dict.fromkeys(show.thumbnails)
        self._is_stale = True
        self._events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        self._frames = 0

    def changed(self) -> None:
        """The state is another; from any thread."""
        self._is_stale = True
        self._awaken()

    def thumbnail(self, style: str | None) -> None:
        """There is a new thumbnail; from any thread."""
        with self._lock:
            self._thumbnails[style] = None
        self._awaken()

    def said(self, event: dict[str, Any]) -> None:
        """Something happened; from any thread."""
        if event["event"] == "recorded" and event["name"] is not None:
            path = self._show.recordings[event["name"]]
            event = {**event, "url": f"/api/live/recordings/{self._house.keep(path)}"}
        with self._lock:
            self._events.append(event)
        self._awaken()

    async def run(self) -> None:
        """Send and receive until either side ends it."""
        self._show.listen(self)
        self._show.attach(self._viewer)
        self._awaken()
        sides = (self._send(), self._receive(), self._tick())
        tasks = {asyncio.create_task(each) for each in sides}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._show.detach(self._viewer)
            self._show.forget(self)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _room_or_news(self) -> None:
        self._show.session.has_room()
        self._awaken()

    def _awaken(self) -> None:
        # The loop may end before the last thread that paints.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _send(self) -> None:
        await self._send_json({"event": "styles", "styles": self._house.describe_styles()})
        while True:
            await self._wake.wait()
            self._wake.clear()
            while (taken := self._viewer.take()) is not None:
                await self._send_frame(*taken)
                await self._send_news()
            await self._send_news()

    async def _send_frame(self, number: int, painted: Painted) -> None:
        jpeg = await run_in_threadpool(painted.jpeg)
        await self._send_picture(
            PictureMessage(
                kind=Kind.FRAME,
                number=number,
                size=painted.source_size,
                stamp_ms=painted.stamp_ms,
                content=jpeg,
            )
        )

    async def _send_news(self) -> None:
        with self._lock:
            events, names = [*self._events], [*self._thumbnails]
            self._events.clear()
            self._thumbnails.clear()
            is_stale, self._is_stale = self._is_stale, False
        if is_stale:
            await self._send_json({"event": "state", **self._show.describe()})
        images = self._show.thumbnails if names else {}
        for name in names:
            if name in images and (name is None or name in self._styles):
                await self._send_picture(
                    PictureMessage(
                        kind=Kind.THUMBNAIL,
                        number=0 if name is None else 1 + self._styles.index(name),
                        size=(0, 0),
                        stamp_ms=0.0,
                        content=images[name],
                    )
                )
        for event in events:
            await self._send_json(event)
            if event["event"] == "ended":
                await close(self._socket, CLOSE_ENDED, event["reason"])
                raise WebSocketDisconnect(CLOSE_ENDED)

    async def _tick(self) -> None:
        """Tell what the meters show, now and then; a browser also which size to send."""
        size = None
        while True:
            await asyncio.sleep(METERS_S)
            await self._send_json({"event": "meters", **self._show.read_meters()})
            if size != self._show.session.size:
                size = self._show.session.size
                self.changed()

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                if message.get("text") is not None:
                    await self._answer(messages.read_message(message["text"]))
                else:
                    self._take_frame(message["bytes"])
            except (ValidationError, ImageFormatError) as error:
                raise MalformedMessageError(describe(error)[1]) from error
            except ImpastoError as error:
                self._refuse(error)

    def _take_frame(self, content: bytes) -> None:
        """A browser's frame: it is the newest now."""
        if self._show.source.kind != "browser":
            raise ImageFormatError("frame: expected none, since the studio has its own camera.")
        frame = read_frame(content, MOST_PIXELS)
        self._show.session.mailbox.put(
            CameraFrame(
                raw=JpegFrame(frame.content, frame.size),
                captured_s=time.perf_counter(),
                number=self._frames,
                stamp_ms=frame.stamp_ms,
            )
        )
        self._frames += 1

    async def _answer(self, message: messages.Message) -> None:
        show = self._show
        match message:
            case messages.Drawn():
                delay_s = self._viewer.drawn(message.frame, time.perf_counter())
                if message.delay_ms is not None:
                    delay_s = message.delay_ms / 1000
                if delay_s is not None:
                    show.session.meters.note_shown(delay_s)
            case messages.SetLook():
                await run_in_threadpool(show.change, message.look())
            case messages.Point():
                await run_in_threadpool(lambda: show.point(message.x, message.y, add=message.add))
            case messages.Forget():
                show.forget_subject()
            case messages.Record():
                await run_in_threadpool(show.record, message.on)
            case messages.TakeSnapshot():
                await self._send_snapshot()

    async def _send_snapshot(self) -> None:
        try:
            painted = await run_in_threadpool(self._show.snapshot)
        except ImpastoError as error:
            raise NotReadyError(str(error)) from error
        content = await run_in_threadpool(encode_png, painted.pixels)
        await self._send_picture(
            PictureMessage(
                kind=Kind.SNAPSHOT,
                number=0,
                size=painted.source_size,
                stamp_ms=0.0,
                content=content,
            )
        )

    def _refuse(self, error: ImpastoError) -> None:
        code, text = describe(error)
        self.said({"event": "error", "code": code, "message": text})

    async def _send_picture(self, picture: PictureMessage) -> None:
        async with self._sending:
            await self._socket.send_bytes(picture.pack())

    async def _send_json(self, event: dict[str, Any]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(event, ensure_ascii=False))


class MalformedMessageError(Exception):
    """A client sent what no page of ours would; its connection is closed."""


async def serve_live_picture(socket: WebSocket, house: House, source: str) -> None:
    """Serve one WebSocket from beginning to end.

    Args:
        socket: Not accepted yet.
        house: Of the server.
        source: ``camera`` for the server's camera, ``browser`` for the browser's.
    """
    await socket.accept()
    show = house.camera
    if source == "browser":
        try:
            show = await run_in_threadpool(house.open_browser_show)
        except ImpastoError as error:
            await close(socket, CLOSE_TOO_MANY, describe(error)[1])
            return
    elif show is None or show.session.is_over:
        await close(socket, CLOSE_UNKNOWN, "This studio has no camera of its own.")
        return
    try:
        await _serve(socket, house, show)
    finally:
        if source == "browser":
            await asyncio.shield(asyncio.create_task(run_in_threadpool(house.close_show, show)))


async def _serve(socket: WebSocket, house: House, show: Show) -> None:
    try:
        await LiveConnection(socket, house, show).run()
    except MalformedMessageError as error:
        await close(socket, CLOSE_MALFORMED, f"malformed message: {error}")
    except (WebSocketDisconnect, RuntimeError, OSError):
        # Starlette raises these when the other side is gone already.
        pass
    except asyncio.CancelledError:
        await close(socket, CLOSE_GOING_AWAY, "the studio ends")
        raise
    except Exception as error:
        _, text = describe(error)
        await close(socket, CLOSE_FAILED, text)


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close a WebSocket, if it is open still."""
    short = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError):
        await socket.close(code, short)
