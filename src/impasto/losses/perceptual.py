"""Perceptual distances of a batch whose images each have a style of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.losses.gram import gram_matrix

EPSILON = 1e-12


@dataclass(frozen=True, kw_only=True)
class StyleTargets:
    """Gram matrices of several style images.

    Attributes:
        grams: For each style layer (S, C, C) float32, one matrix a style.
        powers: For each style layer (S,), ‖A‖² of each matrix.
    """

    grams: Mapping[str, torch.Tensor]
    powers: Mapping[str, torch.Tensor]

    def __len__(self) -> int:
        return len(next(iter(self.grams.values())))


def style_targets(
    encoder: VGG, style_images: Sequence[torch.Tensor], layers: Sequence[str]
) -> StyleTargets:
    """Encode style images once, for all batches to come.

    Args:
        encoder: What the features come from.
        style_images: Each (1, 3, H, W) in [0, 1], of any size.
        layers: Names of its layers.
    """
    with torch.no_grad():
        encoded = [encoder(image, layers) for image in style_images]
        grams = {
            layer: torch.cat([gram_matrix(features[layer]) for features in encoded])
            for layer in layers
        }
    powers = {layer: gram.square().sum((1, 2)) + EPSILON for layer, gram in grams.items()}
    return StyleTargets(grams=grams, powers=powers)


def style_distances(
    features: Mapping[str, torch.Tensor], targets: StyleTargets, styles: torch.Tensor
) -> torch.Tensor:
    """How far each image is from its style: mean over layers of ‖G − A‖² / ‖A‖².

    Args:
        features: For each layer of ``targets`` (B, C, H, W), the stylised images'.
        targets: Gram matrices of the styles.
        styles: (B,) integers, which style each image should have.

    Returns:
        (B,) float32, ≥ 0.

    Source: the style term of equation (7); Johnson et al. 2016, eq. 4. Differs: relative
        to the style's own Gram matrix, as :mod:`impasto.losses.normalization` calls it.
    """
    layers = []
    for layer, grams in targets.grams.items():
        difference = gram_matrix(features[layer]) - grams[styles]
        layers.append(difference.square().sum((1, 2)) / targets.powers[layer][styles])
    return torch.stack(layers).mean(0)


def content_distances(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """How far each image is from its photograph: ‖F − P‖² / ‖P‖².

    Args:
        features: (B, C, H, W), F, of the stylised images at the content layer.
        target: (B, C, H, W), P, of the photographs.

    Returns:
        (B,) float32 or better, ≥ 0.

    Raises:
        ShapeError: if the two differ in shape.

    Source: the content term of equation (7); Johnson et al. 2016, eq. 2. Differs: relative
        to the photograph's own features.
    """
    if features.shape != target.shape:
        raise ShapeError(
            f"features and target: expected one shape, got {tuple(features.shape)} "
            f"and {tuple(target.shape)}."
        )
    wide = torch.promote_types(features.dtype, torch.float32)
    features, target = features.to(wide), target.to(wide)
    distance = (features - target).square().sum((1, 2, 3))
    return distance / (target.square().sum((1, 2, 3)) + EPSILON)


def variations(images: torch.Tensor) -> torch.Tensor:
    """Mean absolute difference of neighbours, down plus across, of each image.

    Args:
        images: (B, C, H, W).

    Returns:
        (B,), ≥ 0: mean over channels, where :func:`~impasto.losses.total_variation.total_variation`
        sums over channels and halves.
    """
    down = (images[:, :, 1:] - images[:, :, :-1]).abs().mean((1, 2, 3))
    across = (images[..., 1:] - images[..., :-1]).abs().mean((1, 2, 3))
    return down + across


def pixel_distances(images: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of two batches, image by image: (B,).

    Raises:
        ShapeError: if the two differ in shape.

    Source: the pixel loss of Johnson et al. 2016, ‖ŷ − y‖² / CHW.
    """
    if images.shape != others.shape:
        raise ShapeError(
            f"images: expected one shape, got {tuple(images.shape)} and {tuple(others.shape)}."
        )
    return (images - others).square().mean((1, 2, 3))


def excesses(images: torch.Tensor) -> torch.Tensor:
    """Mean squared distance of each image's values from [0, 1]: (B,)."""
    return (images - images.clamp(0, 1)).square().mean((1, 2, 3))
