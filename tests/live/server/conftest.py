"""A server of live pictures with the quick painter, and a page that looks at them."""

from __future__ import annotations

import io
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from anyio.streams.memory import MemoryObjectReceiveStream
from PIL import Image
from starlette.testclient import TestClient, WebSocketTestSession

from impasto.live.look import Look
from impasto.live.server.app import create_live_app
from impasto.live.server.house import House, LiveChoices
from impasto.live.session import LiveSettings
from impasto.live.show import Show, Source
from impasto.studio.server.access import Gatekeeper
from impasto.studio.server.settings import Settings

ADDRESS = "http://127.0.0.1:8770"
DEADLINE_S = 60.0


@pytest.fixture(autouse=True)
def sockets_that_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever receives from a WebSocket fails after a while instead of waiting for ever."""

    def receive_in_time(session: WebSocketTestSession) -> Any:
        async def receive(stream: MemoryObjectReceiveStream[Any]) -> Any:
            with anyio.fail_after(DEADLINE_S):
                return await stream.receive()

        return session.portal.call(receive, session._send_rx)

    monkeypatch.setattr(WebSocketTestSession, "receive", receive_in_time)


@dataclass
class Page:
    """What a browser keeps of a live picture."""

    socket: Any
    frames: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, Any] = field(default_factory=dict)
    closed: tuple[int, str] | None = None

    def say(self, **message: Any) -> None:
        self.socket.send_text(json.dumps(message))

    def send_frame(self, pixels: np.ndarray, stamp: float = 0.0, **changes: Any) -> None:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=95)
        height, width = pixels.shape[:2]
        given = {"magic": 0x314C4D49, "kind": 1, "number": 0, "width": width, "height": height}
        head = struct.pack("<5Id", *{**given, **changes}.values(), stamp)
        self.socket.send_bytes(head + file.getvalue())

    def until(self, condition: Callable[[], Any], *, draws: bool = True) -> Any:
        deadline = time.monotonic() + DEADLINE_S
        while not (answer := condition()):
            assert time.monotonic() < deadline, f"came: {[*self.events]}"
            self.receive(draws=draws)
        return answer

    def receive(self, *, draws: bool = True) -> None:
        message = self.socket.receive()
        if message["type"] == "websocket.close":
            self.closed = (message["code"], message.get("reason", ""))
            return
        if message.get("text") is not None:
            event = json.loads(message["text"])
            self.events[event["event"]] = event
            return
        content = message["bytes"]
        _, kind, number, width, height, stamp = struct.unpack_from("<5Id", content)
        pixels = np.asarray(Image.open(io.BytesIO(content[28:])))
        picture = {"number": number, "size": (height, width), "stamp": stamp, "pixels": pixels}
        if kind != 1:
            self.pictures.append({"kind": kind, **picture})
            return
        self.frames.append(picture)
        if draws:
            self.say(do="drawn", frame=number)


@dataclass
class Server:
    """A client of the server, its house, and its camera."""

    client: TestClient
    house: House
    camera: Callable[[int], None]

    def open(self, source: str, **headers: str) -> Any:
        return self.client.websocket_connect(
            f"ws://127.0.0.1:8770/api/live/{source}", headers=headers
        )


@pytest.fixture
def page() -> type[Page]:
    return Page


@pytest.fixture
def house(networks: Path, tmp_path: Path, stand_ins: Any) -> House:
    return House(
        LiveChoices(
            settings=LiveSettings(size=stand_ins.SIZE, fps=100.0),
            look=Look(style="stripes"),
            make_painter=stand_ins.quick_painter,
            folder=tmp_path / "recordings",
        )
    )


@pytest.fixture
def server(house: House, tmp_path: Path, stand_ins: Any) -> Iterator[Server]:
    """A server whose camera gives two hundred frames a second."""
    show = Show(
        Source(kind="camera", name="Camera 0"),
        house.choices.settings,
        house.choices.look,
        house.choices.make_painter,
        house.choices.folder,
    )
    house.camera = show
    stop = threading.Event()

    def run() -> None:
        number = 0
        while not stop.wait(0.005):
            show.session.mailbox.put(stand_ins.make_frame(number))
            number += 1

    camera = threading.Thread(target=run)
    with ExitStack() as stack:
        stack.callback(house.close)
        stack.callback(camera.join)
        stack.callback(stop.set)
        settings = Settings(folder=tmp_path, port=8770)
        app = create_live_app(house, settings, Gatekeeper(b"secret"))
        client = stack.enter_context(TestClient(app, base_url=ADDRESS))
        show.session.start()
        camera.start()
        yield Server(client, house, lambda _n: None)
