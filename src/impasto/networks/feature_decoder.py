"""A decoder: encoder features back to an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from impasto.errors import OptionError, ShapeError
from impasto.networks.upsampling import BilinearDoubling

WIDTHS = (16, 32, 64, 128, 192)
"""Channels of a decoder at the full resolution, a half, a quarter …"""
BLOCKS = (0, 0, 1, 3, 2)
"""Residual blocks there."""


@dataclass(frozen=True, kw_only=True)
class DecoderShape:
    """What a decoder begins with, and how wide and deep it is.

    Attributes:
        level: Halvings between the image and the features: 0 for ``relu1_1``, 3 for
            ``relu4_1``.
        channels: Channels of the features.
        widths: Channels at each resolution, from the full one to that of the features.
        blocks: Residual blocks at each resolution.

    Raises:
        OptionError: if the numbers do not fit each other.
    """

    level: int
    channels: int
    widths: tuple[int, ...]
    blocks: tuple[int, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.widths), len(self.blocks), self.level + 1}
        if self.level < 0 or len(lengths) > 1 or min(*self.widths, self.channels, 1) < 1:
            raise OptionError(
                f"decoder: expected a width and a number of blocks for each of the "
                f"{self.level + 1} resolutions, got {self.widths} and {self.blocks}."
            )

    @classmethod
    def of_level(cls, level: int, channels: int) -> DecoderShape:
        """The usual decoder of features that were halved ``level`` times."""
        return cls(
            level=level, channels=channels, widths=WIDTHS[: level + 1], blocks=BLOCKS[: level + 1]
        )


class FeatureDecoder(nn.Module):
    """Turns features into an image, by bilinear doublings and residual blocks.

    There is no normalisation: the statistics of the features are the style. Borders are
    mirrored, and doublings weigh both phases alike, so that neither frames nor grids are
    built in.

    Args:
        shape: What it begins with, and how wide and deep it is.
        scale: (channels,) what features are divided by; their standard deviations.

    Source: Huang, Belongie 2017, section 6, for a decoder without normalisation that mirrors
        borders. Differs: residual blocks at the features' own resolution rather than a mirror
        image of the encoder, which costs a tenth; doublings after Odena et al. 2016.
    """

    scale: torch.Tensor

    def __init__(self, shape: DecoderShape, scale: torch.Tensor | None = None) -> None:
        super().__init__()
        self.shape = shape
        ones = torch.ones(shape.channels) if scale is None else scale.detach().float().clone()
        if ones.shape != (shape.channels,):
            raise ShapeError(f"scale: expected ({shape.channels},), got {tuple(ones.shape)}.")
        self.register_buffer("scale", ones)
        widths = shape.widths
        self.head = nn.Conv2d(shape.channels, widths[-1], 1)
        self.blocks = nn.ModuleList(
            _blocks(width, count) for width, count in zip(widths, shape.blocks, strict=True)
        )
        self.doublings = nn.ModuleList(
            BilinearDoubling(below, above) for above, below in _neighbours(widths)
        )
        self.tail = _conv(widths[0], 3)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Decode (B, channels, h, w) to (B, 3, h · 2^level, w · 2^level), about [0, 1]."""
        x = F.relu(self.head(features / self.scale.view(1, -1, 1, 1)))
        for level in reversed(range(self.shape.level + 1)):
            for first, second in _pairs(self.blocks[level]):
                x = F.relu(x + second(F.relu(first(x))))
            if level:
                x = F.relu(self.doublings[level - 1](x))
        image: torch.Tensor = self.tail(x)
        return image + 0.5


def _conv(in_channels: int, out_channels: int) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, padding_mode="reflect")


def _blocks(channels: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(_conv(channels, channels) for _ in range(2 * count))


def _pairs(layers: nn.Module) -> list[tuple[nn.Module, nn.Module]]:
    found = list(layers.children())
    return list(zip(found[0::2], found[1::2], strict=True))


def _neighbours(widths: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(widths))
