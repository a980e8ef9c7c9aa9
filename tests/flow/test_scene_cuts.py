from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.flow.scene_cuts import CutState, SceneCutDetector, change, scene_cuts

Maker = Callable[..., np.ndarray]


def pan(texture: Maker, seed: int, frames: int, step: int) -> list[np.ndarray]:
    large = texture(90, 160 + frames * step, seed=seed)
    return [large[:, step * i : step * i + 160].copy() for i in range(frames)]


def test_finds_cuts_and_no_motion(texture: Maker) -> None:
    scenes = [pan(texture, seed, 6, 9) for seed in range(3)]
    tints = ([1.0, 0.5, 0.2], [0.2, 0.9, 0.5], [0.4, 0.3, 1.0])
    film = [
        (frame * np.array(tint)).astype(np.uint8)
        for scene, tint in zip(scenes, tints, strict=True)
        for frame in scene
    ]
    assert list(scene_cuts(film)) == [6, 12]


def test_a_slow_change_of_light_is_no_cut(texture: Maker) -> None:
    film = [(texture(90, 160) * level).astype(np.uint8) for level in np.linspace(1, 0.2, 40)]
    assert list(scene_cuts(film)) == []


def test_restless_frames_raise_the_bar() -> None:
    def at(level: int) -> np.ndarray:
        return np.full((90, 160, 3), level, np.uint8)

    flashes = SceneCutDetector()
    found = [flashes.is_cut(at(level)) for level in (90, 93, 97, 101, 106, 111, 118)]
    assert not any(found)


def test_change_is_0_for_what_moved_within_reach() -> None:
    one = np.zeros((18, 32, 3), np.uint8)
    other = one.copy()
    one[5:8, 5:8], other[7:10, 3:6] = 100, 100
    assert change(one, other) == 0
    far = np.zeros_like(one)
    far[12:15, 20:23] = 100
    # 9 pixels of three channels are unexplained both ways
    assert change(one, far) == pytest.approx(9 * 300 / (18 * 32))


def test_state_goes_on_as_if_never_stopped(texture: Maker) -> None:
    film = pan(texture, 0, 5, 9) + pan(lambda *a, **k: 255 - texture(*a, **k) // 3, 4, 5, 9)
    whole = SceneCutDetector()
    expected = [whole.is_cut(frame) for frame in film]
    first = SceneCutDetector()
    found = [first.is_cut(frame) for frame in film[:5]]
    second = SceneCutDetector(state=first.state)
    found += [second.is_cut(frame) for frame in film[5:]]
    assert found == expected
    assert sum(expected) == 1


def test_a_first_frame_is_no_cut(texture: Maker) -> None:
    detector = SceneCutDetector(state=CutState())
    assert not detector.is_cut(texture())
    with pytest.raises(ShapeError, match="uint8"):
        detector.is_cut(texture() / 255)


@pytest.mark.slow
def test_a_real_film_has_its_one_cut(data: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    film = cv2.VideoCapture(str(data / "video" / "cut_bunny.mp4"))
    frames = takewhile(lambda each: each[0], iter(film.read, ()))
    assert list(scene_cuts(frame[..., ::-1].copy() for _, frame in frames)) == [235]
