"""Pictures to tensors of the image contract, and back: rounded, never truncated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import OptionError, ShapeError
from impasto.image.picture import ImageMetadata, Picture, PixelArray, change_bit_depth

if TYPE_CHECKING:
    import torch


def image_to_tensor(picture: Picture) -> torch.Tensor:
    """The pixels of a picture as an image of the contract.

    Returns:
        (1, 3, H, W) float32 sRGB in [0, 1], on the CPU; transparency is left out.
    """
    return _to_tensor(picture.pixels.transpose(2, 0, 1))


def alpha_to_mask(picture: Picture) -> torch.Tensor | None:
    """The transparency of a picture as a mask of the contract.

    Returns:
        (1, 1, H, W) float32 in [0, 1], 1 where opaque; ``None`` without transparency.
    """
    return None if picture.alpha is None else _to_tensor(picture.alpha[None])


def tensor_to_picture(
    image: torch.Tensor,
    *,
    alpha: PixelArray | None = None,
    metadata: ImageMetadata | None = None,
    bit_depth: int = 8,
) -> Picture:
    """A picture from an image of the contract, clamped to [0, 1] and rounded.

    Args:
        image: (1, 3, H, W) or (3, H, W), floating point sRGB, on any device.
        alpha: (h, w) uint8 or uint16, usually the original's. Kept bit for bit where the
            size and the depth are the image's; else resized, widened or rounded to them.
        metadata: Carried along.
        bit_depth: 8 or 16.

    Raises:
        ShapeError: if the image or alpha has another shape, or values are not finite.
        OptionError: if ``bit_depth`` is not 8 or 16.

    Example:
        >>> import torch
        >>> tensor_to_picture(torch.full((1, 3, 16, 16), 0.5)).pixels[0, 0].tolist()
        [128, 128, 128]
    """
    if bit_depth not in (8, 16):
        raise OptionError(f"bit_depth: expected 8 or 16, got {bit_depth!r}.")
    pixels = np.ascontiguousarray(_to_samples(_one_image(image), bit_depth).transpose(1, 2, 0))
    return Picture(
        pixels=pixels,
        alpha=None if alpha is None else _fit_alpha(alpha, pixels.shape[:2], bit_depth),
        metadata=metadata or ImageMetadata(),
    )


def _to_tensor(samples: PixelArray) -> torch.Tensor:
    import torch

    values = np.ascontiguousarray(samples, dtype=np.float32)
    return torch.from_numpy(values / np.float32(np.iinfo(samples.dtype).max))[None]


def _one_image(image: torch.Tensor) -> torch.Tensor:
    single = image[None] if image.ndim == 3 else image
    if single.ndim != 4 or single.shape[:2] != (1, 3) or not single.numel():
        raise ShapeError(
            f"image: expected shape (1, 3, H, W), got {tuple(image.shape)}; "
            "convert the images of a batch one by one."
        )
    if not single.dtype.is_floating_point:
        raise ShapeError(f"image: expected floating point in [0, 1], got {image.dtype}.")
    if not bool(single.isfinite().all()):
        raise ShapeError("image: expected finite values, got NaN or infinity.")
    return single[0]


def _to_samples(values: torch.Tensor, bit_depth: int) -> PixelArray:
    import torch

    highest = 2**bit_depth - 1
    levels = values.detach().to("cpu", torch.float32).clamp(0, 1).mul(highest).round()
    return levels.numpy().astype(np.uint8 if bit_depth == 8 else np.uint16)


def _fit_alpha(alpha: PixelArray, size: tuple[int, ...], bit_depth: int) -> PixelArray:
    from impasto.image.resize import resize

    if alpha.ndim != 2 or alpha.dtype not in (np.uint8, np.uint16):
        raise ShapeError(
            f"alpha: expected (H, W) uint8 or uint16, got {alpha.shape} {alpha.dtype}."
        )
    if alpha.shape == size:
        return change_bit_depth(alpha, bit_depth)
    mask = resize(_to_tensor(alpha[None]), (size[0], size[1]))
    return _to_samples(mask[0, 0], bit_depth)
