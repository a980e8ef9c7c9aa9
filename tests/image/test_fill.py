from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import OptionError, ShapeError
from impasto.image.fill import fill_hidden, fill_transparent


def _half_visible() -> tuple[torch.Tensor, torch.Tensor]:
    image = torch.zeros(1, 3, 20, 30)
    image[:, 0, :, :15] = 1
    mask = torch.zeros(1, 1, 20, 30)
    mask[..., :15] = 1
    return image, mask


def test_hidden_pixels_take_the_nearest_visible_colour() -> None:
    image, mask = _half_visible()
    filled = fill_transparent(image, mask)
    assert torch.equal(filled[..., :15], image[..., :15])
    assert torch.allclose(filled[:, 0], torch.tensor(1.0))
    assert torch.allclose(filled[:, 1:], torch.tensor(0.0))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), hidden=st.floats(0, 1), batch=st.integers(1, 2))
def test_hidden_colours_have_no_influence(seed: int, hidden: float, batch: int) -> None:
    random = torch.Generator().manual_seed(seed)
    image = torch.rand(batch, 3, 16, 19, generator=random)
    mask = torch.rand(1, 1, 16, 19, generator=random)
    mask = mask * (torch.rand(1, 1, 16, 19, generator=random) > hidden)
    other = torch.where(mask == 0, torch.rand(batch, 3, 16, 19, generator=random), image)
    filled = fill_transparent(image, mask)
    assert torch.equal(filled, fill_transparent(other, mask))
    assert filled.min() >= 0
    assert filled.max() <= 1


def test_partial_transparency_weighs_the_colour() -> None:
    image, mask = torch.zeros(1, 3, 16, 16), torch.ones(1, 1, 16, 16)
    image[..., 8, 8] = 1
    mask[..., 8, 8] = 0.25
    filled = fill_transparent(image, mask, smoothing_px=0)
    assert torch.allclose(filled[..., 8, 8], torch.tensor(0.25))


def test_smoothing_softens_the_seams() -> None:
    image, mask = torch.zeros(1, 3, 40, 40), torch.zeros(1, 1, 40, 40)
    image[..., -1] = 1
    mask[..., 0] = mask[..., -1] = 1
    sharp = fill_transparent(image, mask, smoothing_px=0)
    soft = fill_transparent(image, mask)
    assert sharp.diff(dim=-1).max() == 1
    assert soft.diff(dim=-1).max() < 0.25


def test_opaque_images_are_returned_as_they_are() -> None:
    image = torch.rand(1, 3, 16, 16)
    assert fill_transparent(image, torch.ones(1, 1, 16, 16)) is image


def test_nothing_visible_is_grey() -> None:
    filled = fill_transparent(torch.rand(1, 3, 16, 16), torch.zeros(1, 1, 16, 16))
    assert torch.equal(filled, torch.full_like(filled, 0.5))


def test_faint_images_use_their_most_visible_pixels() -> None:
    image, mask = torch.zeros(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    image[..., 3, 3], mask[..., 3, 3] = 1, 0.2
    assert fill_transparent(image, mask).min() > 0.99


def test_keeps_dtype_and_differentiates_the_visible() -> None:
    image, mask = _half_visible()
    image = image.double().requires_grad_()
    filled = fill_transparent(image, mask)
    filled.sum().backward()
    assert filled.dtype == torch.float64
    assert image.grad is not None
    assert torch.equal(image.grad, mask.double().expand_as(image))


@pytest.mark.parametrize("shape", [(1, 1, 16, 17), (2, 1, 16, 16), (1, 3, 16, 16)])
def test_refuses_masks_that_do_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="mask"):
        fill_transparent(torch.rand(1, 3, 16, 16), torch.zeros(shape))


def test_refuses_negative_smoothing() -> None:
    with pytest.raises(OptionError, match="smoothing_px"):
        fill_transparent(torch.rand(1, 3, 16, 16), torch.zeros(1, 1, 16, 16), smoothing_px=-1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pictures_are_filled_as_tensors_are(dtype: type) -> None:
    highest = np.iinfo(dtype).max
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, highest, (33, 21, 3), dtype=dtype, endpoint=True)
    alpha = generator.integers(0, highest, (33, 21), dtype=dtype, endpoint=True)
    alpha[5:20, 3:15] = 0
    image = torch.from_numpy(pixels.transpose(2, 0, 1)[None].astype(np.float32) / highest)
    mask = torch.from_numpy(alpha[None, None].astype(np.float32) / highest)
    expected = fill_transparent(image, mask)[0].permute(1, 2, 0).double().numpy() * highest
    filled = fill_hidden(pixels, alpha)
    assert filled.dtype == dtype
    np.testing.assert_allclose(filled, expected, atol=0.51)
    opaque = np.full_like(alpha, highest)
    assert fill_hidden(pixels, opaque) is pixels
