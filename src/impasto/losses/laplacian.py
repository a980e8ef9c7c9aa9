"""Laplacian loss: keep the contours of the content image."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from impasto.errors import OptionError, ShapeError


def laplacian(image: torch.Tensor, *, pooling: int = 1) -> torch.Tensor:
    """Discrete Laplacian of each channel, equation (5).

    Args:
        image: (B, C, H, W), any range.
        pooling: Side of the average pooling before the kernel. 1 is the specification's
            form; Li et al. 2017 use 4 and 16.

    Returns:
        (B, C, ⌊H/pooling⌋ − 2, ⌊W/pooling⌋ − 2): only where the kernel lies fully inside.

    Raises:
        OptionError: if ``pooling`` is below 1 or leaves less than 3 × 3 positions.

    Source: Li et al. 2017, *Laplacian-Steered Neural Style Transfer*; specification eq. 5.
        Differs: no padding, so that the frame of the image does not count as an edge.
    """
    if pooling < 1:
        raise OptionError(f"laplacian pooling: expected 1 or more, got {pooling}.")
    if min(image.shape[-2:]) // pooling < 3:
        raise OptionError(
            f"laplacian pooling {pooling} leaves less than 3 × 3 positions of an image "
            f"of size {tuple(image.shape[-2:])}; use a smaller one."
        )
    if pooling > 1:
        image = F.avg_pool2d(image, pooling)
    centre = image[..., 1:-1, 1:-1]
    return (
        image[..., :-2, 1:-1]
        + image[..., 2:, 1:-1]
        + image[..., 1:-1, :-2]
        + image[..., 1:-1, 2:]
        - 4 * centre
    )


def laplacian_loss(
    image: torch.Tensor, content_image: torch.Tensor, *, pooling: int = 1
) -> torch.Tensor:
    """Mean squared difference of two images' Laplacians, equation (6).

    Args:
        image: (B, C, H, W), the generated image.
        content_image: (B, C, H, W), of the same size.
        pooling: See :func:`laplacian`.

    Returns:
        Scalar ≥ 0.

    Raises:
        ShapeError: if the two differ in shape.
        OptionError: if ``pooling`` does not suit the size.
    """
    if image.shape != content_image.shape:
        raise ShapeError(
            f"image and content_image: expected one shape, got {tuple(image.shape)} "
            f"and {tuple(content_image.shape)}."
        )
    difference = laplacian(image, pooling=pooling) - laplacian(content_image, pooling=pooling)
    return difference.square().mean()
