import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import impasto
from impasto.device import DeviceChoice
from impasto.errors import (
    DeviceError,
    ImageNotFoundError,
    ImageSizeError,
    OptionError,
    UnknownNameError,
)
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.render import RenderRequest, device_for, intermediate_picture, render, stylize
from impasto.sources import as_picture, blank_canvas, find_style, resolve_size
from impasto.styles.catalog import STYLES
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.options import FastOptions, GatysOptions, LapStyleOptions
from impasto.stylizers.request import FilmPast

Make = Callable[..., torch.Tensor]
QUICK = GatysOptions(iterations=2, levels=1)


def picture_of(image: torch.Tensor, alpha: np.ndarray | None = None) -> Picture:
    pixels = (image[0].permute(1, 2, 0) * 255).round().byte().numpy()
    return Picture(pixels=np.ascontiguousarray(pixels), alpha=alpha)


@pytest.mark.parametrize("size", [(48, 64), (33, 57), (16, 16)])
def test_result_has_the_photographs_size(size: tuple[int, int], smooth_image: Make) -> None:
    result = stylize(picture_of(smooth_image(*size)), style="candy", options=QUICK)
    assert result.picture.size == size
    assert result.image.shape == (1, 3, *size)


def test_every_source_gives_the_same(photo: Path, smooth_image: Make) -> None:
    sources = [photo, str(photo), open_image(photo)]
    results = [stylize(source, style="candy", options=QUICK) for source in sources]
    for result in results[1:]:
        assert torch.equal(result.image, results[0].image)
    assert as_picture(smooth_image()).size == (48, 64)


def test_asked_for_size(photo: Path) -> None:
    assert stylize(photo, style="candy", options=QUICK, size=32).picture.size == (24, 32)
    assert stylize(photo, style="candy", options=QUICK, size=(20, 40)).picture.size == (20, 40)
    assert resolve_size(None, (5, 7)) == (5, 7)


@pytest.mark.parametrize("size", [8, 0, -5, (20, 8)])
def test_refuses_sizes_too_small(photo: Path, size: int | tuple[int, int]) -> None:
    with pytest.raises(OptionError, match="16 px or more"):
        stylize(photo, style="candy", options=QUICK, size=size)


def test_transparent_stays_transparent_and_does_not_steer(smooth_image: Make) -> None:
    """Whatever colour hides under alpha 0, the visible result is the same."""
    alpha = np.full((48, 64), 255, np.uint8)
    alpha[:, 40:] = 0
    alpha[:, 36:40] = 128
    results = []
    for hidden in (0.0, 1.0):
        image = smooth_image()
        image[..., 40:] = hidden
        results.append(stylize(picture_of(image, alpha), style="candy", options=QUICK))
    for result in results:
        assert result.picture.alpha is not None
        np.testing.assert_array_equal(result.picture.alpha, alpha)
    visible = [result.picture.pixels[:, :40] for result in results]
    np.testing.assert_array_equal(visible[0], visible[1])


def test_alpha_follows_another_size(smooth_image: Make) -> None:
    alpha = np.zeros((48, 64), np.uint8)
    alpha[:, :32] = 255
    result = stylize(picture_of(smooth_image(), alpha), style="candy", options=QUICK, size=32)
    assert result.picture.alpha is not None
    assert result.picture.alpha.shape == (24, 32)
    assert result.picture.alpha[:, :14].min() > 250
    assert result.picture.alpha[:, 18:].max() < 5


def test_losses_are_columns_of_the_trace(photo: Path) -> None:
    options = LapStyleOptions(iterations=4, levels=2)
    result = stylize(photo, style="candy", method="lapstyle", options=options)
    losses = result.losses
    assert set(losses) == {"content", "style", "total variation", "laplacian", "total"}
    assert {len(values) for values in losses.values()} == {4}
    assert np.isnan(losses["laplacian"][0])
    assert np.isfinite(losses["laplacian"][-1])


def test_settings_reproduce_the_result(photo: Path, tmp_path: Path) -> None:
    options = GatysOptions(iterations=3, levels=1, init="noise", seed=5)
    first = stylize(photo, style="candy", options=options)
    saved = first.save(tmp_path / "out.png")
    settings = json.loads(open_image(saved).metadata.text["impasto"])
    assert settings == json.loads(json.dumps(first.record))
    again = dict(settings["options"], style_layers=tuple(settings["options"]["style_layers"]))
    second = stylize(
        photo,
        style=settings["style"],
        method=settings["method"],
        options=GatysOptions(**again),
        size=tuple(settings["size"]),
        precision=settings["precision"],
    )
    assert torch.equal(first.image, second.image)


