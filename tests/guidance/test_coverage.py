import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import StyleUse
from impasto.guidance.coverage import covered, regions
from impasto.guidance.mask_levels import FULL
from impasto.image.picture import Picture

SIZE = (300, 40)


def use(mask: np.ndarray | None = None, weight: float = 1.0, **others: float) -> StyleUse:
    style = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    return StyleUse.of(style, mask=mask, weight=weight, **others)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(SIZE)


def test_styles_without_masks_are_one_region_with_shares() -> None:
    (region,) = regions([use(weight=3), use(weight=1), use(weight=0)], SIZE)
    assert region.mask is None
    assert [part.share for part in region.parts] == [0.75, 0.25]
    assert covered([region]) is None


def test_one_mask_stays_bit_for_bit() -> None:
    only = use(noise(0))
    (region,) = regions([only], SIZE)
    assert region.mask is only.mask


def test_equal_masks_are_one_region() -> None:
    found = regions([use(noise(0)), use(noise(1)), use(noise(0), weight=3)], SIZE)
    assert [len(region.parts) for region in found] == [2, 1]
    assert [part.share for part in found[0].parts] == [0.25, 0.75]


def test_regions_share_pixels_by_mask_times_weight() -> None:
    """Against the formula in float64."""
    masks, weights = [noise(1), noise(2), noise(3) * 0.1], [1.0, 2.0, 5.0]
    found = regions([use(m, w) for m, w in zip(masks, weights, strict=True)], SIZE)
    total = sum(w * m for w, m in zip(weights, masks, strict=True))
    reach = np.minimum(sum(masks), 1)
    for region, mask, weight in zip(found, masks, weights, strict=True):
        np.testing.assert_allclose(region.mask / FULL, weight * mask / total * reach, atol=6e-5)


def test_masks_sum_to_what_is_covered_exactly() -> None:
    left = np.zeros(SIZE, bool)
    left[:, :20] = True
    found = regions([use(left), use(noise(5)), use(None)], SIZE)
    total = np.sum([region.mask.astype(np.int64) for region in found], axis=0)
    assert (total == FULL).all()
    pair = regions([use(left), use(noise(5) * left)], SIZE)
    coverage = covered(pair)
    assert coverage is not None
    assert (coverage[:, :20] == FULL).all()
    assert not coverage[:, 20:].any()


def test_complements_keep_their_bits() -> None:
    mask = np.round(noise(7) * FULL).astype(np.uint16)
    first, second = regions([use(mask), use(FULL - mask)], SIZE)
    np.testing.assert_array_equal(first.mask, mask)
    np.testing.assert_array_equal(second.mask, FULL - mask)


def test_what_is_not_painted_covers_nothing() -> None:
    empty, faint = regions([use(np.zeros(SIZE)), use(noise(3), strength=0)], SIZE)
    assert not empty.is_painted
    assert not faint.is_painted
    assert covered([empty, faint]) is None


def test_masks_follow_the_size_and_must_fit() -> None:
    (region,) = regions([use(noise(0))], (150, 20))
    assert region.mask is not None
    assert region.mask.shape == (150, 20)
    with pytest.raises(ShapeError, match="shape of the photograph"):
        regions([use(noise(0))], (40, 300))


def test_no_weight_is_refused() -> None:
    with pytest.raises(OptionError, match="weight above 0"):
        regions([use(weight=0)], SIZE)
