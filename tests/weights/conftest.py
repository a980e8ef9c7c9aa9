"""A private home for every test, and an HTTP server that can misbehave."""

import dataclasses
import hashlib
import http.server
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from impasto.weights.catalog import WEIGHTS, WeightSpec


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point every place weights are searched in, other than packages, into ``tmp_path``."""
    home = tmp_path / "home"
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("IMPASTO_WEIGHTS", "IMPASTO_OFFLINE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(home / "torch"))
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: home / "cache")
    return home


@pytest.fixture
def make_spec() -> Callable[..., WeightSpec]:
    """Make a specification of a file with the given content."""

    def make(content: bytes, **changes: Any) -> WeightSpec:
        return dataclasses.replace(
            WEIGHTS["vgg16"],
            name="tiny",
            filename="tiny.pth",
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            url=None,
            **changes,
        )

    return make


class Server:
    """Serves ``content`` on 127.0.0.1 in the way ``behaviour`` says; remembers what was asked.

    Behaviours: ``ranges``, ``no-ranges``, ``cut`` (closes halfway), ``reset`` (resets the
    connection halfway), ``stall`` (falls silent halfway), ``not-found``, ``refused-range``
    (416), ``shifted-range``, ``no-length``, ``redirect``, ``garbage``.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.behaviour = "ranges"
        self.asked_ranges: list[str | None] = []
        self.released = threading.Event()
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/tiny.pth"

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                asked = self.headers["Range"]
                server.asked_ranges.append(asked)
                behaviour = server.behaviour
                if behaviour == "not-found":
                    return self.send_error(404)
                if behaviour == "garbage":
                    self.wfile.write(b"this is no HTTP\r\n")
                    return None
                if behaviour == "redirect" and self.path != "/moved":
                    self.send_response(302)
                    self.send_header("Location", "/moved")
                    return self.end_headers()
                if asked and behaviour == "refused-range":
                    return self.send_error(416)
                start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
                if behaviour == "no-ranges":
                    start = 0
                return self.send_body(server.content[start:], start, behaviour)

            def send_body(self, body: bytes, start: int, behaviour: str) -> None:
                size = len(server.content)
                self.send_response(206 if start else 200)
                if start:
                    first = start + (behaviour == "shifted-range")
                    self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
                if behaviour != "no-length":
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if behaviour in ("cut", "reset", "stall"):
                    body = body[: len(body) // 2]
                self.wfile.write(body)
                if behaviour == "stall":
                    server.released.wait(10)
                if behaviour == "reset":
                    linger_not = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
                    self.connection.close()

        return Handler


@pytest.fixture
def content() -> bytes:
    """Ten thousand bytes that no part of repeats."""
    return b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(313))[:10000]


@pytest.fixture
def server(content: bytes) -> Iterator[Server]:
    server = Server(content)
    yield server
    server.close()
