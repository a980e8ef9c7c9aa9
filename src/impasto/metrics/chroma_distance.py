"""Chroma distance: how far an image's colours are from the photograph's, brightness apart."""

from __future__ import annotations

import torch

from impasto.errors import ShapeError
from impasto.image.color import rgb_to_yiq


def chroma_distance(image: torch.Tensor, content_image: torch.Tensor) -> float:
    """Root mean square of the difference in I and Q of YIQ.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        content_image: (1, 3, H, W) in [0, 1], of the same size.

    Returns:
        ≥ 0; 0 where every pixel has the photograph's chroma, about 0.1 for another palette.

    Raises:
        ShapeError: if the images break the contract or differ in size.
    """
    if image.shape != content_image.shape:
        raise ShapeError(
            f"image and content_image: expected one shape, got {tuple(image.shape)} "
            f"and {tuple(content_image.shape)}."
        )
    ours, theirs = (rgb_to_yiq(picture)[:, 1:] for picture in (image, content_image))
    return float((ours - theirs).square().mean().sqrt())