def test_start_from_an_image(photo: Path, tmp_path: Path) -> None:
    start = tmp_path / "start.png"
    Image.new("RGB", (64, 48), (255, 0, 0)).save(start)
    options = GatysOptions(init=str(start), iterations=1, levels=1)
    result = stylize(photo, style="candy", options=options)
    np.testing.assert_array_equal(result.picture.pixels[0, 0], [255, 0, 0])


def test_progress_and_cancellation(photo: Path) -> None:
    cancellation, events = Cancellation(), list[ProgressEvent]()

    def watch(event: ProgressEvent) -> None:
        events.append(event)
        cancellation.cancel()

    result = stylize(
        photo,
        style="candy",
        options=GatysOptions(iterations=50),
        on_progress=watch,
        cancellation=cancellation,
    )
    assert result.reason == "cancelled"
    assert len(events) == len(result.trace) == 1
    assert result.picture.size == (48, 64)


def test_intermediate_images(photo: Path, cpu: DeviceChoice) -> None:
    request = RenderRequest(content=open_image(photo), style=find_style("candy"), options=QUICK)
    pictures = []

    def keep(event: ProgressEvent) -> None:
        picture = intermediate_picture(event, request)
        if picture is not None:
            pictures.append(picture)

    render(request, device=cpu, on_progress=keep, image_every=1)
    assert [picture.size for picture in pictures] == [(48, 64)] * 2


