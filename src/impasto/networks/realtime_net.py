"""The real-time network: many styles in one, no convolution at full resolution."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from impasto.errors import OptionError, ShapeError
from impasto.networks.conditional_norm import (
    affine,
    conditional_instance_norm,
    neutral_row,
    split_rows,
)
from impasto.networks.upsampling import BilinearDoubling

SIZE_MULTIPLE = 8
SMALLEST_SIDE = 16


@dataclass(frozen=True, kw_only=True)
class RealtimeNetShape:
    """Widths and depths of a :class:`RealtimeNet`.

    Args:
        half: Channels at half resolution.
        quarter: Channels at a quarter.
        eighth: Channels at an eighth, where most of the work is done.
        blocks: Residual blocks at an eighth.
        quarter_blocks: Residual blocks at a quarter, on the way back.
    """

    half: int = 16
    quarter: int = 48
    eighth: int = 96
    blocks: int = 4
    quarter_blocks: int = 1

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, int) or value < (0 if "blocks" in name else 1):
                raise OptionError(f"{name}: expected a positive whole number, got {value!r}.")

    @property
    def modulated_channels(self) -> tuple[int, ...]:
        """Channels of every layer that a style scales and shifts, in order."""
        trunk = (self.eighth,) * (2 * self.blocks)
        refinement = (self.quarter,) * (2 * self.quarter_blocks)
        return (self.quarter, self.eighth, *trunk, self.quarter, *refinement, self.half)

    @property
    def row_length(self) -> int:
        """Numbers in a style's row: a scale and a shift for every modulated channel."""
        return 2 * sum(self.modulated_channels)


class RealtimeNet(nn.Module):
    """A transformation network whose styles are rows of scales and shifts.

    Space-to-depth by 2, two strided convolutions to an eighth of the resolution,
    residual blocks there, and back by bilinear doublings that are computed at the lower
    resolution (:class:`BilinearDoubling`), with what the encoder saw at a quarter added.

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
        self.rows = nn.Parameter(neutral_row(shape.modulated_channels).repeat(rows, 1))

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
        _check_size(image)
        layers = split_rows(rows, self.shape.modulated_channels)
        features = F.relu(self.head(F.pixel_unshuffle(image - 0.5, 2)))
        quarter = F.relu(conditional_instance_norm(self.down_quarter(features), *next(layers)))
        eighth = F.relu(conditional_instance_norm(self.down_eighth(quarter), *next(layers)))
        for first, second in _pairs(self.trunk):
            inner = F.relu(conditional_instance_norm(first(eighth), *next(layers)))
            eighth = eighth + conditional_instance_norm(second(inner), *next(layers))
        raised = conditional_instance_norm(self.up_quarter(eighth), *next(layers))
        features = F.relu(raised + quarter)
        for first, second in _pairs(self.refinement):
            inner = F.relu(conditional_instance_norm(first(features), *next(layers)))
            features = features + conditional_instance_norm(second(inner), *next(layers))
        half = F.relu(affine(self.up_half(features), *next(layers)))
        stylized: torch.Tensor = self.tail(half)
        return stylized + 0.5


def _conv(in_channels: int, out_channels: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(
        in_channels, out_channels, 3, stride=stride, padding=1, padding_mode="reflect"
    )


def _blocks(channels: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(_conv(channels, channels) for _ in range(2 * count))


def _pairs(layers: nn.ModuleList) -> list[tuple[nn.Module, nn.Module]]:
    return [(layers[i], layers[i + 1]) for i in range(0, len(layers), 2)]


def _check_size(image: torch.Tensor) -> None:
    if torch.jit.is_tracing():
        return
    height, width = image.shape[-2:]
    if height % SIZE_MULTIPLE or width % SIZE_MULTIPLE or min(height, width) < SMALLEST_SIDE:
        raise ShapeError(
            f"image: expected a height and a width that are multiples of {SIZE_MULTIPLE} and "
            f"at least {SMALLEST_SIDE}, got {(height, width)}; pad it before."
        )
