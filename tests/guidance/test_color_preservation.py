import numpy as np
import pytest
from skimage.color import rgb2yiq
from skimage.exposure import match_histograms

from impasto.errors import OptionError, ShapeError
from impasto.guidance.color_preservation import (
    grey,
    keep_luminance,
    match_colors,
    match_luminance,
)


def picture(seed: int, size: tuple[int, int] = (40, 60), dtype: type = np.uint8) -> np.ndarray:
    generator = np.random.default_rng(seed)
    base = generator.random(3) * 0.5 + 0.25
    spread = generator.normal(0, 0.08, (*size, 3)) @ generator.normal(0, 1, (3, 3))
    return np.rint((base + spread).clip(0, 1) * np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_chroma_is_the_photographs_in_yiq(dtype: type) -> None:
    """Against scikit-image's YIQ; even noise, where much lies outside the gamut."""
    generator = np.random.default_rng(3)
    top = np.iinfo(dtype).max
    painted, photo = (generator.integers(0, top, (50, 40, 3), dtype=dtype) for _ in range(2))
    kept = keep_luminance(painted, photo)
    ours, theirs = rgb2yiq(kept / top), rgb2yiq(photo / top)
    assert np.abs(ours - theirs)[..., 1:].max() < 0.61 / top
    wanted = rgb2yiq(painted / top)[..., 0]
    inside = (kept > 0).all(axis=-1) & (kept < top).all(axis=-1)
    assert np.abs(ours[..., 0] - wanted)[inside].max() < 0.51 / top


def test_the_photograph_with_its_own_luminance_is_itself() -> None:
    photo = picture(1)
    np.testing.assert_array_equal(keep_luminance(photo, photo), photo)
    np.testing.assert_array_equal(
        keep_luminance(photo, np.repeat(photo[..., :1], 3, -1))[..., 0], grey(photo)[..., 0]
    )


def test_bit_depths_may_differ() -> None:
    painted, photo = picture(1), picture(2, dtype=np.uint16)
    assert keep_luminance(painted, photo).dtype == np.uint8
    with pytest.raises(ShapeError, match="photo: expected"):
        keep_luminance(painted, photo[1:])


def test_statistics_gives_mean_and_covariance() -> None:
    source, target = picture(1) // 2 + 60, picture(2) // 2 + 60
    matched = match_colors(source, target, "statistics").reshape(-1, 3).astype(float)
    wanted = target.reshape(-1, 3).astype(float)
    np.testing.assert_allclose(matched.mean(axis=0), wanted.mean(axis=0), atol=0.6)
    scale = np.cov(wanted.T).max()
    np.testing.assert_allclose(np.cov(matched.T) / scale, np.cov(wanted.T) / scale, atol=0.03)


def test_histogram_agrees_with_scikit_image() -> None:
    source, target = picture(1, (200, 200)), picture(2, (200, 200))
    theirs = match_histograms(source, target, channel_axis=-1)
    ours = match_colors(source, target, "histogram")
    assert np.abs(ours - np.asarray(theirs, float)).mean() < 1


@pytest.mark.parametrize("how", ["histogram", "statistics"])
def test_a_single_colour_stays_one(how: str) -> None:
    flat, target = np.full((20, 20, 3), (10, 200, 60), np.uint8), picture(2)
    matched = match_colors(flat, target, how)
    assert len(np.unique(matched.reshape(-1, 3), axis=0)) == 1
    middle = np.median(target, axis=(0, 1)) if how == "histogram" else target.mean(axis=(0, 1))
    assert np.abs(matched[0, 0] - middle).max() <= 1
    back = match_colors(target, flat, how)
    assert np.abs(back.astype(int) - (10, 200, 60)).max() <= 1


@pytest.mark.parametrize("how", ["histogram", "statistics"])
def test_only_what_is_chosen_is_measured(how: str) -> None:
    source, target = picture(1), picture(2)
    choice = np.zeros(target.shape[:2], bool)
    choice[:, :30] = True
    changed = target.copy()
    changed[:, 30:] = 255
    for argument in ("target_choice", "source_choice"):
        if argument == "target_choice":
            pair = [match_colors(source, t, how, target_choice=choice) for t in (target, changed)]
        else:
            pair = [
                match_colors(s, source, how, source_choice=choice)[:, :30]
                for s in (target, changed)
            ]
        np.testing.assert_array_equal(*pair)
    nothing = match_colors(source, target, how, target_choice=np.zeros_like(choice))
    np.testing.assert_array_equal(nothing, match_colors(source, target, how))


def test_unknown_way_is_refused() -> None:
    with pytest.raises(OptionError, match="histogram or statistics"):
        match_colors(picture(1), picture(2), "magic")


def test_luminance_gets_the_targets_mean_and_spread() -> None:
    source, target = picture(1) // 2 + 60, picture(2) // 2 + 60
    matched = match_luminance(source, target)
    assert (matched[..., 0] == matched[..., 2]).all()
    wanted = rgb2yiq(target / 255)[..., 0] * 255
    assert matched[..., 0].mean() == pytest.approx(wanted.mean(), abs=0.6)
    assert matched[..., 0].std() == pytest.approx(wanted.std(), abs=0.6)
    flat = np.full((20, 20, 3), 77, np.uint8)
    assert match_luminance(flat, target).std() == 0
