from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.device import DeviceChoice
from impasto.errors import OptionError, WeightsDamagedError
from impasto.guidance.color_preservation import keep_luminance, match_colors
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.fill import fill_hidden
from impasto.image.picture import ImageMetadata, Picture
from impasto.image.picture_resize import resize_samples
from impasto.progress import Cancellation, ProgressEvent
from impasto.stylizers import fast
from impasto.stylizers.fast import paint, shared_engine
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.options import FastOptions
from impasto.stylizers.request import Painting, RenderRequest

FLOAT32 = FastOptions(precision="float32")


class Recorder:
    """An engine that inverts the colours and remembers what it was given."""

    name, precision, threads, description = "recorder", "float32", 1, "a test"

    def __init__(self) -> None:
        self.pixels: list[np.ndarray] = []
        self.rows: list[np.ndarray | None] = []
        self.interrupt = False

    def stylize(self, pixels, row, *, on_progress=None, cancellation=None):  # type: ignore[no-untyped-def]
        self.pixels.append(pixels)
        self.rows.append(row)
        on_progress(ProgressEvent(stage="tiles", step=1, total=2, elapsed_s=0.0))
        if self.interrupt:
            cancellation.cancel()
            return pixels
        on_progress(ProgressEvent(stage="tiles", step=2, total=2, elapsed_s=0.0))
        return 255 - pixels


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(fast, "_opened", lambda *_: recorder)
    return recorder


def noise(*shape: int, dtype: type = np.uint8, seed: int = 0) -> np.ndarray:
    highest = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, highest, shape, dtype=dtype, endpoint=True)


def run(content: Picture, style: str, options: FastOptions, **others: object) -> Painting:
    request = RenderRequest(
        content=content,
        style=parse_fast_style(style),
        method="fast",
        **others,  # type: ignore[arg-type]
    )
    return paint(
        request,
        options,
        device=None,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )


@pytest.mark.parametrize("size", [(16, 16), (33, 57), (48, 64)])
def test_real_engine_gives_the_photographs_size(size: tuple[int, int], networks: Path) -> None:
    content = Picture(pixels=noise(*size, 3), metadata=ImageMetadata(exif=b"kept"))
    painting = run(content, "stripes", FLOAT32)
    assert painting.picture.size == size
    assert painting.picture.metadata.exif == b"kept"
    assert (painting.reason, painting.trace, painting.image) == ("finished", (), None)
    others = [run(content, style, FLOAT32) for style in ("dots", "lone")]
    for other in others:
        assert not np.array_equal(painting.picture.pixels, other.picture.pixels)


@pytest.mark.parametrize("strength", [0.25, 1.0, 1.4])
def test_strength_mixes_rows(strength: float, networks: Path, engine: Recorder) -> None:
    run(Picture(pixels=noise(20, 30, 3)), "dots", FastOptions(strength=strength))
    expected = parse_fast_style("dots").row(strength)
    np.testing.assert_array_equal(engine.rows[0], expected)


@pytest.mark.parametrize("strength", [0.25, 1.0, 1.5])
def test_strength_without_rows_mixes_pixels(
    strength: float, networks: Path, engine: Recorder
) -> None:
    pixels = noise(20, 30, 3)
    painting = run(Picture(pixels=pixels), "lone", FastOptions(strength=strength))
    assert engine.rows == [None]
    exact = (1 - strength) * pixels.astype(np.float64) + strength * (255.0 - pixels)
    np.testing.assert_allclose(painting.picture.pixels, exact.clip(0, 255), atol=0.501)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_strength_0_is_the_photograph(dtype: type, networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3, dtype=dtype), alpha=noise(20, 30, dtype=dtype))
    options = FastOptions(strength=0)
    assert run(content, "dots", options).picture is content
    smaller = run(content, "dots", options, size=(16, 24)).picture
    assert (smaller.size, smaller.pixels.dtype) == ((16, 24), dtype)
    assert not engine.pixels


