"""Giving transparent pixels the colour of what is visible around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.image.contract import check_image, check_mask
from impasto.image.picture import PixelArray

if TYPE_CHECKING:
    import torch

OPAQUE = 0.5
"""From this much opacity on, a pixel's colour is trusted as a source for its neighbours."""

_FloatArray = npt.NDArray[np.float32]


def fill_transparent(
    image: torch.Tensor, mask: torch.Tensor, *, smoothing_px: float = 4.0
) -> torch.Tensor:
    """Replace hidden colours by those of the nearest visible pixels, smoothed.

    The colours a file stores under full transparency are arbitrary, often black or
    white. They have no influence on the result at all; under partial transparency they
    count as much as they are visible; opaque pixels stay as they are.

    Args:
        image: (B, 3, H, W) sRGB in [0, 1], not premultiplied.
        mask: (B or 1, 1, H, W) in [0, 1], 1 where opaque.
        smoothing_px: Standard deviation of the Gaussian over the filled colours; 0 for none.

    Returns:
        (B, 3, H, W) of the image's dtype and device; mid-grey where nothing is visible.

    Raises:
        ShapeError: if image or mask break the contract or do not fit each other.
        OptionError: if ``smoothing_px`` is negative.
    """
    check_image(image)
    check_mask(mask)
    if mask.shape[-2:] != image.shape[-2:] or mask.shape[0] not in (1, image.shape[0]):
        raise ShapeError(
            f"mask: expected {(image.shape[0], 1, *image.shape[-2:])} like the image, "
            f"got {tuple(mask.shape)}."
        )
    if not smoothing_px >= 0:
        raise OptionError(f"smoothing_px: expected 0 or more, got {smoothing_px}.")
    if bool((mask >= 1).all()):
        return image
    import torch

    mask = mask.detach().to(image.device, image.dtype).expand(image.shape[0], -1, -1, -1)
    surroundings = [
        torch.from_numpy(_surrounding_color(*_arrays(one, alpha), smoothing_px))
        for one, alpha in zip(image, mask, strict=True)
    ]
    mask = mask.clamp(0, 1)
    return mask * image + (1 - mask) * torch.stack(surroundings).to(image.device, image.dtype)


def fill_hidden(pixels: PixelArray, alpha: PixelArray, *, smoothing_px: float = 4.0) -> PixelArray:
    """Do as :func:`fill_transparent` does, with a picture's arrays and without torch.

    Args:
        pixels: (H, W, 3) uint8 or uint16 sRGB, not premultiplied.
        alpha: (H, W) of the same dtype, 0 transparent.
        smoothing_px: Standard deviation of the Gaussian over the filled colours; 0 for none.

    Returns:
        (H, W, 3) of the same dtype, rounded; ``pixels`` itself where all is opaque.
    """
    highest = np.iinfo(pixels.dtype).max
    if bool((alpha == highest).all()):
        return pixels
    image = np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / np.float32(highest)
    opacity = alpha.astype(np.float32) / np.float32(highest)
    surroundings = _surrounding_color(image, opacity, smoothing_px)
    mixed = opacity * image + (1 - opacity) * surroundings
    return np.ascontiguousarray(np.rint(mixed * highest).transpose(1, 2, 0)).astype(pixels.dtype)


def _arrays(image: torch.Tensor, mask: torch.Tensor) -> tuple[_FloatArray, _FloatArray]:
    return image.detach().cpu().float().numpy(), mask[0].cpu().float().numpy()


def _surrounding_color(image: _FloatArray, alpha: _FloatArray, smoothing_px: float) -> _FloatArray:
    """(3, H, W): at each pixel the colour of the nearest one that can be seen."""
    from scipy import ndimage

    threshold = min(OPAQUE, float(alpha.max()))
    if threshold <= 0:
        return np.full_like(image, 0.5)
    rows, columns = ndimage.distance_transform_edt(
        alpha < threshold, return_distances=False, return_indices=True
    )
    nearest = image[:, rows, columns]
    if smoothing_px > 0:
        nearest = ndimage.gaussian_filter(nearest, sigma=(0, smoothing_px, smoothing_px))
    smoothed: _FloatArray = np.clip(nearest, 0, 1)
    return smoothed
