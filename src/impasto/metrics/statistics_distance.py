"""Statistics distance: how far means and deviations of features are from a style's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.image.contract import check_image
from impasto.metrics.style_distance import STYLE_LAYERS

Statistics = Mapping[str, tuple[torch.Tensor, torch.Tensor]]
"""For each layer the mean and the standard deviation of every channel, (B, C) each."""


def statistics_distance(
    image: torch.Tensor,
    style_image: torch.Tensor,
    *,
    encoder: VGG,
    layers: Sequence[str] = STYLE_LAYERS,
) -> float:
    """Mean over layers of (‖μ − μ_S‖² + ‖σ − σ_S‖²) / (‖μ_S‖² + ‖σ_S‖²).

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        style_image: (1, 3, H', W') in [0, 1], of any size.
        encoder: What the features come from.
        layers: Names of its layers.

    Returns:
        ≥ 0; 0 for the style image itself.

    Raises:
        ShapeError: if an image breaks the contract.

    Source: Huang, Belongie 2017, eq. 13. Differs: squared distances, each layer divided by
        the style's own squares, so that no layer counts for its scale.
    """
    with torch.no_grad():
        ours, theirs = (
            feature_statistics(encoder(check_image(picture), layers))
            for picture in (image, style_image)
        )
        return compare_statistics(ours, theirs)


def feature_statistics(features: Mapping[str, torch.Tensor]) -> Statistics:
    """Mean and standard deviation over positions of each layer's channels, in float32.

    Args:
        features: For each layer (B, C, H, W).
    """
    found = {}
    for layer, each in features.items():
        flat = each.float().flatten(2)
        found[layer] = (flat.mean(-1), flat.std(-1, correction=0))
    return found


def compare_statistics(ours: Statistics, theirs: Statistics) -> float:
    """The distance of two sets of statistics; ``theirs`` are the style's.

    Raises:
        ShapeError: if they are not of the same layers.
    """
    if ours.keys() != theirs.keys():
        raise ShapeError(f"layers differ: {sorted(ours)} against {sorted(theirs)}.")
    distances = []
    for layer, (mean, deviation) in theirs.items():
        own_mean, own_deviation = ours[layer]
        moved = (own_mean - mean).square().sum() + (own_deviation - deviation).square().sum()
        distances.append(moved / (mean.square().sum() + deviation.square().sum()).clamp_min(1e-12))
    return float(torch.stack(distances).mean())
