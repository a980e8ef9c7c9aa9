"""Region style distance: how far a part of an image is from the style of a part of another."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from impasto.encoders.vgg import VGG
from impasto.image.contract import check_image, check_mask
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss
from impasto.metrics.style_distance import STYLE_LAYERS


def region_style_distance(
    image: torch.Tensor,
    mask: torch.Tensor,
    style_image: torch.Tensor,
    style_mask: torch.Tensor,
    *,
    encoder: VGG,
    layers: Sequence[str] = STYLE_LAYERS,
) -> float:
    """Mean over layers of ‖G − A‖² / ‖A‖², Gram matrices taken over masks.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        mask: (1, 1, H, W) in [0, 1]: its region.
        style_image: (1, 3, H', W') in [0, 1], of any size.
        style_mask: (1, 1, H', W') in [0, 1]: the region of the style.
        encoder: What the features come from.
        layers: Names of its layers.

    Returns:
        ≥ 0; 0 where both regions have the same Gram matrices.

    Raises:
        ShapeError: if an image or a mask breaks the contract.
    """
    pairs = ((image, mask), (style_image, style_mask))
    grams: list[list[torch.Tensor]] = []
    with torch.no_grad():
        for picture, region in pairs:
            found = encoder(check_image(picture), layers)
            check_mask(region)
            grams.append(
                [
                    gram_matrix(found[layer], F.adaptive_avg_pool2d(region, _size(found[layer])))
                    for layer in layers
                ]
            )
        distances = [
            style_layer_loss(ours, theirs, normalization="relative")
            for ours, theirs in zip(*grams, strict=True)
        ]
    return float(torch.stack(distances).mean())


def _size(features: torch.Tensor) -> tuple[int, int]:
    return int(features.shape[-2]), int(features.shape[-1])
