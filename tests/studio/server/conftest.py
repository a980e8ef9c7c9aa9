"""Servers with quick stand-ins for what paints and segments, and pages that look at them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession

from impasto.studio.server.access import Gatekeeper, read_secret
from impasto.studio.server.app import create_app
from impasto.studio.server.library import Library


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"studio_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_STAND_INS = _load("stand_ins")
_PAGES = _load("pages")
StartStudio = Callable[..., TestClient]
OpenPage = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="session")
def stand_ins() -> ModuleType:
    """The module beside this one."""
    return _STAND_INS


@pytest.fixture(autouse=True)
def sockets_that_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever receives from a WebSocket fails after a while instead of waiting for ever."""
    monkeypatch.setattr(WebSocketTestSession, "receive", _PAGES.receive_in_time)


@pytest.fixture
def wait_until() -> Callable[..., Any]:
    """Asks until the answer is true, and gives it; fails after a minute."""
    wait: Callable[..., Any] = _PAGES.wait_until
    return wait


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a document in a stand-in for a browser."""

    @contextmanager
    def begin(client: TestClient, document: str, **headers: str) -> Iterator[Any]:
        address = f"ws://127.0.0.1:8765/api/documents/{document}/live"
        with client.websocket_connect(address, headers=headers) as socket:
            yield _PAGES.Page(socket)

    return begin


@pytest.fixture
def until_painted(wait_until: Callable[..., Any]) -> Callable[..., Any]:
    """Waits until a style of a document is ready, or as it is named; gives what is told of it."""

    def wait(client: TestClient, document: str, style: str, status: str = "ready") -> Any:
        def told() -> Any:
            styles = client.get(f"/api/documents/{document}/styles").json()["styles"]
            found = {each["name"]: each for each in styles}[style]
            return found if found["status"] == status else None

        return wait_until(told)

    return wait


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartStudio]:
    """Starts a studio in this process and gives a client of it; keywords are settings'."""
    with ExitStack() as stack:

        def begin(tools: Any = None, **changes: Any) -> TestClient:
            settings = _STAND_INS.make_settings(changes.pop("folder", tmp_path / "data"), **changes)
            gatekeeper = Gatekeeper(read_secret(settings.folder), settings.token)
            library = Library(settings, tools or _STAND_INS.make_tools())
            app = create_app(library, gatekeeper)
            app.state.gatekeeper = gatekeeper
            client = TestClient(app, base_url="http://127.0.0.1:8765")
            return stack.enter_context(client)

        yield begin


@pytest.fixture
def client(start: StartStudio) -> TestClient:
    """A client of a studio with everything as it is by default."""
    return start()


@pytest.fixture
def create(stand_ins: ModuleType) -> Callable[..., str]:
    """Uploads a photograph, waits for its regions and gives the document's id."""

    def upload(client: TestClient, **photo: Any) -> str:
        content = stand_ins.make_photo(**photo)
        reply = client.post("/api/documents?name=photo.png", content=content)
        assert reply.status_code == 201, reply.text
        document_id: str = reply.json()["id"]
        loaded = client.get(f"/api/documents/{document_id}?wait_s=30").json()
        assert loaded["loading"]["regions"], loaded["loading"]
        return document_id

    return upload
