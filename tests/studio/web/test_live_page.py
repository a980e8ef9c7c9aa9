"""The live page in Chromium: a file as the studio's camera, and the browser's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from impasto.live.look import Look
from impasto.live.painter import LivePainter
from impasto.live.server.app import create_live_app
from impasto.live.server.house import House, LiveChoices
from impasto.live.session import LiveSettings
from impasto.live.show import Show, Source
from impasto.studio.server.access import Gatekeeper
from impasto.studio.server.serving import open_port
from impasto.studio.server.settings import Settings
from impasto.video.camera import Capture, FileCamera
from impasto.video.writer import VideoWriter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest.importorskip("av", reason="needs PyAV")

SIZE = (90, 160)
LEVELS = {"stripes": 210, "dots": 30, "lone": 120}
PATIENCE_S = 120.0

MIDDLE = """() => {
  const screen = document.querySelector("#screen");
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(screen, screen.width / 2, screen.height / 2, 1, 1, 0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data[0];
}"""


class FlatBrush:
    """Paints in one grey level for each style."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.names = ("identity", *network.style_names)

    def mixture(self, style: Any, strength: float) -> np.ndarray:
        shares = [strength * style.weights.get(name, 0) for name in self.names[1:]]
        return np.array([1 - strength, *shares], np.float32)

    def only(self, name: str) -> np.ndarray:
        return np.array([float(each == name) for each in self.names], np.float32)

    def paint(self, pixels: np.ndarray, mixture: np.ndarray) -> np.ndarray:
        level = sum(
            LEVELS[name] * share for name, share in zip(self.names[1:], mixture[1:], strict=True)
        )
        return (pixels * mixture[0] + level).clip(0, 255).astype(np.uint8)

    def warm_up(self, _sizes: Any) -> None:
        """Nothing to be done."""


def make_painter(look: Look, on_change: Any) -> LivePainter:
    return LivePainter(look, FlatBrush, on_change=on_change)  # type: ignore[arg-type]


@dataclass
class Running:
    address: str
    house: House


@pytest.fixture
def live(networks: Path, tmp_path: Path) -> Iterator[Running]:
    """A server whose camera is a grey film."""
    import uvicorn

    clip = tmp_path / "clip.mp4"
    with VideoWriter(clip, SIZE, frame_rate=Fraction(24), time_base=Fraction(1, 24)) as writer:
        for number in range(24):
            writer.write(np.full((*SIZE, 3), 100, np.uint8), number)
    with ExitStack() as stack:
        listener = stack.enter_context(open_port("127.0.0.1", 0))
        settings = Settings(folder=tmp_path, port=listener.getsockname()[1])
        choices = LiveChoices(
            settings=LiveSettings(size=SIZE, fps=24.0),
            look=Look(style="stripes"),
            make_painter=make_painter,
            folder=tmp_path / "recordings",
        )
        house = House(choices)
        stack.callback(house.close)
        show = Show(
            Source(kind="file", name=clip.name),
            choices.settings,
            choices.look,
            make_painter,
            choices.folder,
        )
        house.camera = show
        capture = Capture(
            FileCamera(clip, SIZE, loop=True), show.session.mailbox, show.source_ended
        )
        stack.callback(capture.close)
        gatekeeper = Gatekeeper(b"secret")
        config = uvicorn.Config(
            create_live_app(house, settings, gatekeeper),
            log_level="error",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        stack.callback(thread.join, PATIENCE_S)
        stack.callback(setattr, server, "should_exit", True)
        show.session.start()
        capture.start()
        yield Running(f"{settings.address}live/?key={gatekeeper.owner_key}", house)


def until_level(page: Page, level: float) -> None:
    """Wait until the middle of the picture has a grey level, but for JPEG."""
    deadline = time.monotonic() + PATIENCE_S
    while abs((seen := page.evaluate(MIDDLE)) - level) > 4:
        assert time.monotonic() < deadline, f"expected {level}, saw {seen}"
        page.wait_for_timeout(30)


def meter(page: Page, name: str) -> str:
    return str(page.locator(f"[data-meter={name}]").text_content())


def test_a_film_is_shown_restyled_and_recorded(page: Page, live: Running, tmp_path: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(live.address)
    page.wait_for_selector("#screen:not([hidden])")
    until_level(page, LEVELS["stripes"])
    page.get_by_role("radio", name="Dots").click()
    until_level(page, LEVELS["dots"])
    page.get_by_label("Strength").fill("50")
    until_level(page, (LEVELS["dots"] + 100) / 2)
    page.get_by_label("Second style").select_option("stripes")
    until_level(page, (LEVELS["dots"] + LEVELS["stripes"]) / 4 + 50)
    page.get_by_role("radio", name="Camera", exact=True).click()
    until_level(page, 100)
    page.wait_for_function(
        "() => document.querySelectorAll('.style-face img:not([hidden])').length >= 3"
    )
    page.wait_for_function(
        "() => parseInt(document.querySelector('[data-meter=delay]').textContent) >= 0"
    )
    assert meter(page, "size") == "160 × 88"
    page.keyboard.press("r")
    page.get_by_role("button", name="Stop").wait_for()
    page.wait_for_timeout(400)
    page.keyboard.press("r")
    with page.expect_download() as film:
        page.get_by_role("button", name="Download").click()
    assert Path(film.value.path()).stat().st_size > 500
    with page.expect_download() as picture:
        page.get_by_role("button", name="Snapshot").click()
    assert Path(picture.value.path()).read_bytes()[1:4] == b"PNG"
    page.screenshot(path=tmp_path / "live.png")
    assert not [text for text in said if "Content Security Policy" in text]


def test_the_browsers_own_camera_is_painted_and_let_go(page: Page, live: Running) -> None:
    page.set_default_timeout(15000)
    page.goto(live.address)
    page.get_by_role("radio", name="This browser's").click()
    page.get_by_role("button", name="Start the camera").click()
    page.wait_for_selector("#screen:not([hidden])")
    until_level(page, LEVELS["stripes"])
    page.get_by_role("radio", name="Dots").click()
    until_level(page, LEVELS["dots"])
    page.wait_for_function(
        "() => parseInt(document.querySelector('[data-meter=delay]').textContent) > 0"
    )
    assert page.get_by_label("As in a mirror").is_checked()
    assert len(live.house._browsers) == 1
    page.goto("about:blank")
    deadline = time.monotonic() + PATIENCE_S
    while live.house._browsers:
        assert time.monotonic() < deadline, "its frames are still painted"
        time.sleep(0.02)


def test_a_camera_that_ends_is_told(page: Page, live: Running) -> None:
    page.goto(live.address)
    page.wait_for_selector("#screen:not([hidden])")
    assert live.house.camera is not None
    live.house.camera.session.mailbox.close()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "come to its end" in alert.inner_text()
    assert page.get_by_role("button", name="Try again").is_visible()


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_nothing_is_wider_than_a_phone(page: Page, live: Running, tmp_path: Path) -> None:
    page.goto(live.address)
    page.wait_for_selector("#screen:not([hidden])")
    page.screenshot(path=tmp_path / "phone.png")
    wide = """() => [...document.querySelectorAll("#bar *, #side *, .float *")]
      .filter((each) => each.checkVisibility())
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => each.className)"""
    assert page.evaluate(wide) == []
