"""A browser's side of the WebSocket, and waiting that ends."""

from __future__ import annotations

import io
import json
import struct
import time
from collections.abc import Callable
from typing import Any

import anyio
import numpy as np
from anyio.streams.memory import MemoryObjectReceiveStream
from PIL import Image
from starlette.testclient import WebSocketTestSession

MAGIC = 0x31504D49
DEADLINE_S = 240.0
POLL_S = 0.02


def wait_until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Ask until the answer is true, and give it; fails after the deadline."""
    until_s = time.monotonic() + deadline_s
    while not (answer := condition()):
        assert time.monotonic() < until_s, f"not within {deadline_s:.0f} s; last: {answer!r}"
        time.sleep(POLL_S)
    return answer


def receive_in_time(session: WebSocketTestSession) -> Any:
    """In the place of the test client's ``receive``, which waits for ever."""

    async def receive(stream: MemoryObjectReceiveStream[Any]) -> Any:
        with anyio.fail_after(DEADLINE_S):
            return await stream.receive()

    return session.portal.call(receive, session._send_rx)


class Page:
    """What a browser keeps: the last of each event, all answers, and a canvas."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.events: dict[str, Any] = {}
        self.answers: dict[int, dict[str, Any]] = {}
        self.patches: list[tuple[int, ...]] = []
        self.canvas = np.zeros((0, 0, 3), np.uint8)
        self._requests = 0

    @property
    def state(self) -> dict[str, Any]:
        """The last state that came; empty before the first."""
        state: dict[str, Any] = self.events.get("state", {}).get("state", {})
        return state

    def say(self, **message: Any) -> None:
        """Send a message."""
        self.socket.send_text(json.dumps(message))

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send a message and wait for its answer; what comes before that is remembered."""
        self._requests += 1
        number = self._requests
        self.say(**message, request=number)
        self.wait(lambda: number in self.answers)
        return self.answers[number]

    def wait(self, condition: Callable[[], Any]) -> None:
        """Receive until a condition holds; it may hold already by what came before."""
        until_s = time.monotonic() + DEADLINE_S
        while not condition():
            assert time.monotonic() < until_s, f"came: {[*self.events]}, {len(self.patches)} boxes"
            self._receive()

    def close_code(self) -> int:
        """Receive until the server closes the connection."""
        until_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < until_s:
            message = self.socket.receive()
            if message["type"] == "websocket.close":
                return int(message["code"])
        raise AssertionError("the connection stayed open")

    def _receive(self) -> None:
        message = self.socket.receive()
        self.socket._raise_on_close(message)
        if message.get("text") is None:
            content = message["bytes"]
            magic, *head = struct.unpack_from("<7I", content)
            assert magic == MAGIC
            self._draw(head, np.asarray(Image.open(io.BytesIO(content[28:]))))
            return
        event: dict[str, Any] = json.loads(message["text"])
        self.events[event["event"]] = event
        if event.get("request") is not None:
            self.answers[event["request"]] = event

    def _draw(self, head: list[int], pixels: np.ndarray[Any, Any]) -> None:
        _, scale, left, top, right, bottom = head
        size = (-(-(bottom - top) // scale), -(-(right - left) // scale))
        assert pixels.shape == (*size, 3)
        self.patches.append(tuple(head))
        y, x = top // scale, left // scale
        need = (max(self.canvas.shape[0], y + size[0]), max(self.canvas.shape[1], x + size[1]))
        grown = np.zeros((*need, 3), np.uint8)
        grown[: self.canvas.shape[0], : self.canvas.shape[1]] = self.canvas
        grown[y : y + size[0], x : x + size[1]] = pixels
        self.canvas = grown
