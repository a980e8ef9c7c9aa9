"""What the decoders of arbitrary-style networks are trained for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from impasto.encoders.vgg import VGG
from impasto.losses.gram import gram_matrix
from impasto.losses.total_variation import total_variation
from impasto.networks.channel_moments import EPSILON, channel_moments

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
SCALE_FLOOR = 0.05
"""Least scale of a channel, as a part of the usual one: some channels hardly ever respond."""


@dataclass(frozen=True, kw_only=True)
class TransferWeights:
    """Weights of the terms; each is free of the features' scale.

    Attributes:
        content: Features of the painting against those that were asked for.
        style: Means and deviations of the painting's features against the style's.
        gram: Their Gram matrices: which channels respond together, hence brushwork.
        reconstruction: Pixels of an image that is decoded as it was encoded.
        smoothness: Total variation.
    """

    content: float = 1.0
    style: float = 4.0
    gram: float = 8.0
    reconstruction: float = 4.0
    smoothness: float = 0.02


class AdainObjective:
    """A decoder of features whose mean and deviation are a style's.

    Three quarters of a batch are painted in the style of another image; the rest is decoded
    as it was encoded, so that low strengths give the photograph.

    Args:
        encoder: Frozen; max pooling.
        judge: What the painting is judged by; the encoder itself, or VGG-19.
        weights: Of the terms.

    Source: Huang, Belongie 2017, eqs. 11 to 13. Differs: every term is relative to what it is
        compared with, Gram matrices count beside means and deviations, there is
        reconstruction, and relu3_1 joins, normalised in the same way.
    """

    layer, skip_layer = "relu4_1", "relu3_1"

    def __init__(
        self, encoder: VGG, judge: VGG | None = None, weights: TransferWeights | None = None
    ) -> None:
        self.encoder, self.judge = encoder, judge or encoder
        self.weights = weights or TransferWeights()

    def __call__(
        self, decoder: nn.Module, images: Mapping[str, torch.Tensor], step: int
    ) -> dict[str, torch.Tensor]:
        """The terms for ``photos`` and ``styles``, (B, 3, H, W) in [0, 1] each."""
        photos, styles = images["photos"], images["styles"]
        plain = max(1, len(photos) // 4)
        layers = (self.layer, self.skip_layer)
        with torch.no_grad():
            content, style = self.encoder(photos, layers), self.encoder(styles, layers)
            wanted, skip = (
                torch.cat(
                    [
                        content[name][:plain].float(),
                        renormalized(content[name], style[name])[plain:],
                    ]
                )
                for name in layers
            )
            targets = self.judge(styles[plain:], STYLE_LAYERS)
        painted = decoder(wanted, skip).float()
        found = self.judge(painted, STYLE_LAYERS)
        terms = {
            "content": self.weights.content * relative(found[self.layer], wanted),
        }
        painted_features = {name: found[name][plain:] for name in STYLE_LAYERS}
        terms |= style_terms(painted_features, targets, self.weights.style, self.weights.gram)
        return terms | _plain_terms(self.weights, painted, photos, plain)


class ReconstructionObjective:
    """A decoder that gives back the image it gets the features of.

    Args:
        encoder: Frozen; max pooling.
        layer: Whose features are decoded.
        weights: Of the terms.

    Source: Li et al. 2017, eq. 1. Differs: relative terms, features of all layers before.
    """

    def __init__(self, encoder: VGG, layer: str, weights: TransferWeights | None = None) -> None:
        self.encoder, self.layer = encoder, layer
        self.weights = weights or TransferWeights()
        self.layers = tuple(name for name in STYLE_LAYERS if name <= layer)

    def __call__(
        self, decoder: nn.Module, images: Mapping[str, torch.Tensor], step: int
    ) -> dict[str, torch.Tensor]:
        """The terms for ``photos`` and ``styles``, (B, 3, H, W) in [0, 1] each."""
        every = torch.cat([images["photos"], images["styles"]])
        with torch.no_grad():
            wanted = self.encoder(every, self.layers)
        painted = decoder(wanted[self.layer].float()).float()
        found = self.encoder(painted, self.layers)
        features = [relative(found[name], wanted[name]) for name in self.layers]
        terms = {"content": self.weights.content * torch.stack(features).mean()}
        return terms | _plain_terms(self.weights, painted, every, len(every))


def renormalized(content: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """Features (B, C, h, w) with the means and deviations of others, (B, C, h', w')."""
    mean, deviation = channel_moments(content)
    wanted_mean, wanted_deviation = channel_moments(style)
    return (content - mean) / deviation * wanted_deviation + wanted_mean


def statistics_distance(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Relative squared distance of means plus that of deviations, averaged over images."""
    total = torch.zeros((), device=features.device)
    for ours, theirs in zip(channel_moments(features), channel_moments(target), strict=True):
        error = (ours - theirs).square().sum((1, 2, 3))
        total = total + (error / (theirs.square().sum((1, 2, 3)) + EPSILON)).mean()
    return total


def gram_distance(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """2 ‖G − A‖² / (‖G‖² + ‖A‖²), averaged over images: at most 4, whatever the image.

    The denominator counts as a constant: what is dark has no larger gradients for it.
    """
    ours, theirs = gram_matrix(features), gram_matrix(target)
    size = ours.detach().square().sum((1, 2)) + theirs.square().sum((1, 2))
    return (2 * (ours - theirs).square().sum((1, 2)) / (size + EPSILON)).mean()


def style_terms(
    found: Mapping[str, torch.Tensor],
    targets: Mapping[str, torch.Tensor],
    style: float,
    gram: float,
) -> dict[str, torch.Tensor]:
    """The terms of style, each averaged over the layers of the targets."""
    pairs = [(found[name], target) for name, target in targets.items()]
    return {
        "style": style * torch.stack([statistics_distance(*pair) for pair in pairs]).mean(),
        "gram": gram * torch.stack([gram_distance(*pair) for pair in pairs]).mean(),
    }


def relative(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Σ (F − P)² / Σ (P − mean of its channel)², averaged over images."""
    wide = target.float()
    variance = (wide - wide.mean((2, 3), keepdim=True)).square().sum((1, 2, 3))
    error = (features.float() - wide).square().sum((1, 2, 3))
    return (error / (variance + EPSILON)).mean()


def feature_scale(encoder: VGG, layer: str, batches: Sequence[torch.Tensor]) -> torch.Tensor:
    """(C,): the root mean square of every channel, at least a part of the usual one.

    Args:
        encoder: The encoder.
        layer: Whose channels.
        batches: Images, (B, 3, H, W) in [0, 1] each.
    """
    with torch.no_grad():
        squares = [
            encoder(images, (layer,))[layer].float().square().mean((0, 2, 3)) for images in batches
        ]
    scale = torch.stack(squares).mean(0).sqrt()
    return scale.clamp_min(SCALE_FLOOR * float(scale.median().clamp_min(1e-3)))


def _plain_terms(
    weights: TransferWeights, painted: torch.Tensor, images: torch.Tensor, plain: int
) -> dict[str, torch.Tensor]:
    target = images[:plain].float()
    variance = (target - target.mean((2, 3), keepdim=True)).square().mean() + EPSILON
    error = (painted[:plain] - target).square().mean() / variance
    return {
        "reconstruction": weights.reconstruction * error,
        "smoothness": weights.smoothness * total_variation(painted),
    }
