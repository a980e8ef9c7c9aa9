"""Content distance: how far an image's deep features are from the photograph's."""

from __future__ import annotations

import torch

from impasto.encoders.vgg import VGG
from impasto.image.contract import check_image
from impasto.losses.content import content_loss

CONTENT_LAYER = "relu4_2"


def content_distance(
    image: torch.Tensor,
    content_image: torch.Tensor,
    *,
    encoder: VGG,
    layer: str = CONTENT_LAYER,
) -> float:
    """‖F − P‖² / ‖P‖² at one layer.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        content_image: (1, 3, H, W) in [0, 1], of the same size.
        encoder: What the features come from.
        layer: Name of its layer.

    Returns:
        ≥ 0; 0 for the photograph itself, about 1 where nothing of it is left.

    Raises:
        ShapeError: if the images break the contract or differ in size.
    """
    with torch.no_grad():
        ours, theirs = (
            encoder(check_image(picture), (layer,))[layer] for picture in (image, content_image)
        )
        return float(content_loss(ours, theirs, normalization="relative"))
