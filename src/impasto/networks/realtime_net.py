"""The real-time network: many styles in one, no convolution at full resolution."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from impasto.networks.conditional_norm import (
    affine,
    conditional_instance_norm,
    neutral_row,
    split_rows,
)
from impasto.networks.shapes import SIZE_MULTIPLE, SMALLEST_SIDE, RealtimeNetShape, check_size
from impasto.networks.upsampling import BilinearDoubling

__all__ = ["SIZE_MULTIPLE", "SMALLEST_SIDE", "RealtimeNet", "RealtimeNetShape"]


class RealtimeNet(nn.Module):
    """A transformation network whose styles are rows of scales and shifts.

    Space-to-depth by 2, two strided convolutions to an eighth of the resolution,
    residual blocks there, and back by bilinear doublings that are computed at the lower
    resolution (:class:`BilinearDoubling`), with what the encoder saw at a quarter added.

    What it saw at half the resolution is added too, before any normalisation, as much of it
    as the style's row lets pass. Normalisation forgets how bright and how contrasty a
    photograph is; without that passage the network learns to hide it in bright blots.

    Args:
        shape: Widths and depths.
        rows: Number of styles, the identity included.

    Source: Johnson et al. 2016 for the trunk, Dumoulin et al. 2017 for the rows.
    """

    def __init__(self, shape: RealtimeNetShape | None = None, *, rows: int = 1) -> None:
        super().__init__()
        self.shape = shape = shape or RealtimeNetShape()
        self.head = _conv(4 * 3, shape.half)
        self.down_quarter = _conv(shape.half, shape.quarter, stride=2)
        self.down_eighth = _conv(shape.quarter, shape.eighth, stride=2)
        self.trunk = _blocks(shape.eighth, shape.blocks)
        self.up_quarter = BilinearDoubling(shape.eighth, shape.quarter)
        self.refinement = _blocks(shape.quarter, shape.quarter_blocks)
        self.up_half = BilinearDoubling(shape.quarter, shape.half)
        self.tail = BilinearDoubling(shape.half, 3)
        row = neutral_row(shape.modulated_channels)
        row[-2 * shape.half :] = 0  # the passage is closed until training opens it
        self.rows = nn.Parameter(row.repeat(rows, 1))

    @property
    def normalized_layers(self) -> list[nn.Module]:
        """The layers whose outputs are normalised, in order."""
        return [
            self.down_quarter,
            self.down_eighth,
            *self.trunk,
            self.up_quarter,
            *self.refinement,
        ]

    def forward(self, image: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Stylise images, each by its row.

        Args:
            image: (B, 3, H, W) in [0, 1]; H and W are multiples of 8 and at least 16.
            rows: (B, row_length) or (1, row_length): a row of ``self.rows``, or a mixture.

        Returns:
            (B, 3, H, W), about [0, 1], not clamped.

        Raises:
            ShapeError: if a size is no multiple of 8, or the rows have another length.
        """
        check_size(image.shape[-2], image.shape[-1])
        layers = split_rows(rows, self.shape.modulated_channels)
        seen = F.relu(self.head(F.pixel_unshuffle(image - 0.5, 2)))
        quarter = F.relu(conditional_instance_norm(self.down_quarter(seen), *next(layers)))
        eighth = F.relu(conditional_instance_norm(self.down_eighth(quarter), *next(layers)))
        for first, second in _pairs(self.trunk):
            inner = F.relu(conditional_instance_norm(first(eighth), *next(layers)))
            eighth = eighth + conditional_instance_norm(second(inner), *next(layers))
        raised = conditional_instance_norm(self.up_quarter(eighth), *next(layers))
        features = F.relu(raised + quarter)
        for first, second in _pairs(self.refinement):
            inner = F.relu(conditional_instance_norm(first(features), *next(layers)))
            features = features + conditional_instance_norm(second(inner), *next(layers))
        half = affine(self.up_half(features), *next(layers))
        half = F.relu(half + affine(seen, *next(layers)))
        stylized: torch.Tensor = self.tail(half)
        return stylized + 0.5


def _conv(in_channels: int, out_channels: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, padding_mode="reflect")


def _blocks(channels: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(_conv(channels, channels) for _ in range(2 * count))


def _pairs(layers: nn.ModuleList) -> list[tuple[nn.Module, nn.Module]]:
    return [(layers[i], layers[i + 1]) for i in range(0, len(layers), 2)]