def test_transparency_is_kept_and_hidden_colours_do_not_count(
    networks: Path, engine: Recorder
) -> None:
    pixels, alpha = noise(40, 50, 3), np.full((40, 50), 255, np.uint8)
    alpha[:, 25:] = 0
    alpha[:, 22:25] = 100
    content = Picture(pixels=pixels, alpha=alpha)
    painting = run(content, "dots", FastOptions())
    np.testing.assert_array_equal(painting.picture.alpha, alpha)
    np.testing.assert_array_equal(engine.pixels[0], fill_hidden(pixels, alpha))
    other = pixels.copy()
    other[:, 25:] = 7
    run(replace(content, pixels=other), "dots", FastOptions())
    np.testing.assert_array_equal(engine.pixels[1], engine.pixels[0])
    small = run(content, "dots", FastOptions(), size=(20, 25)).picture
    np.testing.assert_array_equal(small.alpha, resize_samples(alpha, (20, 25)))


def test_16_bits_become_8(networks: Path, engine: Recorder) -> None:
    content = Picture(
        pixels=noise(20, 30, 3, dtype=np.uint16), alpha=np.full((20, 30), 65_535, np.uint16)
    )
    picture = run(content, "dots", FastOptions()).picture
    assert picture.bit_depth == 8
    np.testing.assert_array_equal(255 - picture.pixels, np.rint(content.pixels / 257.0))
    assert picture.alpha is not None
    assert picture.alpha.min() == 255


def test_settings_name_network_and_engine(networks: Path) -> None:
    settings = run(Picture(pixels=noise(20, 30, 3)), "stripes,dots", FLOAT32).settings
    card = parse_fast_style("dots").network.card
    assert settings["style_weights"] == {"stripes": 0.5, "dots": 0.5}
    assert settings["network"] == "tiny"
    assert settings["weights_sha256"] == card["sha256"]["weights.safetensors"]
    assert settings["precision"] == "float32"
    assert settings[settings["engine"]] != "unknown"


def test_a_picture_cut_short_is_cancelled(networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3))
    assert run(content, "dots", FastOptions()).reason == "finished"
    engine.interrupt = True
    assert run(content, "dots", FastOptions()).reason == "cancelled"


def test_engines_are_opened_once(networks: Path) -> None:
    network = parse_fast_style("dots").network
    first = shared_engine(network, FLOAT32)
    assert shared_engine(parse_fast_style("stripes").network, FLOAT32) is first
    assert shared_engine(network, replace(FLOAT32, engine="onnxruntime")) is not first


