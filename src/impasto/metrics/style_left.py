"""Style left: which part of a photograph's way to a style a stylised image has still to go."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.metrics.style_distance import STYLE_LAYERS, style_distance


def style_left(
    image: torch.Tensor,
    content_image: torch.Tensor,
    style_image: torch.Tensor,
    *,
    encoder: VGG,
    layers: Sequence[str] = STYLE_LAYERS,
) -> float:
    """Style distance of an image as a part of its photograph's own.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        content_image: (1, 3, H, W) in [0, 1], its photograph.
        style_image: (1, 3, H', W') in [0, 1], of any size.
        encoder: What the features come from.
        layers: Names of its layers.

    Returns:
        ≥ 0: 1 for the photograph itself, 0 for the style image; 0 also where the
        photograph is the style image.

    Raises:
        ShapeError: if an image breaks the contract.
    """
    distance = style_distance(image, style_image, encoder=encoder, layers=layers)
    start = style_distance(content_image, style_image, encoder=encoder, layers=layers)
    return distance / start if start else 0.0
