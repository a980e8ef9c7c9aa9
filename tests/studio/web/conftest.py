"""A real studio with quick styles, and a headless Chromium in front of it."""

from __future__ import annotations

import base64
import io
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from skimage import data as photographs

from impasto.studio.server.access import Gatekeeper, read_secret
from impasto.studio.server.app import create_app
from impasto.studio.server.library import Library
from impasto.studio.server.serving import open_port
from impasto.studio.server.settings import Settings
from impasto.studio.server.tools import StudioTools, StyleEntry, default_tools
from impasto.studio.style_mix import read_mix
from impasto.styles.catalog import get_style, style_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from impasto.image.picture import Picture
    from impasto.progress import Cancellation
    from impasto.studio.box import Pixels

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 300.0
Spot = tuple[float, float]

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A camera that shows a moving picture, and a person who lets every page see it."""

WINDOW = {"width": 1280, "height": 800}

TINTS = {"Red": (170, 0, 0), "Green": (0, 170, 0), "Blue": (0, 0, 170), "Gold": (150, 150, 0)}
"""Styles that differ from each other, and from every photograph, by far more than JPEG does."""


JPEG_NOISE = 8
"""Between two JPEGs of one picture, in the means of 8 × 8 pixels."""

EYES = Path(__file__).with_name("eyes.js").read_text(encoding="utf-8")


STYLE_IMAGE = style_path(get_style("candy"))


def paint(pixels: Pixels, style: str, _cancellation: Cancellation) -> Pixels:
    tint = sum(share * np.array(TINTS[name]) for name, share in read_mix(style).parts)
    return np.asarray(pixels // 3 + np.rint(tint).astype(np.uint8), np.uint8)


def mix(pixels: Pixels, parts: Any, matched: bool, _cancellation: Cancellation) -> Pixels:
    """The photograph darker, in violet; where regions are matched, in yellow."""
    tint = (120, 120, 0) if matched else (120, 0, 120)
    return np.asarray(pixels // 3 + np.array(tint, np.uint8), np.uint8)


def optimize(
    photo: Picture, _style: Picture, _side_px: int, _report: Any, _cancellation: Cancellation
) -> Pixels:
    return np.ascontiguousarray(255 - photo.pixels[::2, ::2])


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
        settings = Settings(folder=self.folder, port=self.port)
        gatekeeper = Gatekeeper(read_secret(self.folder))
        self.key = gatekeeper.owner_key
        app = create_app(Library(settings, make_tools()), gatekeeper)
        config = uvicorn.Config(
            app, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not server.started:
            assert time.monotonic() < deadline, "the studio did not start"
            time.sleep(0.02)

        def end() -> None:
            server.should_exit = True
            thread.join(PATIENCE_S)
            listener.close()
            assert not thread.is_alive(), "the studio did not end"

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
        segmenters=real.segmenters,
        open_segmenter=real.open_segmenter,
        styles=lambda: {name: StyleEntry(title=name, image=STYLE_IMAGE) for name in TINTS},
        paint=paint,
        optimize=optimize,
        mix=mix,
    )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a mouse, a keyboard and eyes, who waits for what must come."""

    page: Page
    folder: Path

    def see(self, what: str, given: Any = None) -> Any:
        """Ask one of the functions of ``eyes.js``."""
        return self.page.evaluate(f"(given) => ({EYES.rstrip()}).{what}(given)", given)

    def wait_for(self, selector: str) -> None:
        self.page.wait_for_selector(selector)

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Look again and again until something is seen."""
        deadline = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            self.page.wait_for_timeout(50)

    def open(self, address: str, photo: Path | None = None) -> None:
        """Open a photograph, or the one that comes with the studio, and wait for all of it."""
        self.page.goto(address)
        if photo is None:
            self.page.get_by_role("button", name="try it").click()
        else:
            with self.page.expect_file_chooser() as chooser:
                self.page.get_by_role("button", name="Choose a photograph").click()
            chooser.value.set_files(photo)
        self.wait_for(".options:not([hidden])")
        self.until(lambda: not self.see("stylesToCome"), "all styles")
        self.see("watch")

    def place(self, spot: Spot) -> Spot:
        """Where a spot of the picture, in parts of its sides, is on the screen."""
        frame = self.page.locator(".picture").first.bounding_box()
        assert frame is not None
        return frame["x"] + spot[0] * frame["width"], frame["y"] + spot[1] * frame["height"]

    def point(self, spot: Spot) -> None:
        x, y = self.place(spot)
        self.page.mouse.move(x - 3, y)
        self.page.mouse.move(x, y)

    def click(self, spot: Spot) -> None:
        self.point(spot)
        self.page.mouse.click(*self.place(spot))

    def drag(self, spot: Spot, to: Spot) -> None:
        self.page.mouse.move(*self.place(spot))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(to), steps=8)
        self.page.mouse.up()

    def select(self, spot: Spot, least: float = 0.7, most: float = 15) -> None:
        """Click, then walk to a region of at least and at most so many percent of the picture."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")
        self.click(spot)
        chosen = self.page.locator(".object[data-chosen=true]:not([data-id=background])")
        self.until(lambda: chosen.count() == 1, "something chosen")
        if not self.selection().count():
            # An object lies there: a region in it instead.
            self.page.keyboard.press("[")
            self.page.mouse.click(*self.place(spot))
            self.until(lambda: self.selection().count() == 1, "a selection")
        self._walk("]", lambda share: share < least)
        self._walk("[", lambda share: share > most)

    def _walk(self, key: str, goes_on: Callable[[float], bool]) -> None:
        before = -1.0
        while goes_on(self.share()) and self.share() != before:
            before = self.share()
            self.page.keyboard.press(key)

    def selection(self) -> Locator:
        return self.page.locator(".object.is-pending")

    def share(self) -> float:
        """Percent of the picture that is selected, as the page says."""
        return float(self.selection().locator(".object-style").inner_text().split()[0])

    def light(self) -> float:
        """Percent of the viewport that is lit up or outlined."""
        return float(self.see("lit"))

    def style(self, title: str) -> None:
        self.page.get_by_role("radio", name=title, exact=True).click()

    def objects(self) -> Locator:
        return self.page.locator(".object[data-id]:not([data-id=background])")

    def paint(self, spot: Spot, title: str) -> None:
        """Make an object and paint it."""
        count = self.objects().count()
        self.select(spot)
        self.style(title)
        self.until(lambda: self.objects().count() == count + 1, "an object more")
        self.until(lambda: title in self.objects().first.inner_text(), "its style")

    def painting(self) -> tuple[Pixels, list[list[int]]]:
        """What the page shows once it is what the studio has painted, and the boxes since then."""
        self.until(lambda: self.see("differs") <= JPEG_NOISE, "the painting")
        shown = self.see("shown")
        picture = Image.open(io.BytesIO(base64.b64decode(shown["url"].split(",")[1])))
        return np.asarray(picture.convert("RGB")), shown["patches"]

    def mask(self, at: int = 0) -> npt.NDArray[np.bool_]:
        """Where an object of the list is, as the studio says."""
        identity = self.objects().nth(at).get_attribute("data-id")
        answer = self.see("mask", identity)
        alpha = np.asarray(Image.open(io.BytesIO(bytes(answer["bytes"]))))[..., 3]
        left, top, right, bottom = answer["box"]
        mask = np.zeros((answer["height"], answer["width"]), bool)
        mask[top:bottom, left:right] = alpha > 127
        return mask

    def look(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{name}.png")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStudio]:
    running = RunningStudio(folder=tmp_path_factory.mktemp("studio"))
    running.start()
    yield running
    running.stop()


def find_chromium(own: str) -> str | None:
    """The path of a Chromium: as named in the environment, the system's, or Playwright's own."""
    named = os.environ.get("IMPASTO_CHROMIUM")
    found = (named, *map(shutil.which, CHROMIUMS), own)
    return next((path for path in found if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(
                f"needs one of {', '.join(CHROMIUMS)} on the path, or its path in "
                "IMPASTO_CHROMIUM; on Debian: apt-get install chromium"
            )
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", *FAKE_CAMERA], timeout=1000 * PATIENCE_S
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of 1280 × 800; whatever goes wrong in its scripts fails the test."""
    errors: list[Any] = []
    context = browser.new_context(**getattr(request, "param", {"viewport": WINDOW}))
    opened = context.new_page()
    opened.set_default_timeout(1000 * PATIENCE_S)
    opened.on("pageerror", lambda error: errors.append(error))
    yield opened
    with suppress(Exception):
        context.close()
    assert not errors


@pytest.fixture
def somebody(page: Page, tmp_path: Path) -> Iterator[Person]:
    """Before the studio's start page; looks at the page once more at the end."""
    person = Person(page=page, folder=tmp_path)
    yield person
    person.look("at-the-end")


@pytest.fixture
def person(somebody: Person, studio: RunningStudio, photo: Path) -> Person:
    """Before a photograph that is ready to be painted."""
    somebody.open(studio.address, photo)
    return somebody


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut of scikit-image, small: regions of it are found in a moment."""
    path = tmp_path_factory.mktemp("photo") / "astronaut.png"
    Image.fromarray(photographs.astronaut()[::2, ::2]).save(path)
    return path
