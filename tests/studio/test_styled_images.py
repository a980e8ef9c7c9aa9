import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ShapeError, UnknownNameError
from impasto.progress import Cancellation, ProgressEvent
from impasto.studio.box import Pixels
from impasto.studio.style_queue import StyleEvent, StyleStatus
from impasto.studio.styled_images import StyledImages

VALUES = {"a": 10, "b": 20, "c": 30, "d": 40}


class Painter:
    """Paints one value all over; waits, fails or blunders when told to."""

    def __init__(self) -> None:
        self.painted: list[tuple[str, int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fail_on: set[str] = set()

    def __call__(self, pixels: Pixels, style: str) -> Pixels:
        assert self.gate.wait(20)
        self.painted.append((style, pixels.shape[0]))
        if style in self.fail_on:
            raise RuntimeError(f"{style} is out of paint")
        if style == "wrong":
            return np.zeros((3, 3, 3), np.uint8)
        return np.full_like(pixels, VALUES[style])


@pytest.fixture
def photo() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)


@pytest.fixture
def painter() -> Painter:
    return Painter()


Make = Callable[..., StyledImages]


@pytest.fixture
def make(photo: Pixels, painter: Painter, tmp_path: Path) -> Iterator[Make]:
    made: list[StyledImages] = []

    def make_images(styles: str = "abcd", **options: object) -> StyledImages:
        made.append(StyledImages(photo, styles, painter, folder=tmp_path, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make_images
    painter.gate.set()
    for images in made:
        images.close()
    assert not list(tmp_path.iterdir())


def test_all_styles_get_ready_small_pictures_first(make: Make, painter: Painter) -> None:
    images = make()
    for style, value in VALUES.items():
        assert (images.wait(style, timeout_s=20) == value).all()
        thumbnail = images.thumbnail(style)
        assert thumbnail is not None
        assert thumbnail.shape == (192, 256, 3)
        assert images.status(style) is StyleStatus.READY
    assert painter.painted[0] == ("a", 192)
    assert images.styles == tuple("abcd")


def test_what_is_asked_for_is_painted_next(make: Make, painter: Painter) -> None:
    painter.gate.clear()
    images = make()
    images.request("c")
    images.request("d")
    painter.gate.set()
    images.wait("d", timeout_s=20)
    images.wait("c", timeout_s=20)
    asked = {("c", 300), ("d", 300)}
    assert asked <= set(painter.painted[:3]), "at most one small picture was under way"


def test_what_is_asked_for_at_once_has_a_small_picture_too(make: Make, painter: Painter) -> None:
    painter.gate.clear()
    images = make()
    for style in VALUES:
        images.request(style)
    painter.gate.set()
    for style, value in VALUES.items():
        images.wait(style, timeout_s=20)
        thumbnail = images.thumbnail(style)
        assert thumbnail is not None
        assert (thumbnail == value).all()


def test_memory_stays_within_its_budget(make: Make, photo: Pixels) -> None:
    images = make(memory_bytes=photo.nbytes + 1)
    for style, value in VALUES.items():
        images.wait(style, timeout_s=20)
        assert images.held_bytes <= photo.nbytes + 1
        assert (images.get(style) == value).all()


def test_one_error_stops_no_other_style(make: Make, painter: Painter) -> None:
    failures: queue.Queue[StyleEvent] = queue.Queue()

    def hear(event: StyleEvent) -> None:
        if event.error is not None:
            failures.put(event)

    painter.fail_on = {"b"}
    images = make(on_event=hear)
    images.wait("d", timeout_s=20)
    with pytest.raises(RuntimeError, match="b is out of paint"):
        images.wait("b", timeout_s=20)
    assert images.status("b") is StyleStatus.FAILED
    assert str(images.error("b")) == "b is out of paint"
    failed = failures.get(timeout=20)
    assert (failed.style, failed.status) == ("b", StyleStatus.FAILED)
    painter.fail_on = set()
    images.request("b")
    assert (images.wait("b", timeout_s=20) == VALUES["b"]).all()


def test_results_of_another_size_are_errors(make: Make) -> None:
    images = make(["wrong", "a"])
    assert (images.wait("a", timeout_s=20) == VALUES["a"]).all()
    with pytest.raises(ShapeError, match="like the photograph"):
        images.wait("wrong", timeout_s=20)


def test_listeners_hear_of_everything_and_may_fail(make: Make) -> None:
    events: list[StyleEvent] = []
    progress: list[ProgressEvent] = []
    finished = threading.Event()

    def hear(event: StyleEvent) -> None:
        events.append(event)
        raise ValueError("a listener that fails")

    def note(event: ProgressEvent) -> None:
        progress.append(event)
        if event.step == event.total:
            finished.set()

    make("ab", on_event=hear, on_progress=note)
    assert finished.wait(20)
    assert [event.step for event in progress] == [1, 2, 3, 4]
    assert progress[-1].remaining_s == 0
    seen = [(event.style, event.thumbnail, event.status.value) for event in events]
    assert seen == [
        ("a", True, "ready"),
        ("b", True, "ready"),
        ("a", False, "painting"),
        ("a", False, "ready"),
        ("b", False, "painting"),
        ("b", False, "ready"),
    ]


def test_a_picture_painted_elsewhere(make: Make, photo: Pixels) -> None:
    images = make("a")
    images.put("mine", photo)
    assert np.array_equal(images.wait("mine", timeout_s=1), photo)
    assert images.status("mine") is StyleStatus.READY
    assert images.thumbnail("mine") is not None
    with pytest.raises(ShapeError):
        images.put("mine", photo[1:])


def test_a_picture_is_removed(make: Make, photo: Pixels) -> None:
    images = make("a")
    images.put("mine", photo)
    images.remove("mine")
    images.remove("mine")
    assert images.get("mine") is None
    assert images.thumbnail("mine") is None
    assert images.styles == ("a",)
    with pytest.raises(UnknownNameError):
        images.status("mine")


def test_styles_can_be_added(make: Make) -> None:
    images = make("a")
    images.wait("a", timeout_s=20)
    images.add("b")
    assert (images.wait("b", timeout_s=20) == VALUES["b"]).all()
    assert images.get("c") is None
    for call in (images.request, images.status, images.wait):
        with pytest.raises(UnknownNameError):
            call("c")


def test_closing_while_painting(make: Make, painter: Painter) -> None:
    painter.gate.clear()
    cancellation = Cancellation()
    images = make(cancellation=cancellation)
    images.request("a")
    with pytest.raises(TimeoutError, match="not ready in time"):
        images.wait("a", timeout_s=0.05)
    images.close(timeout_s=0.05)
    assert cancellation.is_cancelled
    with pytest.raises(TimeoutError):
        images.wait("a")
    painter.gate.set()


def test_as_a_context_manager(photo: Pixels, painter: Painter) -> None:
    with StyledImages(photo, "a", painter) as images:
        images.wait("a", timeout_s=20)
    assert images.get("a") is None


def test_a_wrong_photograph_is_refused(painter: Painter) -> None:
    with pytest.raises(ShapeError):
        StyledImages(np.zeros((20, 20), np.uint8), "a", painter)


def test_long_thin_photographs_have_thumbnails_that_can_be_painted(painter: Painter) -> None:
    with StyledImages(np.zeros((20, 2000, 3), np.uint8), "a", painter) as images:
        deadline = time.monotonic() + 20
        while (thumbnail := images.thumbnail("a")) is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert thumbnail.shape == (16, 256, 3)
