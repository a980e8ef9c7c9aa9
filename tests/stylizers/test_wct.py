from pathlib import Path

import numpy as np
import pytest

from impasto.errors import MemoryLimitError, OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.stylizers.options import WctOptions
from impasto.stylizers.request import Painting, RenderRequest
from impasto.stylizers.wct import paint


@pytest.fixture(autouse=True)
def _networks(any_style: Path) -> None:
    """The untrained networks paint."""


def picture(height: int, width: int, seed: int) -> Picture:
    random = np.random.default_rng(seed)
    return Picture(pixels=random.integers(0, 256, (height, width, 3), np.uint8))


PHOTO, STYLE = picture(40, 56, 0), picture(32, 32, 1)


def run(
    options: WctOptions | None = None,
    cancellation: Cancellation | None = None,
    told: list[ProgressEvent] | None = None,
    **others: object,
) -> Painting:
    return paint(
        RenderRequest(**{"content": PHOTO, "method": "wct", **others}),  # type: ignore[arg-type]
        options or WctOptions(precision="float32", engine="openvino"),
        device=None,
        on_progress=None if told is None else told.append,
        cancellation=cancellation or Cancellation(),
        image_every=0,
    )


def test_four_levels_from_coarse_to_fine() -> None:
    told: list[ProgressEvent] = []
    painting = run(style=STYLE, told=told)
    assert [event.stage for event in told] == ["relu4_1", "relu3_1", "relu2_1", "relu1_1"]
    assert painting.picture.size == (40, 56)
    assert painting.reason == "finished"


def test_levels_without_strength_are_left_out() -> None:
    only = WctOptions(precision="float32", engine="openvino", level_strengths=(0, 0, 0, 1))
    none = WctOptions(precision="float32", engine="openvino", level_strengths=(0, 0, 0, 0))
    assert not np.array_equal(run(only, style=STYLE).picture.pixels, PHOTO.pixels)
    assert run(none, style=STYLE).picture is PHOTO


@pytest.mark.parametrize("pixels_of_mask", [0, 1, 9, 40 * 56])
def test_tiny_and_full_masks(pixels_of_mask: int) -> None:
    mask = np.zeros(40 * 56, bool)
    mask[:pixels_of_mask] = True
    mask = mask.reshape(40, 56)
    painting = run(style=None, styles=(StyleUse.of(STYLE, mask=mask),))
    assert np.array_equal(painting.picture.pixels[~mask], PHOTO.pixels[~mask])


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_photographs_and_styles(value: int) -> None:
    flat = Picture(pixels=np.full((32, 32, 3), value, np.uint8))
    assert run(content=flat, style=STYLE).picture.size == (32, 32)
    assert run(style=flat).picture.size == (40, 56)


def test_cancelled() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    painting = run(style=STYLE, cancellation=cancellation)
    assert painting.reason == "cancelled"
    assert painting.picture is PHOTO


def test_strength_zero_is_the_photograph() -> None:
    assert run(style=STYLE, controls=Controls(strength=0)).picture is PHOTO


def test_at_no_strength_all_detail_is_the_photographs() -> None:
    uses = (StyleUse(style=STYLE, strength=0.001),)
    options = WctOptions(precision="float32", engine="openvino", detail=1)
    found = run(options, style=None, styles=uses).picture.pixels.astype(int)
    assert np.abs(found - PHOTO.pixels).max() <= 6


def test_too_large() -> None:
    large = Picture(pixels=np.zeros((2600, 2600, 3), np.uint8))
    with pytest.raises(MemoryLimitError, match="adain"):
        run(content=large, style=STYLE)


@pytest.mark.parametrize("levels", [(1, 1, 1), (1, 1, 1, 2), (-1, 0, 0, 0)])
def test_wrong_levels(levels: tuple[float, ...]) -> None:
    with pytest.raises(OptionError, match="level_strengths"):
        WctOptions(level_strengths=levels)
