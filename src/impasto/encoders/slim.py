"""A compact VGG-19: the same layers and channels, by convolutions of low rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import nn

from impasto.encoders.vgg import CHANNELS_PER_BLOCK, VGG, Border, Pooling
from impasto.errors import WeightsDamagedError
from impasto.weights.catalog import Preprocessing

SLIM_ARCHITECTURE = "vgg19-slim"

Ranks = tuple[int, int]
"""How many directions of its input a convolution reads, and of its response it writes."""

SLIM_RANKS: Mapping[str, Ranks] = {
    "conv1_2": (16, 24),
    "conv2_1": (16, 32),
    "conv2_2": (32, 48),
    "conv3_1": (48, 64),
    "conv3_2": (64, 96),
    "conv3_3": (64, 64),
    "conv3_4": (48, 64),
    "conv4_1": (48, 96),
    "conv4_2": (96, 128),
    "conv4_3": (96, 160),
    "conv4_4": (128, 192),
    "conv5_1": (128, 192),
    "conv5_2": (128, 192),
    "conv5_3": (128, 160),
    "conv5_4": (128, 128),
}
"""A quarter of VGG-19's channels, more where its features need more, less where they do not."""


class LowRankConvolution(nn.Module):
    """A 3×3 convolution between two 1×1 convolutions that reduce and expand its channels.

    Args:
        in_channels: C of what comes in.
        out_channels: C' of what goes out.
        ranks: Channels that the 3×3 convolution reads and writes.

    Shape:
        (B, C, H, W) → (B, C', H, W).

    Source: Kim et al. 2016, *Compression of deep convolutional neural networks for fast and
        low power mobile applications*, section 3 (Tucker-2); Zhang et al. 2015, *Accelerating
        very deep convolutional networks*, for fitting it to responses rather than weights.
    """

    def __init__(self, in_channels: int, out_channels: int, ranks: Ranks) -> None:
        super().__init__()
        read, written = ranks
        self.reduce = nn.Conv2d(in_channels, read, 1, bias=False)
        self.mix = nn.Conv2d(read, written, 3, padding=1, bias=False)
        self.expand = nn.Conv2d(written, out_channels, 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Convolve (B, C, H, W)."""
        return cast(torch.Tensor, self.expand(self.mix(self.reduce(features))))


class SlimVGG(VGG):
    """VGG-19 whose convolutions, all but the first, are of low rank.

    Layers, channels and sizes are those of VGG-19, and so are the features, nearly: whatever
    takes an encoder takes this one, and weights of losses keep their meaning.

    Args:
        weights: ``conv1_1.weight`` and ``.bias``; of every other convolution
            ``reduce.weight``, ``mix.weight``, ``expand.weight`` and ``expand.bias``. Their
            shapes say the ranks.
        preprocessing: What the weights were trained to see; applied inside.
        pooling: ``average`` or ``max``.
        border: ``zeros`` or ``replicate``, for the first convolution.

    Raises:
        WeightsDamagedError: if a tensor is missing or does not fit.

    Source: Differs from the distilled encoders of fast style transfer (Wang et al. 2020,
        *Collaborative distillation*), which are narrow: every rectifier here works on all of
        VGG-19's channels, only what passes between them is narrow. VGG-19's responses vary in
        few directions, so that this loses little; a narrow network has to find other features.
    """

    def __init__(
        self,
        weights: Mapping[str, torch.Tensor],
        *,
        preprocessing: Preprocessing,
        pooling: Pooling = "average",
        border: Border = "zeros",
    ) -> None:
        self._ranks = ranks_of(weights)
        try:
            super().__init__(
                "vgg19", weights, preprocessing=preprocessing, pooling=pooling, border=border
            )
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:300]
            raise WeightsDamagedError(
                f"The weights do not fit the compact encoder: {reason}; use those that "
                "scripts/train_slim_encoder.py wrote."
            ) from error

    def _convolution(self, name: str, in_channels: int, border: Border) -> nn.Module:
        if name not in self._ranks:
            return super()._convolution(name, in_channels, border)
        width = CHANNELS_PER_BLOCK[int(name[4]) - 1]
        return LowRankConvolution(in_channels, width, self._ranks[name])


def ranks_of(weights: Mapping[str, torch.Tensor]) -> dict[str, Ranks]:
    """The ranks of every convolution of low rank, read from the shapes of its weights."""
    return {
        key.removesuffix(".mix.weight"): (int(weight.shape[1]), int(weight.shape[0]))
        for key, weight in weights.items()
        if key.endswith(".mix.weight") and weight.ndim == 4
    }
