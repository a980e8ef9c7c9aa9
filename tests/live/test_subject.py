from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from impasto.errors import ImpastoError, NotReadyError
from impasto.live import subject as subject_module
from impasto.live.subject import Subject, find_by_click

LEFT, SIDE = 40, 40


def scene(left: int) -> np.ndarray:
    """A bright textured square on a ground that stays."""
    random = np.random.default_rng(3)
    ground = random.integers(60, 100, (24, 40, 3)).repeat(5, 0).repeat(5, 1)
    ground[40:80, left : left + SIDE] = (
        random.integers(150, 255, (8, 8, 3)).repeat(5, 0).repeat(5, 1)
    )
    return ground.astype(np.uint8)


def find_bright(pixels: np.ndarray, points: Sequence[Any]) -> list[np.ndarray]:
    """What is bright, if a point lies on it; else the rest."""
    bright = pixels.mean(2) > 125
    first = points[-1]
    mask = bright if bright[round(first.y), round(first.x)] else ~bright
    return [mask.astype(np.float32)]


@pytest.fixture
def pointed(stand_ins: Any) -> Any:
    """A subject that was pointed at on its first frame and found."""

    def make(find: Any = find_bright) -> Subject:
        subject = Subject(lambda: None, find)
        subject.compose(scene(LEFT), scene(LEFT), "subject")
        subject.point((LEFT + 20) / 200, 60 / 120, add=True)
        stand_ins.wait_until(lambda: subject.status != "finding")
        return subject

    return make


def painted(frame: np.ndarray) -> np.ndarray:
    return np.zeros_like(frame)


def test_the_subject_alone_is_painted_while_it_moves(pointed: Any) -> None:
    subject = pointed()
    assert subject.status == "following"
    for left in range(LEFT, LEFT + 30, 2):
        frame = scene(left)
        shown = subject.compose(frame, painted(frame), "subject")
    inside = shown[48:72, left + 8 : left + 32]
    assert inside.mean() < 12
    assert np.abs(shown[:, :30].astype(int) - frame[:, :30]).max() <= 2
    other = subject.compose(frame, painted(frame), "background")
    assert (
        np.abs(
            other[48:72, left + 8 : left + 32].astype(int) - frame[48:72, left + 8 : left + 32]
        ).mean()
        < 12
    )
    assert other[:, :30].max() <= 2
    subject.close()


def test_until_something_is_found_the_subject_is_nothing() -> None:
    subject = Subject(lambda: None, find_bright)
    with pytest.raises(NotReadyError):
        subject.point(0.5, 0.5, add=True)
    frame = scene(LEFT)
    assert subject.compose(frame, painted(frame), "subject") is frame
    assert subject.compose(frame, painted(frame), "background").max() == 0
    assert subject.compose(frame, painted(frame), "everything").max() == 0
    assert subject.status == "none"
    subject.close()


def test_what_is_found_late_has_caught_up_with_the_frames(stand_ins: Any) -> None:
    may_find = threading.Event()

    def find_late(pixels: np.ndarray, points: Sequence[Any]) -> list[np.ndarray]:
        assert may_find.wait(30)
        return find_bright(pixels, points)

    subject = Subject(lambda: None, find_late)
    subject.compose(scene(LEFT), scene(LEFT), "subject")
    subject.point((LEFT + 20) / 200, 60 / 120, add=True)
    for left in range(LEFT + 2, LEFT + 40, 2):
        frame = scene(left)
        assert subject.compose(frame, painted(frame), "subject") is frame
    assert subject.status == "finding"
    may_find.set()
    stand_ins.wait_until(lambda: subject.status == "following")
    shown = subject.compose(frame, painted(frame), "subject")
    assert shown[48:72, left + 8 : left + 32].mean() < 12
    assert np.abs(shown[:, : left - 12].astype(int) - frame[:, : left - 12]).max() <= 4
    subject.close()


def test_a_cut_loses_it_and_says_so(pointed: Any) -> None:
    subject = pointed()
    other = np.full_like(scene(0), 10)
    other[::2] = 240
    assert subject.compose(other, painted(other), "subject") is other
    assert subject.status == "lost"
    subject.forget()
    assert subject.status == "none"
    subject.close()


def test_a_second_look_is_believed_only_if_it_agrees(
    pointed: Any, stand_ins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject_module, "RENEW_S", 0.0)
    looks: list[int] = []

    def find_other(pixels: np.ndarray, points: Sequence[Any]) -> list[np.ndarray]:
        looks.append(len(points))
        found = find_bright(pixels, points)
        return found if len(looks) == 1 else [1 - found[0]]

    subject = pointed(find_other)
    frame = scene(LEFT)
    for _ in range(3):
        subject.compose(frame, painted(frame), "subject")
        stand_ins.wait_until(lambda: subject._passed is None)
    assert len(looks) >= 3
    assert subject.status == "following"
    shown = subject.compose(frame, painted(frame), "subject")
    assert shown[48:72, LEFT + 8 : LEFT + 32].mean() < 12
    subject.close()


def test_what_cannot_be_found_is_lost(pointed: Any) -> None:
    def fail(_pixels: Any, _points: Any) -> list[np.ndarray]:
        raise ImpastoError("no segmenter here")

    subject = pointed(fail)
    assert subject.status == "lost"
    subject.close()


@pytest.mark.slow
def test_the_real_network_finds_what_is_clicked() -> None:
    from skimage import data

    from impasto.segmentation.prompts import Point

    pixels = np.ascontiguousarray(data.astronaut()[:448, 64:384][::2, ::2])
    masks = find_by_click(pixels, [Point(75, 150)])
    assert masks[0].shape == pixels.shape[:2]
    assert masks[0][150, 75] == 1
    assert 0.05 < masks[0].mean() < 0.8
