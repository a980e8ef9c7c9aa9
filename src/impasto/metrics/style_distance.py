"""Style distance: how far an image's Gram matrices are from a style's."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.image.contract import check_image
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def style_distance(
    image: torch.Tensor,
    style_image: torch.Tensor,
    *,
    encoder: VGG,
    layers: Sequence[str] = STYLE_LAYERS,
) -> float:
    """Mean over layers of ‖G − A‖² / ‖A‖², Gram matrices divided by positions.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        style_image: (1, 3, H', W') in [0, 1], of any size.
        encoder: What the features come from. Max pooling is how VGG was trained.
        layers: Names of its layers.

    Returns:
        ≥ 0; 0 for the style image itself. Photographs start at about 0.5 to 5.

    Raises:
        ShapeError: if an image breaks the contract.
    """
    with torch.no_grad():
        pairs = [encoder(check_image(picture), layers).values() for picture in (image, style_image)]
        distances = [
            style_layer_loss(gram_matrix(ours), gram_matrix(theirs), normalization="relative")
            for ours, theirs in zip(*pairs, strict=True)
        ]
    return float(torch.stack(distances).mean())
