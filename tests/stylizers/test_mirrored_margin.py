import numpy as np

from impasto.guidance.controls import StyleUse
from impasto.stylizers.arbitrary import ArbitraryPlan
from impasto.stylizers.mirrored_margin import MARGIN_PX, paint_with_margin

from .test_arbitrary import STYLE, left_half, plan, request


def test_a_margin_is_painted_and_cut() -> None:
    use = StyleUse.of(STYLE, mask=left_half())
    planned = plan(request(style=None, styles=(use,)))
    seen = []

    def paint(wide: ArbitraryPlan) -> np.ndarray:
        seen.append(wide)
        return 255 - wide.pixels

    painted = paint_with_margin(planned, paint)
    np.testing.assert_array_equal(painted, 255 - planned.pixels)
    height, width = planned.pixels.shape[:2]
    assert seen[0].pixels.shape == (height + 2 * MARGIN_PX, width + 2 * MARGIN_PX, 3)
    np.testing.assert_array_equal(seen[0].pixels[MARGIN_PX - 1], seen[0].pixels[MARGIN_PX])
    mask = seen[0].regions[0].mask
    assert mask is not None
    assert mask.shape == seen[0].pixels.shape[:2]
    assert paint_with_margin(planned, lambda wide: None) is None
