"""A real studio with quick styles, and a headless Chromium in front of it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from impasto.studio.server.access import Gatekeeper, read_secret
from impasto.studio.server.app import create_app
from impasto.studio.server.library import Library
from impasto.studio.server.serving import open_port
from impasto.studio.server.settings import Settings
from impasto.studio.server.tools import StudioTools, StyleEntry, default_tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from impasto.progress import Cancellation
    from impasto.studio.box import Pixels

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 120_000


def _swap(pixels: Pixels) -> Pixels:
    return pixels[..., ::-1]


def _invert(pixels: Pixels) -> Pixels:
    return np.asarray(255 - pixels, np.uint8)


def _posterise(pixels: Pixels) -> Pixels:
    return np.asarray(pixels // 64 * 85, np.uint8)


def _warm(pixels: Pixels) -> Pixels:
    return np.asarray(pixels // 2 + np.array([120, 60, 0], np.uint8), np.uint8)


STYLES: dict[str, Callable[[Pixels], Pixels]] = {
    "swapped": _swap,
    "inverted": _invert,
    "posterised": _posterise,
    "warm": _warm,
}


def paint(pixels: Pixels, style: str, _cancellation: Cancellation) -> Pixels:
    return np.ascontiguousarray(STYLES[style](pixels))


@dataclass(kw_only=True)
class RunningStudio:
    """A studio that can be stopped and started again on its folder and port."""

    folder: Path
    port: int = 0
    key: str = ""
    _stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        import uvicorn

        listener = open_port("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        settings = Settings(folder=self.folder, port=self.port, segmenter="region-tree")
        gatekeeper = Gatekeeper(read_secret(self.folder))
        self.key = gatekeeper.owner_key
        app = create_app(Library(settings, make_tools()), gatekeeper)
        config = uvicorn.Config(
            app, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)

        def end() -> None:
            server.should_exit = True
            thread.join(30)
            listener.close()

        self._stack.callback(end)

    def stop(self) -> None:
        self._stack.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/?key={self.key}"


def make_tools() -> StudioTools:
    """Real regions, styles in no time."""
    real = default_tools()
    return StudioTools(
        segmenters=("region-tree",),
        open_segmenter=real.open_segmenter,
        styles=lambda: {name: StyleEntry(title=name.title()) for name in STYLES},
        paint=paint,
        optimize=real.optimize,
    )


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStudio]:
    running = RunningStudio(folder=tmp_path_factory.mktemp("studio"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"needs one of {', '.join(CHROMIUMS)} on the path")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of 1280 × 800; whatever goes wrong in its scripts fails the test."""
    errors: list[Any] = []
    context = browser.new_context(**getattr(request, "param", {"viewport": WINDOW}))
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("pageerror", lambda error: errors.append(error))
    yield opened
    with suppress(Exception):
        context.close()
    assert not errors


WINDOW = {"width": 1280, "height": 800}
