from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.options import GatysOptions
from impasto.video.optimized_films import FilmOptions, OptimizedFilmPainter
from impasto.video.painters import FrameStyle

GATYS = GatysOptions(
    iterations=8,
    levels=2,
    tolerance=0,
    style_layers=("relu1_1", "relu2_1"),
    content_layer="relu2_1",
)


def noise(seed: int, size: tuple[int, int]) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (size[0] // 4, size[1] // 4, 3))
    return np.asarray(np.kron(coarse, np.ones((4, 4, 1))), np.uint8)


def pan(frames: int = 3) -> list[np.ndarray]:
    large = noise(0, (48, 96))
    return [large[:, 2 * i : 2 * i + 64].copy() for i in range(frames)]


def painter(**options: Any) -> OptimizedFilmPainter:
    use = StyleUse(style=Picture(pixels=noise(1, (48, 48))), name="blocks")
    style = FrameStyle(uses=(use,), method="gatys", options=GATYS)
    return OptimizedFilmPainter(style, FilmOptions(**options))


def paint(by: OptimizedFilmPainter, frames: list[np.ndarray], start: int = 0) -> list[np.ndarray]:
    return [
        by.paint(frame, index=index, time=Fraction(index, 25))
        for index, frame in enumerate(frames, start)
    ]


def unrest(frames: list[np.ndarray]) -> float:
    """How far the last frame is from the one before, moved by the true two pixels."""
    before, now = frames[-2].astype(float), frames[-1].astype(float)
    return float(np.abs(now[4:-4, 4:-8] - before[4:-4, 6:-6]).mean())


@pytest.mark.slow
def test_the_temporal_loss_holds_the_film_together() -> None:
    rng = np.random.default_rng(3)
    frames = [
        np.clip(frame + rng.normal(0, 8, frame.shape), 0, 255).astype(np.uint8) for frame in pan(2)
    ]
    steady, free = (
        paint(painter(temporal_weight=weight, later_iterations=8), frames)
        for weight in (2000.0, 0.0)
    )
    np.testing.assert_array_equal(steady[0], free[0])
    assert unrest(steady) < 0.7 * unrest(free)
    assert np.abs(steady[-1].astype(float) - frames[-1]).mean() > 3, "it is still painted"


@pytest.mark.slow
@pytest.mark.parametrize("long_term", [False, True])
def test_goes_on_as_if_never_stopped(long_term: bool) -> None:
    frames = pan(3)
    whole = painter(long_term=long_term, later_iterations=2)
    expected = paint(whole, frames)
    first = painter(long_term=long_term, later_iterations=2)
    paint(first, frames[:2])
    second = painter(long_term=long_term, later_iterations=2)
    second.restore(dict(first.state()))
    np.testing.assert_array_equal(paint(second, frames[2:], 2)[0], expected[2])


def test_forgets_at_a_reset() -> None:
    frames = pan(2)
    by = painter(later_iterations=1)
    first = paint(by, frames[:1])[0]
    by.reset()
    np.testing.assert_array_equal(paint(by, frames[:1])[0], first)
    assert by.state()["film.frame.0"].dtype == np.uint8


def test_bad_input() -> None:
    use = StyleUse(style=Picture(pixels=noise(1, (48, 48))))
    with pytest.raises(OptionError, match="one that optimises, got 'fast'"):
        OptimizedFilmPainter(FrameStyle(uses=(use,), method="fast"))
    with pytest.raises(OptionError, match="temporal_weight"):
        FilmOptions(temporal_weight=-1)
    with pytest.raises(OptionError, match="later_iterations"):
        FilmOptions(later_iterations=0)
