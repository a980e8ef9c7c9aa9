from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from impasto.errors import OptionError
from impasto.studio.box import Box
from impasto.studio.mask import make_mask
from impasto.studio.server.encoding import (
    encode_jpeg,
    encode_mask_image,
    encode_patch,
    encode_png,
    reduce,
    shrink,
)

PIXELS = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)


def _decode(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_a_patch_says_where_it_belongs() -> None:
    box = Box(top=2, left=4, bottom=39, right=57)
    patch = encode_patch(PIXELS, box, scale=2, revision=2**32 + 5)
    assert struct.unpack_from("<7I", patch) == (0x31504D49, 5, 2, 4, 2, 57, 39)
    assert _decode(patch[28:]).shape == PIXELS.shape


def test_only_large_patches_have_coarse_colours() -> None:
    for side, sampling in ((300, 0), (700, 2)):
        pixels = np.zeros((side, side, 3), np.uint8)
        patch = encode_patch(pixels, Box.whole((side, side)), scale=1, revision=1)
        assert get_sampling(Image.open(io.BytesIO(patch[28:]))) == sampling


def test_jpegs_have_the_right_colours() -> None:
    flat = np.broadcast_to(np.array([200, 30, 90], np.uint8), (16, 16, 3))
    assert np.abs(_decode(encode_jpeg(flat, 90)).astype(int) - (200, 30, 90)).max() <= 3


def test_pngs_are_exact() -> None:
    assert (_decode(encode_png(PIXELS)) == PIXELS).all()


def test_masks_are_white_and_as_opaque_as_they_are() -> None:
    values = np.zeros((20, 30), np.uint8)
    values[5:9, 10:20] = 77
    shown = _decode(encode_mask_image(make_mask(values), 1))
    assert shown.shape == (4, 10, 4)
    assert (shown[..., :3] == 255).all()
    assert (shown[..., 3] == 77).all()
    assert _decode(encode_mask_image(make_mask(values), 4)).shape == (1, 3, 4)


def test_an_empty_mask_has_no_image() -> None:
    with pytest.raises(OptionError, match="empty"):
        encode_mask_image(make_mask(np.zeros((5, 5), np.uint8)), 1)


@pytest.mark.parametrize("scale", [1, 2, 4, 8, 16])
def test_reduced_pixels_are_means(scale: int) -> None:
    small = reduce(PIXELS, scale)
    assert small.shape == (-(-37 // scale), -(-53 // scale), 3)
    mean = PIXELS[:scale, :scale].reshape(-1, 3).astype(np.float64).mean(axis=0)
    assert np.abs(small[0, 0] - mean).max() <= 0.51
    assert small is not PIXELS


def test_small_pictures_do_not_grow() -> None:
    assert shrink(PIXELS, 20).shape == (14, 20, 3)
    assert (shrink(PIXELS, 100) == PIXELS).all()
