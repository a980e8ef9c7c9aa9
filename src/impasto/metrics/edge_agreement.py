"""Edge agreement: how well the photograph's contours survive."""

from __future__ import annotations

import torch

from impasto.image.contract import check_image
from impasto.losses.laplacian import laplacian_loss


def laplacian_distance(
    image: torch.Tensor, content_image: torch.Tensor, *, pooling: int = 1
) -> float:
    """Mean squared difference of the Laplacians of two images, equation (6).

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        content_image: (1, 3, H, W) in [0, 1], of the same size.
        pooling: Side of the average pooling before the Laplacian.

    Returns:
        ≥ 0; 0 where every contour is the photograph's.

    Raises:
        ShapeError: if the images break the contract or differ in size.
    """
    return float(laplacian_loss(check_image(image), check_image(content_image), pooling=pooling))
