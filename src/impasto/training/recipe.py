"""How a network is trained: a frozen recipe, validated, and the source of all flags.

No torch here: the command line reads this without paying for it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from impasto.device import PRECISIONS
from impasto.errors import OptionError
from impasto.networks.shapes import (
    SHAPES,
    SIZE_MULTIPLE,
    NetworkShape,
    RealtimeNetShape,
    read_shape,
)
from impasto.stylizers.options import DEFAULT_STYLE_LAYERS, check_options, option

SMALLEST_CROP_PX = 32


@dataclass(frozen=True, kw_only=True)
class TrainingRecipe:
    """Everything that decides what comes out of a training, besides styles and photographs.

    Raises:
        OptionError: if a value is out of its range, or two contradict each other.
        UnknownNameError: if there is no such architecture.
    """

    steps: int = option(1500, "Steps in all.", minimum=1)
    minutes: float | None = option(
        None, "Stop after this many minutes, if the steps are not done before.", minimum=0.01
    )
    batch_size: int = option(4, "Photographs a step, over all processes.", minimum=1)
    crop_size: int = option(224, "Side of the square cut from each, in px.", minimum=1)
    zoom: float = option(1.7, "Cut from up to this much closer.", minimum=1, maximum=8)
    learning_rate: float = option(2e-3, "Highest step length of Adam.", minimum=1e-9)
    warmup_steps: int = option(100, "Steps until it is reached.", minimum=0)
    shared_pace: float = option(
        1.0,
        "Step length of what all styles share, as a part of it; 0 trains the rows alone.",
        minimum=0,
        maximum=1,
    )
    final_learning_rate: float = option(1e-5, "Step length at the end.", minimum=0)
    gradient_clip: float = option(1.0, "Longest gradient a step follows.", minimum=1e-9)
    ema_decay: float = option(
        0.998, "Memory of the running mean of the weights, which is kept.", minimum=0, maximum=1
    )
    encoder: str = option("vgg19", "Encoder that judges content and style.")
    pooling: str = option("max", "Pooling of the encoder.", choices=("average", "max"))
    content_layer: str = option("relu4_2", "Encoder layer that makes the content.")
    style_layers: tuple[str, ...] = option(
        DEFAULT_STYLE_LAYERS, "Encoder layers whose Gram matrices make the style."
    )
    content_weight: float = option(1.0, "Weight of the content.", minimum=0)
    style_weight: float = option(3.0, "Weight of the style, at first.", minimum=0)
    content_target: float | None = option(
        0.74,
        "Content distance that each style's weight is steered to; 0 leaves it alone.",
        minimum=0,
    )
    balance_rate: float = option(0.05, "How fast it is steered.", minimum=0, maximum=1)
    tv_weight: float = option(0.2, "Weight of total variation: smoothness.", minimum=0)
    pixel_weight: float = option(
        0.0, "Weight of the distance from the photograph's pixels.", minimum=0
    )
    identity_weight: float = option(
        30.0, "The same for the identity, which strength is counted from.", minimum=0
    )
    stability_weight: float = option(
        0.0, "Weight of stability under small motion and noise: for video.", minimum=0
    )
    grid_weight: float = option(
        4000.0, "Weight of what repeats every 4 px in the answer to noise.", minimum=0
    )
    outlier_weight: float = option(
        2.0, "Weight of activations beyond 5 standard deviations: no blots.", minimum=0
    )
    style_size: int = option(512, "Shorter side the style is learnt at, in px.", minimum=32)
    architecture: str = option(
        "realtime", "Network: many styles, or the paper's.", choices=tuple(SHAPES)
    )
    shape: tuple[str, ...] = option((), "Its widths and depths, such as quarter=32,blocks=5.")
    init_from: str | None = option(
        None, "Start from this network: its name, a style of it, or a folder."
    )
    precision: str = option("auto", "Precision of the arithmetic.", choices=PRECISIONS)
    seed: int = option(0, "Seed of everything random.", minimum=0, maximum=2**63 - 1)

    def __post_init__(self) -> None:
        check_options(self)
        if self.crop_size % SIZE_MULTIPLE or self.crop_size < SMALLEST_CROP_PX:
            raise OptionError(
                f"crop_size: expected a multiple of {SIZE_MULTIPLE} of {SMALLEST_CROP_PX} px or "
                f"more, got {self.crop_size}."
            )
        if not self.style_layers:
            raise OptionError("style_layers: expected at least one, got none.")
        if not (self.content_weight or self.style_weight):
            raise OptionError("content_weight, style_weight: expected one above 0, got 0 for both.")
        if self.balances_style and not self.style_weight:
            raise OptionError(
                "style_weight: expected a start above 0 to steer from, got 0; "
                "or leave it alone with a content_target of 0."
            )
        _ = self.network_shape
        if not self.shared_pace and not (self.has_rows and self.init_from):
            raise OptionError(
                "shared_pace: expected above 0, got 0; only a network of many styles that starts "
                "from another one can train its rows alone."
            )

    @property
    def network_shape(self) -> NetworkShape:
        """The shape of the network, its defaults filled in."""
        return read_shape(self.architecture, dict(_assignment(text) for text in self.shape))

    @property
    def has_rows(self) -> bool:
        """Whether the network paints many styles, the identity among them."""
        return isinstance(self.network_shape, RealtimeNetShape)

    @property
    def balances_style(self) -> bool:
        """Whether style weights follow the content distance."""
        return bool(self.content_target)

    def as_dict(self) -> dict[str, Any]:
        """All options by name, as JSON has them: lists for tuples."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    def flags(self) -> list[str]:
        """The flags of ``impasto train`` that make this recipe: what is not default."""
        words: list[str] = []
        for declared in fields(self):
            value = getattr(self, declared.name)
            if value != declared.default:
                shown = ",".join(value) if isinstance(value, tuple) else str(value)
                words += [flag_name(declared.name), "0" if value is None else shown]
        return words


def flag_name(field_name: str) -> str:
    """The flag of a recipe's field: ``--from`` for ``init_from``, else the name with dashes."""
    return "--from" if field_name == "init_from" else f"--{field_name.replace('_', '-')}"


def _assignment(text: str) -> tuple[str, int | float | str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise OptionError(f"shape: expected name=value, got {text!r}.")
    if re.fullmatch(r"\d+", value):
        return name, int(value)
    return name, float(value) if re.fullmatch(r"\d*\.\d+", value) else value
