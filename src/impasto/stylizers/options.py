"""Options of every method: frozen, validated, and the source of all flags and defaults.

No torch here: the command line reads these without paying for it.
"""

from __future__ import annotations

import math
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from impasto.errors import OptionError

DEFAULT_STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def option(
    default: Any,
    help: str,
    *,
    choices: tuple[str, ...] | None = None,
    minimum: float | None = None,
    maximum: float = math.inf,
) -> Any:
    """Declare a field with the help text and the bounds that every interface shows."""
    return field(
        default=default,
        metadata={"help": help, "choices": choices, "minimum": minimum, "maximum": maximum},
    )


@dataclass(frozen=True, kw_only=True)
class MethodOptions:
    """What the options of all methods share: every value is checked when they are made.

    Not used by itself: see its subclasses.

    Raises:
        OptionError: if a value is out of its range.
    """

    def __post_init__(self) -> None:
        for declared in fields(self):
            _check(declared, getattr(self, declared.name))


@dataclass(frozen=True, kw_only=True)
class FastOptions(MethodOptions):
    """Options of a trained network that paints in one pass."""

    strength: float = option(
        1.0,
        "Strength of the style: 0 leaves the photograph as it is, above 1 exaggerates.",
        minimum=0,
        maximum=1.5,
    )
    engine: str = option(
        "auto",
        "What runs the network.",
        choices=("auto", "openvino", "onnxruntime", "torch"),
    )
    precision: str = option(
        "auto", "Precision of the engine.", choices=("auto", "float32", "bfloat16")
    )
    threads: int | None = option(
        None, "Processor threads of the engine; all cores if not given.", minimum=1
    )


@dataclass(frozen=True, kw_only=True)
class ArbitraryOptions(MethodOptions):
    """What networks that take any style share. Not used by itself: see its subclasses."""

    detail: float = option(
        0.5,
        "How much of the photograph's detail that the decoder loses is put back.",
        minimum=0,
        maximum=1,
    )
    engine: str = option(
        "auto",
        "What runs the network.",
        choices=("auto", "openvino", "onnxruntime", "torch"),
    )
    precision: str = option(
        "auto", "Precision of the engine.", choices=("auto", "float32", "bfloat16")
    )
    threads: int | None = option(
        None, "Processor threads of the engine; all cores if not given.", minimum=1
    )


@dataclass(frozen=True, kw_only=True)
class AdainOptions(ArbitraryOptions):
    """Options of adaptive instance normalisation (Huang, Belongie 2017)."""

    passes: int = option(
        2,
        "Paintings of the picture, moved by 4 px, that are averaged: fewer are faster.",
        minimum=1,
        maximum=4,
    )


@dataclass(frozen=True, kw_only=True)
class SanetOptions(ArbitraryOptions):
    """Options of the style-attentional network (Park, Lee 2019)."""


@dataclass(frozen=True, kw_only=True)
class WctOptions(ArbitraryOptions):
    """Options of whitening and colouring transforms (Li et al. 2017)."""

    level_strengths: tuple[float, ...] = option(
        (1.0, 1.0, 1.0, 1.0), "Strength at relu4_1, relu3_1, relu2_1 and relu1_1, 0 to 1 each."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        given = self.level_strengths
        if len(given) != 4 or not all(0 <= strength <= 1 for strength in given):
            raise OptionError(f"level_strengths: expected four from 0 to 1, got {given}.")


@dataclass(frozen=True, kw_only=True)
class OptimizationOptions(MethodOptions):
    """What all optimised methods share. Not used by itself: see its subclasses."""

    style_weight: float = option(12.0, "Weight of the style (β).", minimum=0)
    tv_weight: float = option(0.1, "Weight of total variation (γ): smoothness.", minimum=0)
    style_layers: tuple[str, ...] = option(
        DEFAULT_STYLE_LAYERS, "Encoder layers whose Gram matrices make the style."
    )
    encoder: str = option("vgg19", "Encoder that judges content and style.")
    pooling: str = option("average", "Pooling of the encoder.", choices=("average", "max"))
    normalization: str = option(
        "relative",
        "How losses are scaled; 'gatys' is the paper's own.",
        choices=("relative", "gatys", "mean", "tutorial"),
    )
    optimizer: str = option("lbfgs", "Optimiser.", choices=("lbfgs", "adam"))
    learning_rate: float | None = option(
        None, "Step length; 1 for L-BFGS and 0.02 for Adam if not given.", minimum=1e-9
    )
    history: int = option(20, "Vector pairs that L-BFGS remembers.", minimum=1)
    iterations: int = option(300, "Steps over all sizes, at most.", minimum=1)
    levels: int | None = option(
        None, "Sizes of the coarse-to-fine pyramid; 1 for one size, none for automatic.", minimum=1
    )
    tolerance: float = option(
        0.01, "End a size when 20 steps gain less than this part; 0 never.", minimum=0
    )
    init: str = option("content", "Start from 'content', 'noise', or an image given by its path.")
    seed: int = option(0, "Seed of the noise.", minimum=0, maximum=2**63 - 1)

    def __post_init__(self) -> None:
        check_options(self)
        for name in ("style_layers", "laplacian_pooling"):
            if getattr(self, name, None) == ():
                raise OptionError(f"{name}: expected at least one, got none.")


@dataclass(frozen=True, kw_only=True)
class GatysOptions(OptimizationOptions):
    """Options of Gatys et al. 2016: content and style in the features of VGG-19."""

    content_weight: float = option(1.0, "Weight of the content (α).", minimum=0)
    content_layer: str = option("relu4_2", "Encoder layer that makes the content.")


@dataclass(frozen=True, kw_only=True)
class LapStyleOptions(GatysOptions):
    """Options of Li et al. 2017: Gatys, and contours kept by a Laplacian term."""

    style_weight: float = option(20.0, "Weight of the style (β).", minimum=0)
    laplacian_weight: float = option(
        4.0, "Weight of the Laplacian loss: sharp contours.", minimum=0
    )
    laplacian_pooling: tuple[int, ...] = option(
        (1,), "Pooling before the Laplacian: 1 (specification), 4 and 16 (the paper)."
    )


@dataclass(frozen=True, kw_only=True)
class TextureOptions(OptimizationOptions):
    """Options of texture synthesis (Gatys et al. 2015): style only, from noise."""

    init: str = option("noise", "Start from 'noise', 'content', or an image by its path.")


def with_threads(options: MethodOptions, threads: int | None) -> MethodOptions:
    """The same options with so many threads, where they have some and do not say how many."""
    if threads is None or getattr(options, "threads", threads) is not None:
        return options
    return replace(options, **{"threads": threads})


def check_options(options: Any) -> None:
    """Hold every field of a dataclass made with :func:`option` against its bounds.

    Raises:
        OptionError: if a value is out of its range.
    """
    for declared in fields(options):
        _check(declared, getattr(options, declared.name))


def _check(declared: Field[Any], value: Any) -> None:
    choices, minimum = declared.metadata["choices"], declared.metadata["minimum"]
    maximum = declared.metadata["maximum"]
    if choices and value not in choices:
        raise OptionError(f"{declared.name}: expected one of {', '.join(choices)}, got {value!r}.")
    if minimum is None or value is None:
        return
    whole = "int" in str(declared.type)
    kind = int if whole else int | float
    if not (isinstance(value, kind) and math.isfinite(value) and minimum <= value <= maximum):
        number = "whole" if whole else "finite"
        limit = "" if maximum == math.inf else f" and at most {maximum}"
        raise OptionError(
            f"{declared.name}: expected a {number} number of {minimum} or more{limit}, "
            f"got {value!r}."
        )
