import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import Controls, StyleUse
from impasto.guidance.mask_levels import FULL
from impasto.image.picture import Picture
from impasto.stylizers.arbitrary import (
    LOOKS_KEPT,
    ArbitraryPlan,
    arbitrary_painting,
    finish_arbitrary,
    plan_arbitrary,
    style_size,
)
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import RenderRequest


def picture(height: int, width: int, seed: int = 0, dtype: type = np.uint8) -> Picture:
    highest = np.iinfo(dtype).max
    random = np.random.default_rng(seed)
    return Picture(pixels=random.integers(0, highest, (height, width, 3), dtype, endpoint=True))


PHOTO, STYLE = picture(40, 56), picture(30, 30, 1)


def request(**others: object) -> RenderRequest:
    return RenderRequest(**{"content": PHOTO, "style": STYLE, "method": "adain", **others})  # type: ignore[arg-type]


def plan(request: RenderRequest, detail: float = 0.0) -> ArbitraryPlan:
    return plan_arbitrary(request, AdainOptions(detail=detail))


def left_half(size: tuple[int, int] = (40, 56)) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[:, : size[1] // 2] = True
    return mask


def test_one_style_everywhere() -> None:
    planned = plan(request())
    assert planned.pixels is PHOTO.pixels
    [region] = planned.regions
    [style] = region.styles
    assert region.mask is None
    assert (style.share, style.strength) == (1, 1)
    assert style.pixels.shape == (96, 96, 3)
    assert style.mask is None


def test_equal_styles_have_equal_keys() -> None:
    first, second = (plan(request()).regions[0].styles[0].key for _ in range(2))
    other = plan(request(style=picture(30, 30, 2))).regions[0].styles[0].key
    assert first == second != other


def test_a_style_is_made_ready_once_for_many_photographs() -> None:
    first, second = (
        plan(request(content=picture(40, 56, seed))).regions[0].styles[0] for seed in (3, 4)
    )
    assert first.pixels is second.pixels
    for side in range(60, 60 + 8 * LOOKS_KEPT, 8):
        larger = plan(request(content=picture(side, 2 * side, side)))
        assert larger.regions[0].styles[0].pixels.shape[0] == 2 * side


def test_transparent_parts_of_a_style_do_not_count() -> None:
    alpha = np.zeros((30, 30), np.uint8)
    alpha[:, :15] = 255
    style = Picture(pixels=STYLE.pixels, alpha=alpha)
    found = plan(request(style=style)).regions[0].styles[0]
    assert found.mask is not None
    assert found.mask[:, 10].min() == FULL
    assert found.mask[:, 90].max() == 0


def test_strength_zero_paints_nothing() -> None:
    planned = plan(request(controls=Controls(strength=0)))
    assert planned.regions == ()
    assert arbitrary_painting(planned, None, {}).picture is PHOTO
    assert arbitrary_painting(planned, None, {}).reason == "finished"


def test_cancelled_gives_the_photograph() -> None:
    painting = arbitrary_painting(plan(request()), None, {})
    assert painting.picture is PHOTO
    assert painting.reason == "cancelled"


def test_full_strength_is_the_painting() -> None:
    painted = picture(40, 56, 5).pixels
    assert np.array_equal(finish_arbitrary(plan(request()), painted).pixels, painted)


def test_low_strength_fades_the_photograph_in() -> None:
    planned = plan(request(controls=Controls(strength=0.25)))
    found = finish_arbitrary(planned, np.zeros_like(PHOTO.pixels)).pixels
    assert np.abs(found.astype(float) - PHOTO.pixels / 2).max() <= 0.51


def test_with_its_detail_put_back_nothing_is_faded() -> None:
    planned = plan(request(controls=Controls(strength=0.25)), detail=1.0)
    found = finish_arbitrary(planned, np.zeros_like(PHOTO.pixels)).pixels
    assert not found.any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_outside_masks_every_bit_stays(dtype: type) -> None:
    content = picture(40, 56, dtype=dtype)
    use = StyleUse.of(STYLE, mask=left_half())
    planned = plan(request(content=content, style=None, styles=(use,)))
    found = finish_arbitrary(planned, np.zeros((40, 56, 3), np.uint8)).pixels
    assert found.dtype == dtype
    assert np.array_equal(found[:, 28:], content.pixels[:, 28:])
    assert not found[:, :28].any()


def test_several_styles_share_by_weight() -> None:
    uses = tuple(
        StyleUse(style=picture(30, 30, seed), weight=weight, strength=strength)
        for seed, weight, strength in ((1, 3.0, 1.0), (2, 1.0, 0.5))
    )
    [region] = plan(request(style=None, styles=uses)).regions
    assert [style.share for style in region.styles] == [0.75, 0.25]
    assert region.strength == pytest.approx(0.875)


def test_luminance_is_painted_and_chroma_is_the_photographs() -> None:
    planned = plan(request(controls=Controls(keep_color="luminance")))
    grey = np.full_like(PHOTO.pixels, 128)
    found = finish_arbitrary(planned, grey).pixels.astype(float)
    to_i, to_q = (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112)
    for axis in (to_i, to_q):
        np.testing.assert_allclose(found @ axis, PHOTO.pixels @ np.array(axis), atol=1.2)


@pytest.mark.parametrize("how", ["histogram", "statistics"])
def test_colours_of_the_style_become_the_photographs(how: str) -> None:
    dark = Picture(pixels=(PHOTO.pixels // 4))
    planned = plan(request(content=dark, controls=Controls(keep_color=how)))
    style = planned.regions[0].styles[0].pixels
    assert abs(style.mean() - dark.pixels.mean()) < 3


@pytest.mark.parametrize(
    ("style", "photo", "scale", "expected"),
    [
        ((500, 400), (300, 400), 1, (400, 320)),
        ((500, 400), (300, 400), 2, (800, 640)),
        ((500, 400), (3000, 4000), 1, (1024, 819)),
        ((500, 400), (3000, 4000), 4, (1536, 1229)),
        ((16, 16), (20, 20), 0.25, (96, 96)),
    ],
)
def test_style_sizes(
    style: tuple[int, int], photo: tuple[int, int], scale: float, expected: tuple[int, int]
) -> None:
    assert style_size(style, photo, scale) == expected


def test_wrong_requests() -> None:
    with pytest.raises(OptionError, match="initial_image"):
        plan(request(initial_image=PHOTO))
    with pytest.raises(OptionError, match="takes a style image"):
        plan(request(style=None, styles=(StyleUse(style="candy"),)))
    with pytest.raises(OptionError, match="strength"):
        plan(request(controls=Controls(strength=1.2)))
    use = StyleUse.of(STYLE, mask=left_half((40, 40)))
    with pytest.raises(ShapeError, match="mask"):
        plan(request(style=None, styles=(use,)))
