from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from impasto.errors import OptionError
from impasto.guidance.color_preservation import match_colors, match_luminance
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.image.tensor import image_to_tensor
from impasto.stylizers.request import FilmPast, RenderRequest
from impasto.stylizers.style_guide import GuidedContent, guided_content

CPU = torch.device("cpu")
LEFT = np.zeros((20, 30), bool)
LEFT[:, :10] = True


def picture(seed: int, size: tuple[int, int] = (20, 30)) -> Picture:
    generator = np.random.default_rng(seed)
    return Picture(pixels=generator.integers(0, 256, (*size, 3), dtype=np.uint8))


CONTENT, STYLE = picture(1), picture(2, (24, 24))


def guided(*uses: dict[str, Any], method: str = "gatys", **controls: Any) -> GuidedContent:
    styles = tuple(StyleUse.of(STYLE, **use) for use in uses or ({},))
    request = RenderRequest(
        content=CONTENT, styles=styles, method=method, controls=Controls(**controls)
    )
    return guided_content(request, CPU)


def test_a_plain_request() -> None:
    found = guided_content(RenderRequest(content=CONTENT, style=STYLE), CPU)
    assert found.guide is not None
    (region,) = found.guide.regions
    assert region.mask is None
    assert torch.equal(region.parts[0].source.image, image_to_tensor(STYLE))
    assert torch.equal(found.content.image, image_to_tensor(CONTENT))
    assert not found.guide.style_only
    assert not found.guide.hold_outside


def test_masks_scales_and_strengths_arrive() -> None:
    uses = ({"mask": LEFT, "strength": 0.5, "scale": 2}, {"mask": ~LEFT, "layers": ("relu1_1",)})
    guide = guided(*uses, strength=0.5, style_scale=0.5).guide
    assert guide is not None
    first, second = guide.regions
    assert (first.parts[0].strength, first.parts[0].scale) == (0.25, 1)
    assert (second.parts[0].strength, second.parts[0].layers) == (0.5, ("relu1_1",))
    assert first.mask is not None
    assert torch.equal(first.mask[0, 0].bool(), torch.from_numpy(LEFT))
    coverage = guide.coverage
    assert coverage is not None
    assert bool((coverage == 1).all())


@pytest.mark.parametrize(
    ("uses", "controls"),
    [
        ([{}], {"strength": 0}),
        ([{"strength": 0}], {}),
        ([{"mask": LEFT & False}], {}),
        ([{"mask": LEFT, "strength": 0}, {"mask": LEFT & False}], {}),
    ],
)
def test_nothing_to_paint(uses: list[dict[str, Any]], controls: dict[str, Any]) -> None:
    assert guided(*uses, **controls).guide is None


def test_styles_get_the_colours_of_their_region() -> None:
    guide = guided({"mask": LEFT}, keep_color="statistics").guide
    assert guide is not None
    expected = match_colors(STYLE.pixels, CONTENT.pixels, "statistics", target_choice=LEFT)
    source = guide.regions[0].parts[0].source
    assert torch.equal(source.image, image_to_tensor(Picture(pixels=expected)))


def test_luminance_is_painted_in_grey() -> None:
    found = guided(keep_color="luminance")
    assert found.guide is not None
    channels = found.content.image[0]
    assert torch.equal(channels[0], channels[2])
    expected = match_luminance(STYLE.pixels, CONTENT.pixels)
    source = found.guide.regions[0].parts[0].source
    assert torch.equal(source.image, image_to_tensor(Picture(pixels=expected)))


def test_style_alone() -> None:
    texture = guided({"mask": LEFT}, texture=True).guide
    silhouette = guided({"mask": LEFT}, silhouette=True)
    assert texture is not None
    assert texture.style_only
    assert texture.hold_outside
    assert silhouette.guide is not None
    assert silhouette.guide.style_only
    assert bool((silhouette.content.image == 1).all())
    method = guided({"mask": LEFT}, method="texture", texture=True).guide
    assert method is not None
    assert not method.style_only
    assert method.hold_outside


def test_refusals() -> None:
    with pytest.raises(OptionError, match="takes a style image, got starry"):
        guided_content(RenderRequest(content=CONTENT, styles=(StyleUse(style="starry"),)), CPU)
    with pytest.raises(OptionError, match="strength: expected a number of 0 to 1"):
        guided(strength=1.5)


def test_the_past_arrives_at_the_size_of_the_result() -> None:
    moved = picture(5).pixels
    known = np.zeros((20, 30), np.float32)
    known[:, 15:] = 1
    past = FilmPast(moved=moved, known=known, weight=7)
    request = RenderRequest(content=CONTENT, style=STYLE, past=past, size=(40, 60))
    guide = guided_content(request, CPU).guide
    assert guide is not None
    target = guide.temporal
    assert target is not None
    assert target.weight == 7
    assert target.moved.shape == (1, 3, 40, 60)
    assert target.known[0, 0, 20, 5] == 0
    assert target.known[0, 0, 20, 55] == 1
    still = replace(request, size=None)
    guide = guided_content(still, CPU).guide
    assert guide is not None
    assert guide.temporal is not None
    assert torch.equal(guide.temporal.moved, image_to_tensor(picture(5)))


def test_the_past_is_grey_where_only_luminance_is_painted() -> None:
    past = FilmPast(moved=picture(5).pixels, known=np.ones((20, 30), np.float32), weight=1)
    controls = Controls(keep_color="luminance")
    request = RenderRequest(content=CONTENT, style=STYLE, past=past, controls=controls)
    guide = guided_content(request, CPU).guide
    assert guide is not None
    assert guide.temporal is not None
    assert guide.temporal.moved.std(1).max() == 0
