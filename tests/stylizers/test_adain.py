from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import WeightsNotFoundError
from impasto.guidance.controls import Controls, StyleUse
from impasto.guidance.feature_statistics import channel_statistics
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.stylizers import adain, adaptive_features, feature_engines
from impasto.stylizers.adain import paint
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import Painting, RenderRequest

OPTIONS = AdainOptions(precision="float32", engine="openvino", detail=0, passes=1)


class Blocks:
    """Features are the means of blocks of 8 × 8 px, colour by colour; decoding repeats them."""

    name = "openvino"

    class networks:  # noqa: N801
        version = "test"

    class settings:  # noqa: N801
        precision = "float32"
        threads = 1

    def __init__(self) -> None:
        self.encoded: list[tuple[int, ...]] = []
        self.decoded: list[np.ndarray] = []
        self.interrupt = self.joins = False

    def encode(self, pixels, layers, **watched):  # type: ignore[no-untyped-def]
        self.encoded.append(pixels.shape)
        below, right = (-side % 16 for side in pixels.shape[:2])
        padded = np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="reflect")
        height, width = padded.shape[0] // 8, padded.shape[1] // 8
        means = padded.reshape(height, 8, width, 8, 3).mean((1, 3)).transpose(2, 0, 1)
        if self.interrupt and watched.get("cancellation"):
            watched["cancellation"].cancel()
        return dict.fromkeys(layers, np.ascontiguousarray(means, np.float32))

    def skip_layer(self, network: str) -> str | None:
        return "relu3_1" if self.joins else None

    def decode(self, network, features, gain, offset, skip=None, **watched):  # type: ignore[no-untyped-def]
        assert (skip is not None) == self.joins
        changed = gain * features + offset
        self.decoded.append(changed)
        levels = np.rint(changed.clip(0, 255)).astype(np.uint8).transpose(1, 2, 0)
        return levels.repeat(8, axis=0).repeat(8, axis=1)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Blocks:
    blocks = Blocks()
    monkeypatch.setattr(adain, "shared_feature_engine", lambda *_: blocks)
    monkeypatch.setattr(adaptive_features, "STYLE_MEMORY", feature_engines.StyleMemory())
    return blocks


