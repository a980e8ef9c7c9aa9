"""Resizing the samples of pictures as files hold them, without torch."""

from __future__ import annotations

import numpy as np
from PIL import Image

from impasto.errors import OptionError
from impasto.image.picture import PixelArray


def resize_samples(samples: PixelArray, size: tuple[int, int]) -> PixelArray:
    """Resize with a bicubic filter as wide as the reduction asks for, rounded.

    It is the filter of :func:`~impasto.image.resize.resize`.

    Args:
        samples: (H, W) or (H, W, 3), uint8 or uint16.
        size: (H, W) of the result.

    Returns:
        ``size`` of the same dtype; ``samples`` itself if it has that size.

    Raises:
        OptionError: if a side is not 1 px or more.

    Example:
        >>> resize_samples(np.zeros((64, 48, 3), np.uint8), (33, 17)).shape
        (33, 17, 3)
    """
    if min(size) < 1:
        raise OptionError(f"size: expected (H, W) of 1 px or more, got {size}.")
    if samples.shape[:2] == tuple(size):
        return samples
    if samples.dtype == np.uint8:
        return np.array(_resized(samples, size))
    channels = np.atleast_3d(samples).transpose(2, 0, 1).astype(np.float32)
    resized = np.stack([np.asarray(_resized(channel, size)) for channel in channels], axis=-1)
    rounded: PixelArray = np.rint(resized.clip(0, np.iinfo(samples.dtype).max))
    return rounded.astype(samples.dtype).reshape(*size, *samples.shape[2:])


def _resized(samples: PixelArray, size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(samples).resize((size[1], size[0]), Image.Resampling.BICUBIC)
