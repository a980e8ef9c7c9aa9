"""What the style-attentional network is trained for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from impasto.encoders.vgg import VGG
from impasto.losses.total_variation import total_variation
from impasto.networks.style_attention import normalized_features
from impasto.training.arbitrary_objectives import relative, renormalized, style_terms

LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYERS = LAYERS[3:]
SKIP_LAYER = "relu3_1"


@dataclass(frozen=True, kw_only=True)
class AttentionWeights:
    """Weights of the terms; each is free of the features' scale.

    Attributes:
        content: Normalised features of relu4_1 and relu5_1 against the photograph's.
        style: Means and deviations of five layers against the style's.
        gram: Their Gram matrices: which channels respond together, hence brushwork.
        identity_pixels: A picture in its own style is itself.
        identity_features: The same, seen by the encoder.
        smoothness: Total variation.
    """

    content: float = 1.0
    style: float = 3.0
    gram: float = 8.0
    identity_pixels: float = 4.0
    identity_features: float = 1.0
    smoothness: float = 0.02


class AttentionObjective:
    """The terms of a :class:`~impasto.networks.style_attention.StyleAttentionNet`.

    Args:
        encoder: Frozen; max pooling.
        judge: What the paintings are judged by; the encoder itself, or VGG-19.
        weights: Of the terms.

    Source: Park, Lee 2019, eqs. 6 to 10. Differs: every term is relative to what it is
        compared with, Gram matrices count beside means and deviations; half of the batch is
        painted, the other half shown itself as its style.
    """

    def __init__(
        self, encoder: VGG, judge: VGG | None = None, weights: AttentionWeights | None = None
    ) -> None:
        self.encoder, self.judge = encoder, judge or encoder
        self.weights = weights or AttentionWeights()

    def __call__(
        self, net: nn.Module, images: Mapping[str, torch.Tensor], step: int
    ) -> dict[str, torch.Tensor]:
        """The terms for ``photos`` and ``styles``, (B, 3, H, W) in [0, 1] each."""
        photos, styles = images["photos"], images["styles"]
        half = max(1, len(photos) // 2)
        # The second half is pairs of one picture: photographs at even steps, paintings at odd.
        own = (styles if step % 2 else photos)[half:]
        content = torch.cat([photos[:half], own])
        style = torch.cat([styles[:half], own])
        with torch.no_grad():
            *ours, own_skip = self._encoded(content)
            *theirs, style_skip = self._encoded(style)
            skip = renormalized(own_skip, style_skip)
            targets = self.judge(style[:half], LAYERS)
            wanted = self.judge(content, LAYERS)
        painted = net(tuple(ours), tuple(theirs), skip).float()
        found = self.judge(painted, LAYERS)
        return self._terms(painted, content, found, wanted, targets, half)

    def _encoded(self, images: torch.Tensor) -> list[torch.Tensor]:
        found = self.encoder(images, (*CONTENT_LAYERS, SKIP_LAYER))
        return [found[name].float() for name in (*CONTENT_LAYERS, SKIP_LAYER)]

    def _terms(
        self,
        painted: torch.Tensor,
        content: torch.Tensor,
        found: dict[str, torch.Tensor],
        wanted: dict[str, torch.Tensor],
        targets: dict[str, torch.Tensor],
        half: int,
    ) -> dict[str, torch.Tensor]:
        kept = [
            relative(
                normalized_features(found[name][:half]), normalized_features(wanted[name][:half])
            )
            for name in CONTENT_LAYERS
        ]
        painted_features = {name: found[name][:half] for name in LAYERS}
        terms = {
            "content": self.weights.content * torch.stack(kept).mean(),
            **style_terms(painted_features, targets, self.weights.style, self.weights.gram),
            "smoothness": self.weights.smoothness * total_variation(painted),
        }
        if half < len(content):
            same = [relative(found[name][half:], wanted[name][half:]) for name in LAYERS]
            pixels = relative(painted[half:], content[half:])
            terms["identity_pixels"] = self.weights.identity_pixels * pixels
            terms["identity_features"] = self.weights.identity_features * torch.stack(same).mean()
        return terms
