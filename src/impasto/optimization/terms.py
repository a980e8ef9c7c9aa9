"""The terms an optimised method can sum: content, style, total variation, contours, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch

from impasto.guidance.mask import mask_at
from impasto.losses.content import content_loss
from impasto.losses.gram import gram_matrix
from impasto.losses.laplacian import laplacian_loss
from impasto.losses.normalization import Normalization
from impasto.losses.style import style_loss
from impasto.losses.temporal import temporal_loss
from impasto.losses.total_variation import total_variation

Features = Mapping[str, torch.Tensor]


class Term(Protocol):
    """One weighted summand of the objective."""

    @property
    def name(self) -> str:
        """What the term is called in traces and plots."""
        ...

    @property
    def weight(self) -> float:
        """What its loss is multiplied by."""
        ...

    @property
    def layers(self) -> tuple[str, ...]:
        """Encoder layers it needs; none for a term of pixels."""
        ...

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """The unweighted loss of ``image`` (1, 3, H, W), a scalar."""
        ...


@dataclass(frozen=True, kw_only=True)
class ContentTerm:
    """Distance to the content image's features; ``targets`` maps layers to (1, C, H, W)."""

    weight: float
    targets: Features
    normalization: Normalization
    mask: torch.Tensor | None = None
    name: str = "content"

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of the targets."""
        return tuple(self.targets)

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """Sum of :func:`~impasto.losses.content.content_loss` over the layers."""
        losses = [
            content_loss(
                features[layer],
                target,
                normalization=self.normalization,
                mask=None if self.mask is None else mask_at(self.mask, _size(target)),
            )
            for layer, target in self.targets.items()
        ]
        return torch.stack(losses).sum()


@dataclass(frozen=True, kw_only=True)
class StyleTerm:
    """Distance to a style's Gram matrices; ``targets`` maps layers to (1, C, C).

    ``mask`` (1, 1, H, W) says which positions of the image count; ``small_mask`` that most
    do not.
    """

    weight: float
    targets: Mapping[str, torch.Tensor]
    normalization: Normalization
    layer_weights: Mapping[str, float] | None = None
    mask: torch.Tensor | None = None
    small_mask: bool = False
    name: str = "style"

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of the targets."""
        return tuple(self.targets)

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """:func:`~impasto.losses.style.style_loss` of the image's Gram matrices."""
        wanted = {layer: features[layer] for layer in self.targets}
        return style_loss(
            gram_matrices(wanted, self.mask, skip_empty=self.small_mask),
            self.targets,
            layer_weights=self.layer_weights,
            normalization=self.normalization,
        )


@dataclass(frozen=True, kw_only=True)
class StyleTarget:
    """A style of several: its share, and its Gram matrices (1, C, C) by layer."""

    share: float
    grams: Mapping[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class StyleBlendTerm:
    """Distance to several styles at once: Σ share · L_style(G, A_i; layers J_i).

    The Gram matrices of the image are computed once, however many styles there are.

    Source: specification section 1, multi-style.
    """

    weight: float
    targets: tuple[StyleTarget, ...]
    normalization: Normalization
    mask: torch.Tensor | None = None
    small_mask: bool = False
    name: str = "style"

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of all targets."""
        return tuple(dict.fromkeys(layer for target in self.targets for layer in target.grams))

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """The sum over the styles, each over its own layers."""
        wanted = {layer: features[layer] for layer in self.layers}
        grams = gram_matrices(wanted, self.mask, skip_empty=self.small_mask)
        losses = [
            target.share
            * style_loss(
                {layer: grams[layer] for layer in target.grams},
                target.grams,
                normalization=self.normalization,
            )
            for target in self.targets
        ]
        return torch.stack(losses).sum()


@dataclass(frozen=True, kw_only=True)
class TotalVariationTerm:
    """Total variation of the image's pixels; ``mask`` (1, 1, H, W) says where it counts."""

    weight: float
    mask: torch.Tensor | None = None
    name: str = "total variation"
    layers: tuple[str, ...] = ()

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """:func:`~impasto.losses.total_variation.total_variation` of ``image``."""
        return total_variation(image, self.mask)


@dataclass(frozen=True, kw_only=True)
class LaplacianTerm:
    """Distance to the contours of ``content_image`` (1, 3, H, W), for each pooling size."""

    weight: float
    content_image: torch.Tensor
    poolings: tuple[int, ...] = (1,)
    name: str = "laplacian"
    layers: tuple[str, ...] = ()

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """Sum of :func:`~impasto.losses.laplacian.laplacian_loss` over the pooling sizes."""
        losses = [
            laplacian_loss(image, self.content_image, pooling=pooling) for pooling in self.poolings
        ]
        return torch.stack(losses).sum() if losses else image.new_zeros(())


@dataclass(frozen=True, kw_only=True)
class TemporalTerm:
    """Distance to what the frames before say of this one.

    Attributes:
        weight: What the loss is multiplied by.
        moved: (1, 3, H, W) in [0, 1], the previous result, moved.
        known: (1, 1, H, W) in [0, 1], where it is to be kept.
    """

    weight: float
    moved: torch.Tensor
    known: torch.Tensor
    name: str = "temporal"
    layers: tuple[str, ...] = ()

    def loss(self, image: torch.Tensor, features: Features) -> torch.Tensor:
        """:func:`~impasto.losses.temporal.temporal_loss` of ``image``."""
        return temporal_loss(image, self.moved, self.known)


def gram_matrices(
    features: Features, mask: torch.Tensor | None, *, skip_empty: bool = False
) -> dict[str, torch.Tensor]:
    """Gram matrix (1, C, C) of each layer, over the positions ``mask`` lets count."""
    return {
        layer: gram_matrix(
            value, None if mask is None else mask_at(mask, _size(value)), skip_empty=skip_empty
        )
        for layer, value in features.items()
    }


def _size(features: torch.Tensor) -> tuple[int, int]:
    return int(features.shape[-2]), int(features.shape[-1])
