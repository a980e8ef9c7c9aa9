import numpy as np
import pytest

from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture, PixelArray
from impasto.stylizers.arbitrary import ArbitraryPlan, plan_arbitrary
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import RenderRequest
from impasto.stylizers.shifted_passes import SHIFTS, paint_shifted

PHOTO = Picture(pixels=np.random.default_rng(0).integers(50, 200, (33, 41, 3), np.uint8))
STYLE = Picture(pixels=np.zeros((16, 16, 3), np.uint8))


def plan(mask: np.ndarray | None = None) -> ArbitraryPlan:
    request = RenderRequest(content=PHOTO, styles=(StyleUse.of(STYLE, mask=mask),), method="adain")
    return plan_arbitrary(request, AdainOptions())


def with_pattern(given: ArbitraryPlan) -> PixelArray:
    """The picture with a wave that has a crest at every position of the features."""
    wave = np.rint(40 * np.cos(np.arange(given.pixels.shape[1]) * np.pi / 4)).astype(int)
    return (given.pixels + wave[None, :, None]).astype(np.uint8)


@pytest.mark.parametrize("passes", range(1, len(SHIFTS) + 1))
def test_pictures_come_back_where_they_were(passes: int) -> None:
    found = paint_shifted(plan(), passes, lambda given: given.pixels)
    assert np.array_equal(found, PHOTO.pixels)


def test_what_is_repeated_at_every_position_cancels() -> None:
    once = paint_shifted(plan(), 1, with_pattern).astype(int) - PHOTO.pixels
    assert np.abs(once).max() == 40
    for passes in (2, 4):
        found = paint_shifted(plan(), passes, with_pattern).astype(int) - PHOTO.pixels
        assert np.abs(found).max() <= 1


def test_masks_move_along() -> None:
    mask = PHOTO.pixels[..., 0] > 128
    seen = []

    def paint(given: ArbitraryPlan) -> PixelArray:
        moved = given.regions[0].mask
        assert moved is not None
        assert np.array_equal(moved > 0, given.pixels[..., 0] > 128)
        seen.append(moved.shape)
        return given.pixels

    paint_shifted(plan(mask), 4, paint)
    assert seen == [(33, 41), (37, 45), (37, 41), (33, 45)]


def test_cancelled() -> None:
    assert paint_shifted(plan(), 4, lambda given: None) is None
