"""Style loss: how far Gram matrices are from the style image's."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from impasto.errors import ShapeError
from impasto.losses.normalization import Normalization, check_normalization

EPSILON = 1e-12


def style_layer_loss(
    gram: torch.Tensor, target: torch.Tensor, *, normalization: Normalization = "gatys"
) -> torch.Tensor:
    """Squared Frobenius distance between two Gram matrices of one layer.

    Args:
        gram: (B, C, C), G, of the generated image, divided by positions.
        target: (B, C, C), A, of the style image, divided by positions.
        normalization: Scale of the result; ``gatys`` is a layer of equation (3).

    Returns:
        Scalar ≥ 0, mean over the batch.

    Raises:
        ShapeError: if the two differ in shape.

    Source: Gatys et al. 2016, eq. 4 (specification eq. 3). Differs: the 1/M² is inside
        the Gram matrices, which is the same when both images have one size.
    """
    check_normalization(normalization)
    if gram.shape[-2:] != target.shape[-2:]:
        raise ShapeError(
            f"gram and target: expected one shape, got {tuple(gram.shape)} "
            f"and {tuple(target.shape)}; they must come from one layer of one encoder."
        )
    channels = gram.shape[-1]
    distance = (gram - target).square().sum(dim=(-2, -1))
    match normalization:
        case "gatys":
            scaled = distance / (4 * channels**2)
        case "relative":
            scaled = distance / (target.square().sum(dim=(-2, -1)) + EPSILON)
        case "mean":
            scaled = distance / channels**2
        case "tutorial":
            scaled = distance / channels**4
    return scaled.mean()


def style_loss(
    grams: Mapping[str, torch.Tensor],
    targets: Mapping[str, torch.Tensor],
    *,
    layer_weights: Mapping[str, float] | None = None,
    normalization: Normalization = "gatys",
) -> torch.Tensor:
    """Weighted sum of :func:`style_layer_loss` over layers: equation (3).

    Args:
        grams: For each layer (B, C, C), of the generated image.
        targets: For the same layers (B, C, C), of the style image.
        layer_weights: w_l for each layer; ``None`` gives every layer 1 / number of layers.
        normalization: Scale of each layer's loss.

    Returns:
        Scalar ≥ 0.

    Raises:
        ShapeError: if the layers of ``grams`` and ``targets`` are not the same.
    """
    if grams.keys() != targets.keys():
        raise ShapeError(f"layers differ: {sorted(grams)} against {sorted(targets)}.")
    if layer_weights is None:
        layer_weights = dict.fromkeys(grams, 1 / len(grams))
    losses = [
        layer_weights[name] * style_layer_loss(gram, targets[name], normalization=normalization)
        for name, gram in grams.items()
    ]
    return torch.stack(losses).sum()
