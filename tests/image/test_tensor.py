from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import OptionError, ShapeError
from impasto.image.contract import check_image, check_mask
from impasto.image.picture import ImageMetadata, Picture
from impasto.image.tensor import alpha_to_mask, image_to_tensor, tensor_to_picture

Noise = Callable[..., np.ndarray]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tensors_keep_the_contract(dtype: type, noise: Noise) -> None:
    picture = Picture(pixels=noise(17, 31, 3, dtype=dtype), alpha=noise(17, 31, dtype=dtype))
    image, mask = check_image(image_to_tensor(picture)), alpha_to_mask(picture)
    highest = np.iinfo(dtype).max
    assert image.shape == (1, 3, 17, 31)
    assert image.dtype == torch.float32
    assert np.allclose(image[0].permute(1, 2, 0), picture.pixels / highest, atol=1e-7)
    assert mask is not None
    assert np.allclose(check_mask(mask)[0, 0], picture.alpha / highest, atol=1e-7)


def test_no_alpha_no_mask(noise: Noise) -> None:
    assert alpha_to_mask(Picture(pixels=noise(16, 16, 3))) is None


@pytest.mark.parametrize("bits", [8, 16])
def test_every_level_survives_the_round_trip(bits: int) -> None:
    dtype = np.uint8 if bits == 8 else np.uint16
    levels = np.arange(2**bits, dtype=dtype).reshape(16, -1)
    picture = Picture(pixels=np.stack([levels] * 3, axis=-1))
    back = tensor_to_picture(image_to_tensor(picture), bit_depth=bits)
    assert (back.pixels == picture.pixels).all()
    assert back.pixels.flags.c_contiguous


def test_read_only_pixels_convert_without_a_warning(noise: Noise) -> None:
    pixels = noise(16, 16, 3)
    pixels.flags.writeable = False
    image_to_tensor(Picture(pixels=pixels))


@settings(deadline=None, max_examples=50)
@given(value=st.floats(-2, 3, width=32), bits=st.sampled_from([8, 16]))
def test_rounds_and_clamps(value: float, bits: int) -> None:
    picture = tensor_to_picture(torch.full((1, 3, 2, 2), value), bit_depth=bits)
    exact = min(max(value, 0), 1) * (2**bits - 1)
    assert abs(float(picture.pixels[0, 0, 0]) - exact) <= 0.5 + 1e-2


def test_half_precision_and_three_dimensions() -> None:
    picture = tensor_to_picture(torch.ones(3, 16, 16, dtype=torch.bfloat16, requires_grad=True))
    assert (picture.pixels == 255).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_alpha_is_kept_bit_for_bit(dtype: type, noise: Noise) -> None:
    alpha, bits = noise(16, 19, dtype=dtype), np.dtype(dtype).itemsize * 8
    picture = tensor_to_picture(torch.rand(1, 3, 16, 19), alpha=alpha, bit_depth=bits)
    assert (picture.alpha == alpha).all()


def test_alpha_of_another_depth_is_converted(noise: Noise) -> None:
    alpha = noise(16, 16)
    wide = tensor_to_picture(torch.rand(1, 3, 16, 16), alpha=alpha, bit_depth=16).alpha
    assert wide is not None
    assert (wide == alpha.astype(np.uint16) * 257).all()
    narrow = tensor_to_picture(torch.rand(1, 3, 16, 16), alpha=wide, bit_depth=8).alpha
    assert (narrow == alpha).all()


def test_alpha_of_another_size_is_resized() -> None:
    alpha = np.zeros((32, 32), np.uint8)
    alpha[:, 16:] = 255
    resized = tensor_to_picture(torch.rand(1, 3, 16, 17), alpha=alpha).alpha
    assert resized is not None
    assert resized.shape == (16, 17)
    assert (resized[:, :7] == 0).all()
    assert (resized[:, 10:] == 255).all()


def test_metadata_is_carried() -> None:
    metadata = ImageMetadata(dpi=(300, 300))
    assert tensor_to_picture(torch.rand(1, 3, 16, 16), metadata=metadata).metadata is metadata


@pytest.mark.parametrize(
    "image",
    [
        torch.rand(2, 3, 16, 16),
        torch.rand(1, 1, 16, 16),
        torch.rand(16, 16),
        torch.rand(1, 3, 0, 16),
        torch.zeros(1, 3, 16, 16, dtype=torch.uint8),
        torch.full((1, 3, 16, 16), float("nan")),
        torch.full((1, 3, 16, 16), float("inf")),
    ],
)
def test_refuses_what_is_not_one_image(image: torch.Tensor) -> None:
    with pytest.raises(ShapeError, match="expected"):
        tensor_to_picture(image)


def test_refuses_other_options(noise: Noise) -> None:
    with pytest.raises(OptionError, match="8 or 16"):
        tensor_to_picture(torch.rand(1, 3, 16, 16), bit_depth=12)
    with pytest.raises(ShapeError, match="alpha"):
        tensor_to_picture(torch.rand(1, 3, 16, 16), alpha=noise(16, 16, 1))
