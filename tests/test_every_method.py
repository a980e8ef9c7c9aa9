"""Every method with every control, and with whatever a person may throw at it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import CONTROLS, Controls, StyleUse
from impasto.image.picture import Picture
from impasto.render import RenderResult, stylize
from impasto.sources import find_fast
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import MethodOptions, OptimizationOptions, WctOptions

ANY_STYLE = [name for name, spec in METHODS.items() if spec.takes == "picture"]


def picture(height: int, width: int, seed: int) -> Picture:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), np.uint8)
    return Picture(pixels=coarse.repeat(8, 0).repeat(8, 1)[:height, :width])


def flat(value: int, side: int = 48) -> Picture:
    return Picture(pixels=np.full((side, side, 3), value, np.uint8))


PHOTO, STYLE, OTHER = picture(40, 56, 0), picture(48, 48, 1), picture(32, 64, 2)
LEFT = np.zeros((40, 56), bool)
LEFT[:, :28] = True


@pytest.fixture(autouse=True)
def _networks(networks: Path, any_style: Path) -> None:
    """Networks that nobody trained paint; the tests are about what is asked of them."""


def options(method: str) -> MethodOptions:
    kind = METHODS[method].options
    if kind is WctOptions:
        return WctOptions(precision="float32", level_strengths=(0, 0, 1, 1))
    if not issubclass(kind, OptimizationOptions):
        return kind(precision="float32")  # type: ignore[call-arg]
    shallow: dict[str, Any] = {"style_layers": ("relu1_1",), "iterations": 4, "levels": 1}
    shallow["optimizer"] = "adam"
    if hasattr(kind, "content_layer"):
        shallow["content_layer"] = "relu1_2"
    return kind(**shallow)


def paint(
    method: str, *uses: StyleUse, content: Picture = PHOTO, **controls: object
) -> RenderResult:
    return stylize(
        content,
        styles=uses,
        method=method,
        options=options(method),
        controls=Controls(**controls),  # type: ignore[arg-type]
        device="cpu",
        precision="float32",
    )


def use(method: str, other: bool = False, **others: Any) -> StyleUse:
    if METHODS[method].takes == "network":
        return StyleUse.of(find_fast("dots" if other else "stripes"), **others)
    return StyleUse.of(OTHER if other else STYLE, **others)


ASKED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "layers": ({"layers": ("relu2_1",)}, {}),
    "masks": ({"mask": LEFT}, {}),
    "keep_color": ({}, {"keep_color": "luminance"}),
    "strength": ({}, {"strength": 0.5}),
    "style_scale": ({}, {"style_scale": 2.0}),
    "texture": ({}, {"texture": True}),
    "silhouette": ({"mask": LEFT}, {"silhouette": True}),
}
"""What one style and the controls are given, so that the picture must change."""


@pytest.mark.parametrize("method", METHODS)
def test_a_control_changes_the_picture_or_is_refused(method: str) -> None:
    plain = paint(method, use(method)).picture.pixels
    spec = METHODS[method]
    for name, (of_style, controls) in ASKED.items():
        uses = (use(method, **of_style),)
        if name not in spec.controls:
            with pytest.raises(OptionError, match="cannot honour it"):
                paint(method, *uses, **controls)
        elif spec.controls[name] != "always":
            changed = paint(method, *uses, **controls).picture.pixels
            assert not np.array_equal(changed, plain), name
    two = paint(method, use(method), use(method, other=True)).picture.pixels
    assert not np.array_equal(two, plain)
    assert {*ASKED, "styles", "semantic", "exact_outside"} == CONTROLS.keys()


@pytest.mark.parametrize("method", METHODS)
def test_outside_every_mask_the_photograph_stays_bit_for_bit(method: str) -> None:
    pixels = paint(method, use(method, mask=LEFT), exact_outside=True).picture.pixels
    assert np.array_equal(pixels[:, 28:], PHOTO.pixels[:, 28:])
    assert not np.array_equal(pixels[:, :28], PHOTO.pixels[:, :28])


@pytest.mark.parametrize("method", [name for name in ANY_STYLE if name != "texture"])
def test_regions_are_matched_by_meaning(method: str) -> None:
    result = paint(method, use(method), use(method, other=True), semantic=True)
    assert result.matches is not None
    assert result.picture.size == PHOTO.size


@pytest.mark.parametrize("method", METHODS)
def test_masks_of_nothing_everything_and_another_size(method: str) -> None:
    nothing = paint(method, use(method, mask=np.zeros((40, 56), bool)), exact_outside=True)
    assert np.array_equal(nothing.picture.pixels, PHOTO.pixels)
    everything = paint(method, use(method, mask=np.ones((40, 56), bool)))
    assert np.abs(everything.picture.pixels.astype(int) - PHOTO.pixels).max() > 0
    smaller = paint(method, use(method, mask=LEFT[::2, ::2]), exact_outside=True)
    assert np.array_equal(smaller.picture.pixels[:, 30:], PHOTO.pixels[:, 30:])
    with pytest.raises(ShapeError, match="draw the mask on this photograph"):
        paint(method, use(method, mask=np.ones((56, 40), bool)))


@pytest.mark.parametrize("method", METHODS)
def test_a_mask_of_one_pixel(method: str) -> None:
    mask = np.zeros((40, 56), bool)
    mask[20, 30] = True
    result = paint(method, use(method, mask=mask), exact_outside=True)
    assert np.array_equal(result.picture.pixels[~mask], PHOTO.pixels[~mask])


@pytest.mark.parametrize("method", METHODS)
def test_grey_black_and_white_photographs(method: str) -> None:
    for content in (flat(128), flat(0), flat(255), flat(90, 16)):
        result = paint(method, use(method), content=content, keep_color=None)
        assert result.picture.size == content.size


@pytest.mark.parametrize("method", ANY_STYLE)
def test_styles_of_one_colour_and_tiny_ones(method: str) -> None:
    for style in (flat(0), flat(200), flat(255, 16), picture(16, 16, 5)):
        assert paint(method, StyleUse.of(style)).picture.size == PHOTO.size


@pytest.mark.parametrize("method", ANY_STYLE)
def test_forty_styles_at_once(method: str) -> None:
    uses = [StyleUse.of(picture(24, 24, seed), weight=1.0 + seed) for seed in range(40)]
    assert paint(method, *uses).picture.size == PHOTO.size


@pytest.mark.parametrize("method", METHODS)
def test_colours_kept_of_grey_and_flat_pictures(method: str) -> None:
    ways = ("luminance", "histogram", "statistics")
    if "keep_color" not in METHODS[method].controls:
        pytest.skip("a texture has no photograph whose colours it could keep")
    grey = Picture(pixels=np.repeat(PHOTO.pixels[..., :1], 3, axis=2))
    for content in (grey, flat(77)):
        for way in ways:
            assert paint(method, use(method), content=content, keep_color=way).picture.size


def test_wct_takes_a_strength_for_each_level() -> None:
    def at(*strengths: float) -> Picture:
        chosen = WctOptions(precision="float32", level_strengths=strengths)
        return stylize(PHOTO, style=STYLE, options=chosen).picture

    assert not np.array_equal(at(1, 1, 1, 1).pixels, at(1, 1, 1, 0).pixels)
    assert np.array_equal(at(0, 0, 0, 0).pixels, PHOTO.pixels)
