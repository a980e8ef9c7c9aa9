"""What a person chooses for the live picture: styles, their shares, strength, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from impasto.errors import OptionError
from impasto.stylizers.fast_style import FastStyle, parse_fast_style

Where = Literal["everything", "subject", "background"]
MOST_STRENGTH = 1.5


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the picture is painted.

    Attributes:
        style: Name of a style of a trained network; ``None`` for the picture as it is.
        blend: Another style of the same network to mix in, or ``None``.
        share: How much of the mixture is ``blend``, 0 to 1.
        strength: 0 for the picture as it is, 1 for the style, up to 1.5 to exaggerate.
        where: Whether everything is painted, only what was pointed at, or all but that.

    Raises:
        OptionError: if a number is out of range.
    """

    style: str | None
    blend: str | None = None
    share: float = 0.5
    strength: float = 1.0
    where: Where = "everything"

    def __post_init__(self) -> None:
        for name, most in (("share", 1.0), ("strength", MOST_STRENGTH)):
            value = getattr(self, name)
            if not 0 <= value <= most:
                raise OptionError(f"{name}: expected 0 to {most:g}, got {value}.")
        if self.where not in get_args(Where):
            raise OptionError(
                f"where: expected one of {', '.join(get_args(Where))}, got {self.where!r}."
            )

    def fast_style(self) -> FastStyle | None:
        """The style of a network that this asks for; ``None`` for the picture as it is.

        Raises:
            UnknownNameError: if there is no such style.
            OptionError: if no single network paints both.
        """
        if self.style is None:
            return None
        if self.blend is None or self.blend == self.style or self.share == 0:
            return parse_fast_style(self.style)
        return parse_fast_style(f"{self.style}:{1 - self.share:.4f},{self.blend}:{self.share:.4f}")
