from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from impasto.device import DeviceChoice
from impasto.errors import OptionError
from impasto.guidance.color_preservation import keep_luminance
from impasto.guidance.controls import KEEP_COLOR, Controls, StyleUse
from impasto.image.picture import ImageMetadata, Picture
from impasto.progress import Cancellation
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.optimized_painting import finished_picture, output_picture, paint, photo_at
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.request import Painting, RenderRequest

Make = Callable[..., torch.Tensor]
QUICK = GatysOptions(iterations=2, levels=1, style_layers=("relu1_1",), content_layer="relu1_2")


def picture_of(image: torch.Tensor) -> Picture:
    pixels = (image[0].permute(1, 2, 0) * 255).round().byte().numpy()
    return Picture(pixels=np.ascontiguousarray(pixels))


def run(request: RenderRequest, device: DeviceChoice) -> Painting:
    return paint(
        request,
        QUICK,
        device=device,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )


def test_pictures_in_picture_out(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    painting = run(RenderRequest(content=content, style=style, size=(18, 27)), cpu)
    assert painting.picture.size == (18, 27)
    assert painting.image is not None
    assert painting.image.shape == (1, 3, 18, 27)
    assert len(painting.trace) == 2
    assert (painting.settings["device"], painting.settings["precision"]) == ("cpu", "float32")


def test_refuses_a_fast_style(cpu: DeviceChoice, networks: Path, smooth_image: Make) -> None:
    content = picture_of(smooth_image(20, 30))
    with pytest.raises(OptionError, match="takes a style image, got the fast style 'dots'"):
        run(RenderRequest(content=content, style=parse_fast_style("dots")), cpu)


def test_output_has_depth_and_metadata_of_the_content(smooth_image: Make) -> None:
    content = Picture(pixels=np.zeros((9, 9, 3), np.uint16), metadata=ImageMetadata(exif=b"e"))
    picture = output_picture(smooth_image(20, 30), content)
    assert (picture.bit_depth, picture.metadata.exif) == (16, b"e")


LEFT = np.zeros((20, 30), bool)
LEFT[:, :10] = True


def guided(content: Picture, *uses: StyleUse, **others: Any) -> RenderRequest:
    controls = {name: others.pop(name) for name in tuple(others) if name in Controls().__dict__}
    return RenderRequest(content=content, styles=uses, controls=Controls(**controls), **others)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("method", ["gatys", "texture"])
def test_what_no_mask_covers_stays_bit_for_bit(
    dtype: type, method: str, cpu: DeviceChoice, smooth_image: Make
) -> None:
    generator = np.random.default_rng(0)
    top = np.iinfo(dtype).max
    content = Picture(pixels=generator.integers(0, top, (20, 30, 3), dtype=dtype, endpoint=True))
    style = picture_of(smooth_image(24, 24, 2))
    request = guided(content, StyleUse.of(style, mask=LEFT), exact_outside=True, method=method)
    picture = run(request, cpu).picture
    np.testing.assert_array_equal(picture.pixels[~LEFT], content.pixels[~LEFT])
    assert (picture.pixels[LEFT] != content.pixels[LEFT]).any()
    smaller = run(replace(request, size=(16, 24)), cpu).picture
    outside = np.zeros((16, 24), bool)
    outside[:, 12:] = True
    expected = photo_at(replace(request, size=(16, 24))).pixels
    np.testing.assert_array_equal(smaller.pixels[outside], expected[outside])


@pytest.mark.parametrize(
    "nothing",
    [{"strength": 0}, {"mask": LEFT & False}, {"mask": LEFT, "use_strength": 0}],
)
def test_nothing_to_paint_is_the_photograph_itself(
    nothing: dict[str, Any], cpu: DeviceChoice, smooth_image: Make
) -> None:
    content = picture_of(smooth_image(20, 30))
    use = StyleUse.of(content, mask=nothing.get("mask"), strength=nothing.get("use_strength", 1.0))
    painting = run(guided(content, use, strength=nothing.get("strength", 1.0)), cpu)
    assert painting.picture is content
    assert (painting.trace, painting.reason) == ((), "finished")


def test_a_full_mask_is_no_mask(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    plain = run(RenderRequest(content=content, style=style), cpu).image
    full = run(guided(content, StyleUse.of(style, mask=LEFT | True)), cpu).image
    assert plain is not None
    assert full is not None
    torch.testing.assert_close(full, plain, atol=2e-3, rtol=0)


def test_a_blend_of_a_style_with_itself_is_the_style(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    plain = run(RenderRequest(content=content, style=style), cpu).image
    twice = run(guided(content, StyleUse(style=style), StyleUse(style=style, weight=3)), cpu).image
    assert plain is not None
    assert twice is not None
    torch.testing.assert_close(twice, plain, atol=2e-3, rtol=0)


def test_luminance_keeps_chroma(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    request = guided(content, StyleUse(style=style), keep_color="luminance")
    painting = run(request, cpu)
    kept = keep_luminance(painting.picture.pixels, content.pixels)
    assert np.abs(kept.astype(int) - painting.picture.pixels).max() <= 1
    step = torch.full((1, 3, 20, 30), 0.5)
    assert finished_picture(step, request).pixels.std() > 0


def test_a_silhouette_is_on_white_paper(cpu: DeviceChoice, smooth_image: Make) -> None:
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    picture = run(guided(content, StyleUse.of(style, mask=LEFT), silhouette=True), cpu).picture
    assert (picture.pixels[~LEFT] == 255).all()
    assert (picture.pixels[LEFT] < 255).any()


DEGENERATE = {
    "one colour": Picture(pixels=np.full((40, 40, 3), 200, np.uint8)),
    "16 px": Picture(pixels=np.random.default_rng(1).integers(0, 255, (16, 16, 3), np.uint8)),
    "grey": Picture(pixels=np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, -1)),
}


@pytest.mark.parametrize("controls", [{"keep_color": way} for way in KEEP_COLOR] + [{}])
@pytest.mark.parametrize("style", DEGENERATE.values(), ids=DEGENERATE)
def test_degenerate_styles(
    style: Picture, controls: dict[str, Any], cpu: DeviceChoice, smooth_image: Make
) -> None:
    uses = (StyleUse.of(style, mask=LEFT), StyleUse.of(style, mask=~LEFT, scale=0.3))
    painting = run(guided(picture_of(smooth_image(20, 30)), *uses, **controls), cpu)
    assert all(np.isfinite(list(step.losses.values())).all() for step in painting.trace)
    grey = run(guided(DEGENERATE["grey"], StyleUse(style=style), **controls), cpu)
    assert grey.picture.size == (16, 16)


def test_a_mask_of_one_pixel_is_finite(cpu: DeviceChoice, smooth_image: Make) -> None:
    mask = np.zeros((20, 30))
    mask[3, 4] = 1
    content, style = picture_of(smooth_image(20, 30)), picture_of(smooth_image(24, 24, 2))
    painting = run(guided(content, StyleUse.of(style, mask=mask), exact_outside=True), cpu)
    assert all(np.isfinite(list(step.losses.values())).all() for step in painting.trace)
    changed = (painting.picture.pixels != content.pixels).any(axis=-1)
    assert not changed[mask == 0].any()


def test_forty_styles_at_once(cpu: DeviceChoice, smooth_image: Make) -> None:
    styles = [picture_of(smooth_image(16, 16, seed)) for seed in range(40)]
    uses = tuple(StyleUse(style=style) for style in styles)
    painting = run(guided(picture_of(smooth_image(20, 30)), *uses), cpu)
    assert set(painting.trace[0].losses) == {"content", "style", "total variation", "total"}
