from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.image.channels import scale_float, split_image, split_samples

Noise = Callable[..., np.ndarray]


def _color(image: Image.Image) -> np.ndarray:
    color = split_image(image).color
    assert isinstance(color, Image.Image)
    return np.array(color)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_plain_modes_stay(mode: str, noise: Noise) -> None:
    samples = noise(17, 19, *{"L": (), "RGB": (3,), "CMYK": (4,)}[mode])
    image = Image.frombytes(mode, (19, 17), samples.tobytes())
    channels = split_image(image)
    assert isinstance(channels.color, Image.Image)
    assert channels.color.mode == mode
    assert channels.alpha is None
    assert (np.array(channels.color) == samples).all()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_and_hidden_colours_are_kept_exactly(mode: str, noise: Noise) -> None:
    samples = noise(17, 19, len(mode))
    samples[:5, :, -1] = 0
    channels = split_image(Image.frombytes(mode, (19, 17), samples.tobytes()))
    assert (channels.alpha == samples[..., -1]).all()
    assert (np.array(channels.color) == samples[..., :-1].squeeze()).all()


@pytest.mark.parametrize("mode", ["La", "RGBa"])
def test_premultiplied_modes_are_undone(mode: str) -> None:
    straight = Image.new("RGBA" if mode == "RGBa" else "LA", (16, 16))
    straight.paste((200, 100, 50, 128) if mode == "RGBa" else (200, 128), (0, 0, 16, 16))
    channels = split_image(straight.convert(mode))
    assert channels.alpha is not None
    assert (channels.alpha == 128).all()
    difference = np.array(channels.color) - np.array(straight)[..., :-1].squeeze().astype(int)
    assert np.abs(difference).max() <= 2


def test_one_bit() -> None:
    bits = np.random.default_rng(0).random((17, 19)) > 0.5
    assert (_color(Image.fromarray(bits)) == bits * 255).all()


@pytest.mark.parametrize("mode", ["YCbCr", "HSV"])
def test_other_colour_spaces_become_rgb(mode: str, smooth: Callable[..., np.ndarray]) -> None:
    pixels = smooth(17, 19)
    difference = _color(Image.fromarray(pixels).convert(mode)).astype(int) - pixels
    assert np.abs(difference).max() <= 4


def test_palette_with_and_without_transparency(noise: Noise) -> None:
    indices = noise(17, 19) % 8
    colors = noise(8, 3, seed=1)
    image = Image.fromarray(indices).convert("L")
    image = Image.frombytes("P", image.size, indices.tobytes())
    image.putpalette(colors.tobytes())
    assert (_color(image) == colors[indices]).all()
    assert split_image(image).alpha is None

    image.info["transparency"] = 3
    assert (split_image(image).alpha == np.where(indices == 3, 0, 255)).all()
    opacity = noise(8, seed=2)
    image.info["transparency"] = opacity.tobytes()
    assert (split_image(image).alpha == opacity[indices]).all()
    assert (_color(image) == colors[indices]).all()


@pytest.mark.parametrize(("mode", "hidden"), [("L", 7), ("1", 255), ("RGB", (7, 7, 7))])
def test_a_hidden_colour_becomes_alpha(mode: str, hidden: object) -> None:
    image = Image.new("L", (16, 16), 7).convert("RGB" if mode == "RGB" else "L")
    image.paste(255 if mode != "RGB" else (255, 255, 255), (0, 0, 8, 16))
    image = image.point(lambda v: 255 * (v > 100)).convert("1") if mode == "1" else image
    image.info["transparency"] = hidden
    alpha = split_image(image).alpha
    assert alpha is not None
    left, right = (0, 255) if mode == "1" else (255, 0)
    assert (alpha[:, :8] == left).all()
    assert (alpha[:, 8:] == right).all()


def test_16_bit_grey(noise: Noise) -> None:
    samples = noise(17, 19, dtype=np.uint16)
    channels = split_image(Image.fromarray(samples))
    assert (channels.color == samples[..., None]).all()
    image = Image.fromarray(samples)
    image.info["transparency"] = int(samples[0, 0])
    channels = split_image(image)
    assert (channels.alpha == np.where(samples == samples[0, 0], 0, 65_535)).all()


def test_32_bit_integers_within_16_bits(noise: Noise) -> None:
    samples = noise(17, 19, dtype=np.uint16).astype(np.int32)
    assert (split_image(Image.fromarray(samples)).color == samples[..., None]).all()
    for wrong in (-1, 65_536):
        samples[0, 0] = wrong
        with pytest.raises(ImageFormatError, match="0 to 65535"):
            split_image(Image.fromarray(samples))


def test_floating_point() -> None:
    samples = np.random.default_rng(0).random((17, 19), np.float32)
    color = split_image(Image.fromarray(samples)).color
    assert (color == np.rint(samples.astype(np.float64) * 65_535)[..., None]).all()


@pytest.mark.parametrize("wrong", [-0.01, 1.01, 37, np.nan, np.inf])
def test_floating_point_out_of_range(wrong: float) -> None:
    with pytest.raises(ImageFormatError, match=r"in \[0, 1\].*tone-map"):
        scale_float(np.array([0.5, wrong]))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_samples_are_split_by_their_number(count: int, noise: Noise) -> None:
    samples = noise(17, 19, count, dtype=np.uint16)
    channels = split_samples(samples)
    colors = 1 if count <= 2 else 3
    assert (channels.color == samples[..., :colors]).all()
    if count in (2, 4):
        assert (channels.alpha == samples[..., -1]).all()
    else:
        assert channels.alpha is None


@settings(deadline=None, max_examples=50)
@given(value=st.integers(0, 65_535), opacity=st.integers(0, 65_535))
def test_premultiplied_samples_are_undone(value: int, opacity: int) -> None:
    samples = np.array([[[value * opacity // 65_535, opacity]]], np.uint16)
    channels = split_samples(samples, premultiplied=True)
    assert (channels.alpha == opacity).all()
    color = int(np.asarray(channels.color)[0, 0, 0])
    assert color == 0 if opacity == 0 else abs(color - value) <= 65_535 / opacity + 1
