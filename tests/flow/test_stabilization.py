from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.flow.stabilization import (
    FlowStabilizer,
    Prediction,
    StabilityOptions,
    held_share,
)

Maker = Callable[..., np.ndarray]
STEP = 3


def film(texture: Maker, frames: int = 6) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A pan over a texture, and a painting of it that flickers."""
    large = texture(96, 160)
    photos = [large[:, STEP * i : STEP * i + 128].copy() for i in range(frames)]
    rng = np.random.default_rng(5)
    painted = [
        np.clip(255 - photo.astype(int) + rng.normal(0, 12, photo.shape), 0, 255).astype(np.uint8)
        for photo in photos
    ]
    return photos, painted


def unrest(result: list[np.ndarray]) -> float:
    """Difference of frames along the true motion, without what the pan brings in."""
    pairs = pairwise(result)
    return float(
        np.mean([np.abs(b[8:-8, 8:-16].astype(float) - a[8:-8, 11:-13]).mean() for a, b in pairs])
    )


def test_halves_the_unrest_along_the_motion(texture: Maker) -> None:
    photos, painted = film(texture)
    stabilizer = FlowStabilizer()
    result = [stabilizer.stabilize(*pair) for pair in zip(photos, painted, strict=True)]
    np.testing.assert_array_equal(result[0], painted[0])
    assert unrest(result) < 0.5 * unrest(painted)
    error = np.abs(result[-1].astype(float) - (255 - photos[-1].astype(float)))[8:-8, 8:-16]
    assert error.mean() < 9, "no worse than the noise of the painting itself: 9.6"


def test_still_frames_follow_the_recursion() -> None:
    photo = np.random.default_rng(0).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    stabilizer = FlowStabilizer(StabilityOptions(hold=0.75))
    levels, expected = [40, 200, 200, 200, 200], 40.0
    for level in levels:
        result = stabilizer.stabilize(photo, np.full_like(photo, level))
        expected = 0.75 * expected + 0.25 * level
        np.testing.assert_allclose(result[8:-8, 8:-8], expected, atol=2)


def test_what_changed_is_painted_anew(texture: Maker) -> None:
    before, after = texture(), texture()
    after[30:60, 40:90] = 255 - after[30:60, 40:90]
    stabilizer = FlowStabilizer()
    stabilizer.stabilize(before, np.full_like(before, 20))
    result = stabilizer.stabilize(after, np.full_like(before, 220))
    assert (result[36:54, 46:84] > 200).mean() > 0.9
    assert result[:16].mean() < 80


def test_a_cut_forgets_what_was(texture: Maker) -> None:
    photo, other = texture(), 255 - texture(seed=9) // 4
    stabilizer = FlowStabilizer()
    stabilizer.stabilize(photo, np.full_like(photo, 20))
    painted = np.full_like(photo, 220)
    np.testing.assert_array_equal(stabilizer.stabilize(other, painted), painted)


def test_state_goes_on_as_if_never_stopped(texture: Maker) -> None:
    photos, painted = film(texture)
    pairs = list(zip(photos, painted, strict=True))
    whole = FlowStabilizer()
    expected = [whole.stabilize(*pair) for pair in pairs]
    first, second = FlowStabilizer(), FlowStabilizer()
    found = [first.stabilize(*pair) for pair in pairs[:3]]
    second.state = first.state
    found += [second.stabilize(*pair) for pair in pairs[3:]]
    np.testing.assert_array_equal(found, expected)
    second.reset()
    np.testing.assert_array_equal(second.stabilize(*pairs[3]), pairs[3][1])


def test_painting_may_have_another_size_than_the_photograph(texture: Maker) -> None:
    photos, painted = film(texture, 3)
    large = [np.repeat(np.repeat(each, 2, 0), 2, 1) for each in painted]
    stabilizer = FlowStabilizer(StabilityOptions(flow_side_px=64))
    results = [stabilizer.stabilize(*pair) for pair in zip(photos, large, strict=True)]
    assert results[-1].shape == (192, 256, 3)
    assert unrest([each[::2, ::2] for each in results]) < 0.7 * unrest(painted)


def test_share_by_the_formula(texture: Maker) -> None:
    before = texture()
    now = np.clip(before.astype(int) + 7, 0, 255).astype(np.uint8)
    now[before > 240] = before[before > 240]
    still = np.zeros((96, 128, 2), np.float32)
    options = StabilityOptions(hold=0.8, tolerance=10)
    found = held_share(before, now, still, still, options)
    flat = (before.max(-1) < 230)[20:23, 20:23].all()
    assert flat
    assert found[21, 21] == pytest.approx(0.8 * np.exp(-0.49), abs=1e-5)


def test_feed_mixes_the_prediction_in() -> None:
    frame, moved = (np.full((20, 20, 3), level, np.uint8) for level in (100, 200))
    share = np.full((20, 20), 0.5, np.float32)
    fed = Prediction(result=moved, share=share).feed(frame, 0.4)
    np.testing.assert_array_equal(fed, np.full_like(frame, 120))


def test_bad_input(texture: Maker) -> None:
    with pytest.raises(OptionError, match=r"hold: expected a number from 0 to 0.99, got 1"):
        StabilityOptions(hold=1)
    with pytest.raises(OptionError, match="tolerance"):
        StabilityOptions(tolerance=0)
    with pytest.raises(ShapeError, match="uint8"):
        FlowStabilizer().stabilize(texture(), texture() / 255)
    still = np.zeros((95, 128, 2), np.float32)
    with pytest.raises(ShapeError, match="one size"):
        held_share(texture(), texture(), still, still, StabilityOptions())