def test_metadata_is_carried(photo: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description"
    path = tmp_path / "with-exif.jpg"
    with Image.open(photo) as image:
        image.convert("RGB").save(path, exif=exif)
    saved = stylize(path, style="candy", options=QUICK).save(tmp_path / "out.jpg")
    with Image.open(saved) as image:
        assert image.getexif()[0x010E] == "a description"


@pytest.mark.parametrize("name", STYLES)
def test_styles_that_ship_are_found_by_name(name: str) -> None:
    assert min(find_style(name).size) >= 512


def test_16_bit_stays_16_bit(smooth_image: Make) -> None:
    pixels = (smooth_image()[0].permute(1, 2, 0) * 65535).round().int().numpy().astype(np.uint16)
    result = stylize(Picture(pixels=pixels), style="candy", options=QUICK)
    assert result.picture.bit_depth == 16


def test_bad_input(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(ImageNotFoundError, match="neither a file nor one of the styles"):
        stylize(photo, style="no-such-style")
    with pytest.raises(UnknownNameError, match="gatys, lapstyle, texture, fast"):
        stylize(photo, style="candy", method="magic")
    with pytest.raises(ImageNotFoundError):
        stylize(tmp_path / "missing.jpg", style="candy")
    with pytest.raises(OptionError, match="takes GatysOptions, got LapStyleOptions"):
        stylize(photo, style="candy", method="gatys", options=LapStyleOptions())
    small = tmp_path / "small.png"
    Image.new("RGB", (15, 100)).save(small)
    with pytest.raises(ImageSizeError, match="16"):
        stylize(small, style="candy")


def test_texture_needs_only_a_canvas() -> None:
    spec = impasto.TextureOptions(iterations=2, levels=1)
    request = RenderRequest(
        content=blank_canvas((24, 40)), style=find_style("candy"), method="texture", options=spec
    )
    assert render(replace(request)).picture.size == (24, 40)


def test_the_method_follows_from_options_and_style(photo: Path, networks: Path) -> None:
    assert stylize(photo, style="stripes").settings["method"] == "fast"
    assert stylize(photo, style="stripes:1,dots:1").settings["style"] == "stripes:0.5,dots:0.5"
    assert stylize(photo, style=str(networks / "lone")).settings["network"] == "lone"
    result = stylize(photo, style="candy", options=LapStyleOptions(iterations=1, levels=1))
    assert result.settings["method"] == "lapstyle"


def test_fast_result_and_its_settings(photo: Path, networks: Path, tmp_path: Path) -> None:
    options = FastOptions(strength=0.5, precision="float32")
    result = stylize(photo, style="stripes", options=options, size=32)
    assert (result.reason, result.trace, result.losses, result.final_losses) == (
        "finished",
        (),
        {},
        {},
    )
    assert result.picture.size == (24, 32)
    levels = (result.image[0].permute(1, 2, 0) * 255).round().byte().numpy()
    np.testing.assert_array_equal(levels, result.picture.pixels)
    settings = json.loads(open_image(result.save(tmp_path / "r.png")).metadata.text["impasto"])
    assert settings == json.loads(json.dumps(result.record))
    assert settings["style"] == "stripes"
    assert settings["style_weights"] == {"stripes": 1.0}
    assert settings["network"] == "tiny"
    assert (settings["precision"], settings["options"]["strength"]) == ("float32", 0.5)
    assert settings[settings["engine"]]
    again = stylize(
        photo,
        style=settings["style"],
        method=settings["method"],
        options=FastOptions(**settings["options"]),
        size=tuple(settings["size"]),
    )
    np.testing.assert_array_equal(again.picture.pixels, result.picture.pixels)


def test_precision_of_the_call_is_that_of_the_engine(photo: Path, networks: Path) -> None:
    result = stylize(photo, style="stripes", precision="float32")
    assert result.settings["options"]["precision"] == "float32"


def test_style_and_method_have_to_fit(photo: Path, networks: Path) -> None:
    fast, picture = parse_fast_style("stripes"), find_style("candy")
    with pytest.raises(OptionError, match="takes a fast style, got a picture"):
        render(RenderRequest(content=open_image(photo), style=picture, method="fast"))
    with pytest.raises(OptionError, match="takes a style image, got the fast style 'stripes'"):
        render(RenderRequest(content=open_image(photo), style=fast))
    with pytest.raises(OptionError, match="takes a style image"):
        stylize(photo, style=fast, method="gatys")


def test_feed_forward_methods_leave_the_device_to_their_engine() -> None:
    assert device_for(METHODS["fast"], "auto") is None
    assert device_for(METHODS["fast"], "cpu") is None
    assert str(device_for(METHODS["gatys"], "cpu").device) == "cpu"
    with pytest.raises(DeviceError, match="cuda:N"):
        device_for(METHODS["fast"], "tpu")


def test_styles_by_name_with_masks_and_controls(photo: Path) -> None:
    left = np.zeros((48, 64), bool)
    left[:, :32] = True
    uses = [StyleUse.of("candy", mask=left), StyleUse.of("mosaic", mask=~left, name="tiles")]
    controls = Controls(keep_color="histogram", strength=0.5)
    result = stylize(photo, styles=uses, controls=controls, options=QUICK)
    assert result.settings["style"] == "candy, tiles"
    assert result.settings["controls"] == controls.given()
    assert [each["name"] for each in result.settings["styles"]] == ["candy", "tiles"]
    assert set(result.losses) >= {"style 1", "style 2"}


def test_either_style_or_styles(photo: Path) -> None:
    for given in ({}, {"style": "candy", "styles": [StyleUse(style="candy")]}):
        with pytest.raises(OptionError, match="either style or styles"):
            stylize(photo, options=QUICK, **given)  # type: ignore[arg-type]


def test_what_a_method_cannot_honour_is_refused(photo: Path) -> None:
    with pytest.raises(OptionError, match="method 'lapstyle' cannot honour it"):
        stylize(photo, style="candy", method="lapstyle", controls=Controls(texture=True))


@pytest.mark.slow
def test_semantic_requests_tell_what_they_matched(photo: Path) -> None:
    result = stylize(photo, style="candy", options=QUICK, controls=Controls(semantic=True))
    assert result.matches is not None
    np.testing.assert_allclose(result.matches.attention.sum(axis=1), 1)
    assert result.settings["styles"][0]["mask_sha256"] is None
    assert {f"style {index + 1}" for index in range(len(result.matches.content))} <= set(
        result.losses
    )
    assert stylize(photo, style="candy", options=QUICK).matches is None


def test_cancelled_while_matching(photo: Path) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    result = stylize(
        photo,
        style="candy",
        options=QUICK,
        controls=Controls(semantic=True),
        cancellation=cancellation,
    )
    assert (result.reason, result.is_painted) == ("cancelled", False)


def test_a_network_cannot_be_held_to_earlier_frames(networks: Path) -> None:
    picture = Picture(pixels=np.zeros((32, 32, 3), np.uint8))
    past = FilmPast(moved=picture.pixels, known=np.ones((32, 32), np.float32), weight=1)
    request = RenderRequest(
        content=picture, style=parse_fast_style("stripes"), method="fast", past=past
    )
    with pytest.raises(OptionError, match="FlowStabilizer"):
        render(request)
