"""Widths and depths of the networks, and what follows from them; free of torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, get_args

from impasto.errors import OptionError, ShapeError, UnknownNameError

SIZE_MULTIPLE = 8
"""Every network takes heights and widths that are multiples of this."""
SMALLEST_SIDE = 16

Upsampling = Literal["resize", "transposed"]


class NormalizedLayer(NamedTuple):
    """Channels of a normalised feature map, and how many pixels apart its positions are."""

    channels: int
    stride: int


@dataclass(frozen=True, kw_only=True)
class RealtimeNetShape:
    """Widths and depths of a :class:`~impasto.networks.realtime_net.RealtimeNet`.

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
            _check_count(name, value, smallest=0 if "blocks" in name else 1)

    @property
    def normalized_layers(self) -> tuple[NormalizedLayer, ...]:
        """The feature maps that are normalised, in order."""
        quarter, eighth = NormalizedLayer(self.quarter, 4), NormalizedLayer(self.eighth, 8)
        trunk = (eighth,) * (2 * self.blocks)
        return (quarter, eighth, *trunk, quarter, *(quarter,) * (2 * self.quarter_blocks))

    @property
    def modulated_channels(self) -> tuple[int, ...]:
        """Channels of every layer that a style scales and shifts, in order."""
        return (*(layer.channels for layer in self.normalized_layers), self.half, self.half)

    @property
    def row_length(self) -> int:
        """Numbers in a style's row: a scale and a shift for every modulated channel."""
        return 2 * sum(self.modulated_channels)


@dataclass(frozen=True, kw_only=True)
class TransformNetShape:
    """Width and form of a :class:`~impasto.networks.transform_net.TransformNet`.

    Args:
        width: Channels at full resolution; twice as many at half, four times at a quarter.
        upsampling: ``resize``: nearest doubling and a convolution, which leaves no grid;
            ``transposed``: transposed convolution, as in the paper.
        value_range: What the layers see as white, and give as white: 1, or 255 for
            checkpoints of pytorch/examples. Images outside are always in [0, 1].
    """

    width: int = 32
    upsampling: Upsampling = "resize"
    value_range: float = 1.0

    def __post_init__(self) -> None:
        _check_count("width", self.width, smallest=1)
        if self.upsampling not in get_args(Upsampling):
            raise OptionError(
                f"upsampling: expected {' or '.join(get_args(Upsampling))}, "
                f"got {self.upsampling!r}."
            )
        if not isinstance(self.value_range, int | float) or not 0 < self.value_range < math.inf:
            raise OptionError(f"value_range: expected a positive number, got {self.value_range!r}.")

    @property
    def normalized_layers(self) -> tuple[NormalizedLayer, ...]:
        """The feature maps that are normalised, in order."""
        full, half = NormalizedLayer(self.width, 1), NormalizedLayer(2 * self.width, 2)
        quarter = NormalizedLayer(4 * self.width, 4)
        return (full, half, *(quarter,) * 11, half, full)

    @property
    def row_length(self) -> int:
        """It has no rows."""
        return 0


NetworkShape = RealtimeNetShape | TransformNetShape

SHAPES: dict[str, type[RealtimeNetShape] | type[TransformNetShape]] = {
    "realtime": RealtimeNetShape,
    "transform": TransformNetShape,
}
"""The shape of each architecture, by the name that cards give it."""


def read_shape(architecture: str, values: Mapping[str, Any]) -> NetworkShape:
    """Make the shape of an architecture from a card's values.

    Raises:
        UnknownNameError: if there is no such architecture.
        OptionError: if a value is not one of its shape's, or out of range.
    """
    if architecture not in SHAPES:
        raise UnknownNameError(
            f"There is no architecture {architecture!r}; there are {', '.join(SHAPES)}."
        )
    shape = SHAPES[architecture]
    known = [field.name for field in fields(shape)]
    if unknown := sorted(set(values) - set(known)):
        raise OptionError(
            f"shape of {architecture!r}: expected {', '.join(known)}, got {unknown[0]!r}."
        )
    return shape(**values)


def statistics_length(shape: NetworkShape) -> int:
    """Numbers that describe all normalised layers: a mean and a variance a channel."""
    return 2 * sum(layer.channels for layer in shape.normalized_layers)


def check_size(height: int, width: int) -> None:
    """Refuse sizes that no network takes.

    Raises:
        ShapeError: if a side is no multiple of 8 or below 16.
    """
    if height % SIZE_MULTIPLE or width % SIZE_MULTIPLE or min(height, width) < SMALLEST_SIDE:
        raise ShapeError(
            f"image: expected a height and a width that are multiples of {SIZE_MULTIPLE} and "
            f"at least {SMALLEST_SIDE}, got {(height, width)}; pad it before."
        )


def _check_count(name: str, value: object, *, smallest: int) -> None:
    if not isinstance(value, int) or value < smallest:
        raise OptionError(f"{name}: expected a positive whole number, got {value!r}.")