def test_a_gpu_has_torch_as_its_engine(networks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = DeviceChoice(device=torch.device("cuda:1"), dtype=torch.float32, reason="a test")
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr(fast, "_opened", lambda *choices: opened.append(choices))
    network = parse_fast_style("dots").network
    shared_engine(network, FLOAT32, gpu)
    assert opened[0][2:] == ("torch", "float32", None, "cuda:1")
    with pytest.raises(OptionError, match="openvino runs on the CPU, got device cuda:1"):
        shared_engine(network, FastOptions(engine="openvino"), gpu)


def test_bad_input(networks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Picture(pixels=noise(20, 30, 3))
    with pytest.raises(OptionError, match="starts from the photograph"):
        run(content, "dots", FastOptions(), initial_image=content)
    home = tmp_path / "damaged"
    folder = home / "tiny"
    folder.mkdir(parents=True)
    for file in (networks / "tiny").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "network.onnx").write_bytes(b"damaged")
    monkeypatch.setenv("IMPASTO_STYLES", str(home))
    with pytest.raises(WeightsDamagedError, match=r"network\.onnx"):
        run(content, "dots", FLOAT32)


def guided(
    content: Picture, *uses: StyleUse, options: FastOptions = FLOAT32, **controls: object
) -> Painting:
    request = RenderRequest(
        content=content,
        styles=uses,
        method="fast",
        controls=Controls(**controls),  # type: ignore[arg-type]
    )
    return paint(
        request,
        options,
        device=None,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )


def use(style: str, **others: object) -> StyleUse:
    return StyleUse.of(parse_fast_style(style), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_masks_leave_the_photographs_bits(dtype: type, networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3, dtype=dtype))
    mask = np.zeros((20, 30))
    mask[:, :10], mask[:, 10:15] = 1, 0.5
    picture = guided(content, use("dots", mask=mask)).picture
    assert picture.bit_depth == content.bit_depth
    np.testing.assert_array_equal(picture.pixels[:, 15:], content.pixels[:, 15:])
    top = np.iinfo(dtype).max
    inverse = top - np.rint(content.pixels / top * 255) * (top / 255)
    np.testing.assert_array_equal(picture.pixels[:, :10], inverse[:, :10])
    half = (content.pixels[:, 10:15] + inverse[:, 10:15]) / 2
    np.testing.assert_allclose(picture.pixels[:, 10:15], half, atol=1)


def test_regions_have_their_own_networks_and_strengths(networks: Path, engine: Recorder) -> None:
    content, left = Picture(pixels=noise(20, 30, 3)), np.zeros((20, 30), bool)
    left[:, :10] = True
    painting = guided(
        content, use("dots", mask=left, strength=0.5), use("lone", mask=~left, strength=0.5)
    )
    np.testing.assert_array_equal(engine.rows[0], parse_fast_style("dots").row(0.5))
    assert engine.rows[1] is None
    pixels = content.pixels
    np.testing.assert_array_equal(painting.picture.pixels[:, :10], 255 - pixels[:, :10])
    faded = 0.5 * pixels + 0.5 * (255.0 - pixels)
    np.testing.assert_allclose(painting.picture.pixels[:, 10:], faded[:, 10:], atol=0.501)
    assert [each["network"] for each in painting.settings["passes"]] == ["tiny", "lone"]


def test_blends_are_rows_of_one_pass(networks: Path, engine: Recorder) -> None:
    guided(Picture(pixels=noise(20, 30, 3)), use("stripes", weight=3), use("dots"))
    (row,) = engine.rows
    np.testing.assert_allclose(row, parse_fast_style("stripes:0.75,dots:0.25").row(1), atol=1e-6)


@pytest.mark.parametrize("how", ["luminance", "histogram", "statistics"])
def test_colours_are_kept_on_the_painting(how: str, networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3))
    picture = guided(content, use("dots"), keep_color=how).picture
    if how == "luminance":
        expected = keep_luminance(255 - content.pixels, content.pixels)
    else:
        expected = match_colors(255 - content.pixels, content.pixels, how)
    np.testing.assert_array_equal(picture.pixels, expected)


@pytest.mark.parametrize("scale", [0.5, 2])
def test_strokes_are_scaled_by_painting_at_another_size(
    scale: float, networks: Path, engine: Recorder
) -> None:
    content = Picture(pixels=noise(40, 60, 3))
    picture = guided(content, use("dots"), style_scale=scale).picture
    assert engine.pixels[0].shape == (40 / scale, 60 / scale, 3)
    assert picture.size == (40, 60)


def test_nothing_to_paint_is_the_photograph(networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3))
    for painting in (
        guided(content, use("dots", mask=np.zeros((20, 30)))),
        guided(content, use("dots"), strength=0),
    ):
        assert painting.picture is content
        assert painting.settings["network"] == "tiny"
    assert not engine.pixels


def test_progress_counts_all_passes(networks: Path, engine: Recorder) -> None:
    left = np.zeros((20, 30), bool)
    left[:, :10] = True
    events: list[ProgressEvent] = []
    request = RenderRequest(
        content=Picture(pixels=noise(20, 30, 3)),
        styles=(use("dots", mask=left), use("stripes", mask=~left)),
        method="fast",
    )
    paint(
        request,
        FLOAT32,
        device=None,
        on_progress=events.append,
        cancellation=Cancellation(),
        image_every=0,
    )
    assert [(event.step, event.total) for event in events] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    engine.interrupt = True
    engine.pixels.clear()
    cancelled = paint(
        request,
        FLOAT32,
        device=None,
        on_progress=None,
        cancellation=Cancellation(),
        image_every=0,
    )
    assert (cancelled.reason, len(engine.pixels)) == ("cancelled", 1)


def test_transparent_photographs_keep_their_bits_outside(networks: Path, engine: Recorder) -> None:
    content = Picture(pixels=noise(20, 30, 3), alpha=noise(20, 30, seed=4))
    left = np.zeros((20, 30), bool)
    left[:, :10] = True
    picture = guided(content, use("dots", mask=left)).picture
    np.testing.assert_array_equal(picture.pixels[:, 10:], content.pixels[:, 10:])
    np.testing.assert_array_equal(picture.alpha, content.alpha)
