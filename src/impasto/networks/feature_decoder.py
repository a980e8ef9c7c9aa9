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
        skip_channels: Channels of the features of the next finer layer, which may join at
            their own resolution: ``relu3_1`` for a decoder of ``relu4_1``; 0 for none.

    Raises:
        OptionError: if the numbers do not fit each other.
    """

    level: int
    channels: int
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    skip_channels: int = 0

    def __post_init__(self) -> None:
        lengths = {len(self.widths), len(self.blocks), self.level + 1}
        if self.level < 0 or len(lengths) > 1 or min(*self.widths, self.channels, 1) < 1:
            raise OptionError(
                f"decoder: expected a width and a number of blocks for each of the "
                f"{self.level + 1} resolutions, got {self.widths} and {self.blocks}."
            )
        if self.skip_channels < 0 or (self.skip_channels and not self.level):
            raise OptionError(
                "decoder: expected skip_channels of 0, or more where there is a finer layer, "
                f"got {self.skip_channels} at level {self.level}."
            )

    @classmethod
    def of_level(cls, level: int, channels: int, skip_channels: int = 0) -> DecoderShape:
        """The usual decoder of features that were halved ``level`` times."""
        return cls(
            level=level,
            channels=channels,
            widths=WIDTHS[: level + 1],
            blocks=BLOCKS[: level + 1],
            skip_channels=skip_channels,
        )


class FeatureDecoder(nn.Module):
    """Turns features into an image, by bilinear doublings and residual blocks.

    There is no normalisation: the statistics of the features are the style. Borders are
    mirrored, and doublings weigh both phases alike, so that neither frames nor grids are
    built in.

    Args:
        shape: What it begins with, and how wide and deep it is.
        scale: (channels,) what features are divided by; their standard deviations.
        skip_scale: (skip_channels,), the same for those that join.

    Source: Huang, Belongie 2017, section 6, for a decoder without normalisation that mirrors
        borders. Differs: residual blocks at the features' own resolution rather than a mirror
        image of the encoder, which costs a tenth; doublings after Odena et al. 2016; features
        of a finer layer may join, as in Ronneberger et al. 2015, so that contours need not be
        guessed from what one position in eight pixels remembers.
    """

    scale: torch.Tensor
    skip_scale: torch.Tensor

    def __init__(
        self,
        shape: DecoderShape,
        scale: torch.Tensor | None = None,
        skip_scale: torch.Tensor | None = None,
    ) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("scale", _scale("scale", scale, shape.channels))
        widths = shape.widths
        if shape.skip_channels:
            divisors = _scale("skip_scale", skip_scale, shape.skip_channels)
            self.register_buffer("skip_scale", divisors)
            self.skip = nn.Conv2d(shape.skip_channels, widths[-2], 1)
        self.head = nn.Conv2d(shape.channels, widths[-1], 1)
        self.blocks = nn.ModuleList(
            _blocks(width, count) for width, count in zip(widths, shape.blocks, strict=True)
        )
        self.doublings = nn.ModuleList(
            BilinearDoubling(below, above) for above, below in _neighbours(widths)
        )
        self.tail = _conv(widths[0], 3)

    def forward(self, features: torch.Tensor, skip: torch.Tensor | None = None) -> torch.Tensor:
        """Decode features to an image.

        Args:
            features: (B, channels, h, w).
            skip: (B, skip_channels, 2h, 2w) where the shape has some.

        Returns:
            (B, 3, h · 2^level, w · 2^level), about [0, 1].

        Raises:
            ShapeError: if ``skip`` is given to a decoder without, or not to one with.
        """
        if (skip is None) != (self.shape.skip_channels == 0):
            raise ShapeError(
                f"skip: expected {self.shape.skip_channels or 'no'} channels, got "
                f"{'none' if skip is None else tuple(skip.shape)}."
            )
        x = F.relu(self.head(features / self.scale.view(1, -1, 1, 1)))
        for level in reversed(range(self.shape.level + 1)):
            for first, second in _pairs(self.blocks[level]):
                x = F.relu(x + second(F.relu(first(x))))
            if level:
                x = self.doublings[level - 1](x)
                if skip is not None and level == self.shape.level:
                    x = x + self.skip(skip / self.skip_scale.view(1, -1, 1, 1))
                x = F.relu(x)
        image: torch.Tensor = self.tail(x)
        return image + 0.5


def _scale(name: str, scale: torch.Tensor | None, channels: int) -> torch.Tensor:
    ones = torch.ones(channels) if scale is None else scale.detach().float().clone()
    if ones.shape != (channels,):
        raise ShapeError(f"{name}: expected ({channels},), got {tuple(ones.shape)}.")
    return ones


def _conv(in_channels: int, out_channels: int) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 3, padding=1, padding_mode="reflect")


def _blocks(channels: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(_conv(channels, channels) for _ in range(2 * count))


def _pairs(layers: nn.Module) -> list[tuple[nn.Module, nn.Module]]:
    found = list(layers.children())
    return list(zip(found[0::2], found[1::2], strict=True))


def _neighbours(widths: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(widths))
