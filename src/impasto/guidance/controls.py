"""What steers any method: styles with weights and masks, colour, strength, scale. No torch here.

Every method takes the same request in these words. Which of them a method honours stands in
its entry of :data:`~impasto.stylizers.catalog.METHODS`; the rest it refuses.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, get_args

from impasto.errors import OptionError
from impasto.guidance.mask_levels import mask_levels
from impasto.image.picture import Picture

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels, MaskSource

KeepColor = Literal["luminance", "histogram", "statistics"]
KEEP_COLOR: tuple[KeepColor, ...] = get_args(KeepColor)
MOST_STRENGTH = 1.5
LEAST_SCALE, MOST_SCALE = 0.25, 4.0


class NamedStyle(Protocol):
    """A style that has a name and no picture: one of a trained network."""

    @property
    def name(self) -> str:
        """As it can be asked for."""
        ...


AnyStyle: TypeAlias = "Picture | NamedStyle | str | os.PathLike[str]"


@dataclass(frozen=True, kw_only=True, eq=False)
class StyleUse:
    """One style of a request and how it is used.

    Attributes:
        style: The style image; for networks, a style of theirs; or a name or a path, which
            :func:`impasto.stylize` looks up.
        name: What the style is called in settings and messages.
        weight: Its share where styles share a place, against the other weights there.
        mask: Where it is painted, given as any
            :data:`~impasto.guidance.mask_levels.MaskSource` of the photograph's shape and
            kept as levels (H, W) uint16; ``None`` for everywhere.
        mask_name: What the mask was asked for by, such as the path of a file.
        strength: Of this style alone, 0 to 1.5; multiplied by that of the controls.
        scale: Size of its strokes, 0.25 to 4; multiplied by that of the controls.
        layers: Encoder layers whose Gram matrices make this style, for optimised methods;
            ``None`` for those of the options.

    Raises:
        OptionError: if a number is out of its range, or there are no layers.
        ShapeError: if the mask is none.
    """

    style: AnyStyle
    name: str = "style"
    weight: float = 1.0
    mask: Levels | None = None
    mask_name: str = ""
    strength: float = 1.0
    scale: float = 1.0
    layers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        check_number("weight", self.weight, 0, math.inf)
        check_number("strength", self.strength, 0, MOST_STRENGTH)
        check_number("scale", self.scale, LEAST_SCALE, MOST_SCALE)
        if self.layers == ():
            raise OptionError(f"layers of style {self.name!r}: expected at least one, got none.")
        if self.mask is not None:
            object.__setattr__(self, "mask", mask_levels(self.mask))

    @classmethod
    def of(cls, style: AnyStyle, *, mask: MaskSource | None = None, **others: Any) -> StyleUse:
        """A use whose mask is given as any source of masks."""
        return cls(style=style, mask=None if mask is None else mask_levels(mask), **others)


def control(
    default: Any,
    help: str,
    *,
    choices: tuple[str, ...] | None = None,
    minimum: float | None = None,
    maximum: float = math.inf,
) -> Any:
    """Declare a control with the help text and the bounds that every interface shows."""
    return field(
        default=default,
        metadata={"help": help, "choices": choices, "minimum": minimum, "maximum": maximum},
    )


@dataclass(frozen=True, kw_only=True)
class Controls:
    """What steers the whole picture, for any method.

    Raises:
        OptionError: if a value is out of its range, or two contradict each other.
    """

    keep_color: str | None = control(
        None,
        "Keep the photograph's colours: its chroma (luminance), or the style's colours "
        "matched to it (histogram, statistics).",
        choices=KEEP_COLOR,
    )
    strength: float = control(
        1.0,
        "Strength of the style: 0 leaves the photograph as it is.",
        minimum=0,
        maximum=MOST_STRENGTH,
    )
    style_scale: float = control(
        1.0,
        "Size of the strokes: 2 makes them twice as large.",
        minimum=LEAST_SCALE,
        maximum=MOST_SCALE,
    )
    semantic: bool = control(False, "Match regions: sky is painted after sky, wall after wall.")
    texture: bool = control(False, "The style's texture alone: nothing of what the photo shows.")
    silhouette: bool = control(False, "Fill the masks with the style's texture, on white paper.")
    exact_outside: bool = control(False, "Leave pixels where no mask is exactly as they were.")

    def __post_init__(self) -> None:
        for declared in fields(self):
            _check(declared, getattr(self, declared.name))
        for other, given in {"strength": self.strength != 1, "semantic": self.semantic}.items():
            if given and (self.texture or self.silhouette):
                raise OptionError(
                    f"{other}: makes no sense together with "
                    f"{'texture' if self.texture else 'silhouette'}, which leaves nothing of "
                    "what the photograph shows; leave one of them out."
                )

    @property
    def style_only(self) -> bool:
        """Whether the photograph's content is left out of the objective."""
        return self.texture or self.silhouette

    def given(self) -> dict[str, Any]:
        """The controls that differ from their defaults, by name."""
        return {
            declared.name: value
            for declared in fields(self)
            if (value := getattr(self, declared.name)) != declared.default
        }


@dataclass(frozen=True, kw_only=True)
class ControlSpec:
    """A control as documentation and messages name it.

    Attributes:
        flag: Of the command line; empty where only Python has it.
        meaning: In a few words.
    """

    flag: str
    meaning: str


CONTROLS: Mapping[str, ControlSpec] = {
    "styles": ControlSpec(flag="--style, --blend", meaning="several styles, with weights"),
    "layers": ControlSpec(flag="", meaning="layers of its own for each style"),
    "masks": ControlSpec(flag="--mask", meaning="each style in its place, hard or soft"),
    "keep_color": ControlSpec(flag="--keep-color", meaning="the photograph's colours stay"),
    "strength": ControlSpec(flag="--strength", meaning="from the photograph to the style"),
    "style_scale": ControlSpec(flag="--style-scale", meaning="size of the strokes"),
    "semantic": ControlSpec(flag="--semantic", meaning="sky after sky, wall after wall"),
    "texture": ControlSpec(flag="--texture", meaning="the style alone, without content"),
    "silhouette": ControlSpec(flag="--silhouette", meaning="an outline filled with texture"),
    "exact_outside": ControlSpec(
        flag="--exact-outside", meaning="what no mask covers stays bit for bit"
    ),
}
"""Every control there is, by the name under which methods say that they honour it."""


def check_number(name: str, value: float, minimum: float, maximum: float) -> None:
    """Raise :class:`~impasto.errors.OptionError` unless a value is in its range."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and math.isfinite(value) and minimum <= value <= maximum):
        limit = f"{minimum:g} or more" if maximum == math.inf else f"{minimum:g} to {maximum:g}"
        raise OptionError(f"{name}: expected a number of {limit}, got {value!r}.")


def _check(declared: Field[Any], value: Any) -> None:
    choices, minimum = declared.metadata["choices"], declared.metadata["minimum"]
    if isinstance(declared.default, bool) and not isinstance(value, bool):
        raise OptionError(f"{declared.name}: expected True or False, got {value!r}.")
    if choices and value is not None and value not in choices:
        raise OptionError(f"{declared.name}: expected one of {', '.join(choices)}, got {value!r}.")
    if minimum is not None:
        check_number(declared.name, value, minimum, declared.metadata["maximum"])