def picture(height: int, width: int, seed: int, low: int = 0, high: int = 255) -> Picture:
    coarse = np.random.default_rng(seed).integers(low, high, (height // 8 + 1, width // 8 + 1, 3))
    pixels = coarse.repeat(8, 0).repeat(8, 1)[:height, :width].astype(np.uint8)
    return Picture(pixels=pixels)


PHOTO = picture(64, 96, 0)
STYLE, OTHER = picture(96, 96, 1, 60, 200), picture(96, 96, 2, 100, 250)


def run(options: AdainOptions = OPTIONS, **others: object) -> Painting:
    request = RenderRequest(**{"content": PHOTO, "method": "adain", **others})  # type: ignore[arg-type]
    return paint(
        request, options, device=None, on_progress=None, cancellation=Cancellation(), image_every=0
    )


def statistics(pixels: np.ndarray) -> np.ndarray:
    found = channel_statistics(Blocks().encode(pixels, ("x",))["x"])
    return np.stack([found.mean, found.deviation])


def test_the_painting_has_the_styles_statistics(engine: Blocks) -> None:
    run(style=STYLE)
    found = channel_statistics(engine.decoded[0])
    wanted = statistics(STYLE.pixels)
    np.testing.assert_allclose([found.mean, found.deviation], wanted, rtol=0.02)


def test_style_is_encoded_once(engine: Blocks) -> None:
    run(style=STYLE)
    run(style=STYLE)
    assert engine.encoded == [(96, 128, 3), (96, 96, 3), (96, 128, 3)]


def test_odd_sizes_come_back(engine: Blocks) -> None:
    assert run(style=STYLE, content=picture(50, 75, 3)).picture.size == (50, 75)
    assert run(style=STYLE, size=(33, 47)).picture.size == (33, 47)


def test_a_blend_lies_between(engine: Blocks) -> None:
    uses = (StyleUse(style=STYLE, weight=1), StyleUse(style=OTHER, weight=3))
    run(style=None, styles=uses)
    found = channel_statistics(engine.decoded[0])
    wanted = 0.25 * statistics(STYLE.pixels) + 0.75 * statistics(OTHER.pixels)
    np.testing.assert_allclose([found.mean, found.deviation], wanted, rtol=0.02)


def test_what_the_decoder_loses_is_put_back(engine: Blocks) -> None:
    """The blocks of these features are flat: all detail within them comes from the photograph."""
    fine = Picture(pixels=PHOTO.pixels ^ np.arange(96, dtype=np.uint8)[:, None] % 2)
    uses = (StyleUse(style=STYLE, strength=0.01),)
    full = replace(OPTIONS, detail=1)
    found = run(full, content=fine, style=None, styles=uses).picture.pixels
    assert np.abs(found.astype(int) - fine.pixels).max() <= 4
    plain, detailed = (
        run(options, content=fine, style=STYLE).picture for options in (OPTIONS, full)
    )
    assert len(engine.decoded) == 5
    lost = fine.pixels.astype(int) - PHOTO.pixels
    gained = detailed.pixels.astype(int) - plain.pixels
    assert np.corrcoef(lost.ravel(), gained.ravel())[0, 1] > 0.5


def test_masks_part_styles_in_one_pass(engine: Blocks) -> None:
    left = np.zeros((64, 96), bool)
    left[:, :48] = True
    uses = (StyleUse.of(STYLE, mask=left), StyleUse.of(OTHER, mask=~left))
    painting = run(style=None, styles=uses)
    assert len(engine.decoded) == 1
    for columns, style in ((slice(0, 8), STYLE), (slice(8, 16), OTHER)):
        part = channel_statistics(np.ascontiguousarray(engine.decoded[0][:, :, columns]))
        np.testing.assert_allclose([part.mean, part.deviation], statistics(style.pixels), rtol=0.02)
    assert painting.picture.size == (64, 96)


def test_outside_the_mask_nothing_changes(engine: Blocks) -> None:
    left = np.zeros((64, 96), bool)
    left[:, :48] = True
    painting = run(style=None, styles=(StyleUse.of(STYLE, mask=left),))
    assert np.array_equal(painting.picture.pixels[:, 48:], PHOTO.pixels[:, 48:])
    assert not np.array_equal(painting.picture.pixels[:, :48], PHOTO.pixels[:, :48])


def test_strength_zero_is_the_photograph_and_needs_no_engine(monkeypatch: object) -> None:
    painting = run(style=STYLE, controls=Controls(strength=0))
    assert painting.picture is PHOTO
    assert painting.settings["engine"] is None


def test_cancelled_between_encoding_and_decoding(engine: Blocks) -> None:
    engine.interrupt = True
    painting = run(style=STYLE)
    assert painting.reason == "cancelled"
    assert painting.picture is PHOTO
    assert not engine.decoded


@pytest.mark.parametrize("style", [np.zeros((20, 20, 3)), np.full((16, 16, 3), 255)])
def test_degenerate_styles(engine: Blocks, style: np.ndarray) -> None:
    painting = run(style=Picture(pixels=style.astype(np.uint8)))
    assert abs(painting.picture.pixels.mean() - style.mean()) < 2


def test_forty_styles_at_once(engine: Blocks) -> None:
    uses = tuple(StyleUse(style=picture(24, 24, seed)) for seed in range(40))
    run(style=None, styles=uses)
    assert len(engine.decoded) == 1
    assert len(engine.encoded) == 41


def test_grey_and_flat_photographs(engine: Blocks) -> None:
    for value in (0, 90, 255):
        flat = Picture(pixels=np.full((32, 32, 3), value, np.uint8))
        painting = run(style=STYLE, content=flat)
        mean = statistics(STYLE.pixels)[0]
        np.testing.assert_allclose(painting.picture.pixels.mean((0, 1)), mean, atol=2)


def test_real_engine_paints(any_style: Path) -> None:
    painting = run(style=STYLE)
    assert painting.picture.size == (64, 96)
    assert painting.picture.pixels.std() > 0
    assert painting.settings["engine"] == "openvino"
    assert painting.settings["precision"] == "float32"


def test_networks_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMPASTO_ARBITRARY", str(tmp_path))
    with pytest.raises(WeightsNotFoundError, match="use method 'gatys'"):
        run(style=STYLE)
