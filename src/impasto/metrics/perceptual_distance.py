"""LPIPS: the learned perceptual distance of Zhang et al., with its published weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import torch

from impasto.errors import ShapeError
from impasto.image.contract import check_image

Backbone = Literal["vgg", "alex"]

EPSILON = 1e-10
"""Added to the length of a feature vector before it is divided by it."""


class LayerEncoder(Protocol):
    """What turns images into named features, preprocessing included."""

    def __call__(self, image: torch.Tensor, layers: tuple[str, ...]) -> dict[str, torch.Tensor]:
        """Features (B, C, h, w) of images (B, 3, H, W) in [0, 1], by layer."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class PerceptualJudge:
    """A backbone and the published weight of each of its channels.

    Attributes:
        backbone: ``vgg`` or ``alex``.
        encoder: The backbone.
        weights: For each layer (C,), not negative.
    """

    backbone: Backbone
    encoder: LayerEncoder
    weights: Mapping[str, torch.Tensor]


def perceptual_distance(
    image: torch.Tensor, content_image: torch.Tensor, *, judge: PerceptualJudge
) -> float:
    """Σ over layers of the mean over positions of Σ_c w_c (ŷ_c − ŷ0_c)².

    ŷ are features divided by their length at each position.

    Args:
        image: (1, 3, H, W) in [0, 1], the stylised image.
        content_image: (1, 3, H, W) in [0, 1], of the same size.
        judge: The backbone and the weights.

    Returns:
        ≥ 0; 0 for the photograph itself, about 0.7 for pictures that share nothing.

    Raises:
        ShapeError: if the images break the contract or differ in size.

    Source: Zhang et al. 2018, eq. 1, version 0.1 of its code. There images in [−1, 1] are
        shifted and scaled, which is the ImageNet normalisation that the encoder applies.
    """
    if check_image(image).shape != check_image(content_image).shape:
        raise ShapeError(
            f"images: expected one shape, got {tuple(image.shape)} and "
            f"{tuple(content_image.shape)}."
        )
    layers = tuple(judge.weights)
    with torch.no_grad():
        ours, theirs = (_directions(judge.encoder(each, layers)) for each in (image, content_image))
        total = torch.zeros(())
        for layer, weights in judge.weights.items():
            moved = (ours[layer] - theirs[layer]).square()
            total = total + (moved * weights.view(1, -1, 1, 1)).sum(1).mean().cpu()
    return float(total)


def _directions(features: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Features of length 1 at every position."""
    return {
        layer: each / (each.square().sum(1, keepdim=True).sqrt() + EPSILON)
        for layer, each in features.items()
    }
