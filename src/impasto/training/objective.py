"""What a training minimises: equation (7) for a batch, and the terms that may be added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from impasto.encoders.vgg import VGG
from impasto.losses.grid import grid_loss
from impasto.losses.outliers import outlier_loss
from impasto.losses.perceptual import (
    StyleTargets,
    content_distances,
    excesses,
    pixel_distances,
    style_distances,
    variations,
)
from impasto.losses.stability import Motion, random_motion, stability_losses, warp
from impasto.networks.catalog import Network
from impasto.networks.realtime_net import RealtimeNet
from impasto.training.recipe import TrainingRecipe
from impasto.training.sampler import IDENTITY_ROW, noise_seed

GRID_EVERY = 3
"""The answer to noise changes slowly: every third step looks at it."""
MOTION_REACH_PX = 3.0
MOTION_NOISE = 0.02

Batch = tuple[torch.Tensor, torch.Tensor]
"""Images (B, 3, H, W) and the row of each, (B,)."""


class NumberedRows(nn.Module):
    """A network that paints batches by the numbers of their rows, several in one pass.

    One pass a step is what distributed training wants to see, and rows must be looked up in
    full precision.
    """

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net
        self._outliers: list[torch.Tensor] = []
        if isinstance(net, RealtimeNet):
            for layer in net.normalized_layers:
                layer.register_forward_hook(self._judge)

    def forward(self, *batches: Batch) -> list[torch.Tensor]:
        """Stylise each batch; last comes the outlier loss of the first, a scalar."""
        self._outliers.clear()
        outputs = [self._stylize(*batches[0])]
        outliers = sum(self._outliers, start=torch.zeros((), device=outputs[0].device))
        outputs += [self._stylize(*batch) for batch in batches[1:]]
        return [*outputs, outliers]

    def _judge(self, _layer: nn.Module, _inputs: object, features: torch.Tensor) -> None:
        if torch.is_grad_enabled():
            self._outliers.append(outlier_loss(features))

    def _stylize(self, images: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        if isinstance(self.net, RealtimeNet):
            return self.net(images, F.embedding(rows, self.net.rows))  # type: ignore[no-any-return]
        return self.net(images)  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class StepLosses:
    """What one step found, over this process's images.

    Attributes:
        total: Scalar with a gradient.
        terms: Weighted mean of each term, without one.
        content: (B,) content distances.
        style: (B,) style distances; of no meaning for the identity.
    """

    total: torch.Tensor
    terms: dict[str, torch.Tensor]
    content: torch.Tensor
    style: torch.Tensor


class Objective:
    """The loss of a batch whose images each have a style of their own.

    Args:
        recipe: Names layers and weights.
        encoder: Judges content and style.
        targets: Gram matrices of the styles.
    """

    def __init__(self, recipe: TrainingRecipe, encoder: VGG, targets: StyleTargets) -> None:
        encoder.check_layers((*recipe.style_layers, recipe.content_layer))
        self.recipe, self.encoder, self.targets = recipe, encoder, targets
        self.layers = (*recipe.style_layers, recipe.content_layer)

    def __call__(
        self,
        model: Callable[..., list[torch.Tensor]],
        images: torch.Tensor,
        rows: Sequence[int],
        weights: Sequence[float],
        *,
        step: int,
        first_index: int,
    ) -> StepLosses:
        """Stylise photographs and judge the results.

        Args:
            model: A :class:`NumberedRows`, wrapped or not.
            images: (B, 3, H, W) in [0, 1].
            rows: The row of each.
            weights: The weight of each style.
            step: Steps done before this one.
            first_index: Number of the first image among all shown so far.
        """
        chosen = torch.tensor(rows, device=images.device)
        batches: list[Batch] = [(images, chosen)]
        motion = noise = None
        if self.recipe.stability_weight:
            motion, moved = self._moved(images, first_index)
            batches.append((moved, chosen))
        if self.recipe.grid_weight and step % GRID_EVERY == 0:
            noise = self._noise(step, images.device)
            batches.append(noise)
        *outputs, outliers = model(*batches)
        losses = self._perceptual(images, outputs[0], chosen, weights)
        terms = losses.terms
        if self.recipe.outlier_weight:
            terms["outliers"] = self.recipe.outlier_weight * outliers
        if motion is not None:
            unstable = stability_losses(outputs[0], outputs[1], motion).mean()
            terms["stability"] = self.recipe.stability_weight * unstable
        if noise is not None:
            terms["grid"] = self.recipe.grid_weight * grid_loss(outputs[-1], noise[0])
        return StepLosses(
            total=torch.stack(list(terms.values())).sum(),
            terms={name: term.detach() for name, term in terms.items()},
            content=losses.content.detach(),
            style=losses.style.detach(),
        )

    def _perceptual(
        self,
        images: torch.Tensor,
        stylized: torch.Tensor,
        rows: torch.Tensor,
        weights: Sequence[float],
    ) -> StepLosses:
        """The identity must give back its photograph; styles follow equation (7)."""
        recipe, layer = self.recipe, self.recipe.content_layer
        with torch.no_grad():
            photograph = self.encoder(images, (layer,))[layer]
        features = self.encoder(stylized, self.layers)
        styles = (rows - 1).clamp_min(0)
        content = content_distances(features[layer], photograph)
        style = style_distances(features, self.targets, styles)
        is_style = (rows != IDENTITY_ROW).to(content.dtype)
        style_weights = torch.tensor(weights, device=images.device, dtype=content.dtype)[styles]
        pixel_weights = torch.where(
            rows == IDENTITY_ROW, recipe.identity_weight, recipe.pixel_weight
        )
        terms = {
            "content": recipe.content_weight * content.mean(),
            "style": (is_style * style_weights * style).mean(),
            "total variation": recipe.tv_weight * (is_style * variations(stylized)).mean(),
            "pixel": (pixel_weights * pixel_distances(stylized, images)).mean(),
            "range": excesses(stylized).mean(),
        }
        total = torch.stack(list(terms.values())).sum()
        return StepLosses(total=total, terms=terms, content=content, style=style)

    def _moved(self, images: torch.Tensor, first_index: int) -> tuple[Motion, torch.Tensor]:
        """A motion of each image, and the images moved by it, with noise."""
        size = (int(images.shape[-2]), int(images.shape[-1]))
        motions, noises = [], []
        for index in range(first_index, first_index + len(images)):
            generator = torch.Generator().manual_seed(noise_seed(self.recipe.seed, index))
            motions.append(random_motion(1, size, reach_px=MOTION_REACH_PX, generator=generator))
            noises.append(torch.randn((1, 3, *size), generator=generator))
        motion = Motion(
            grid=torch.cat([each.grid for each in motions]),
            valid=torch.cat([each.valid for each in motions]),
        ).to(images.device)
        noise = MOTION_NOISE * torch.cat(noises).to(images.device)
        return motion, (warp(images, motion) + noise).clamp(0, 1)

    def _noise(self, step: int, device: torch.device) -> Batch:
        """One image of grey noise of any level and strength, and any row."""
        generator = torch.Generator().manual_seed(noise_seed(self.recipe.seed, step))
        side = max(16, self.recipe.crop_size // 16 * 8)
        level, strength = torch.rand(2, generator=generator).tolist()
        noise = torch.randn((1, 3, side, side), generator=generator)
        image = (0.2 + 0.6 * level + (0.02 + 0.13 * strength) * noise).clamp(0, 1)
        row = torch.randint(len(self.targets) + 1, (1,), generator=generator)
        return image.to(device), row.to(device)
