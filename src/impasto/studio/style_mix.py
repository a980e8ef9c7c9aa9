"""What a style's name means to a document: one style, a blend of some, or one matched by meaning.

A blend reads as on the command line, ``candy:0.6,great-wave:0.4``. ``matched:`` before a style or
a blend says that sky is painted after sky and wall after wall.
"""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass

MATCHED = "matched:"


@dataclass(frozen=True, kw_only=True)
class StyleMix:
    """What a photograph is painted after.

    Attributes:
        parts: Names of styles and their shares, which sum to 1; at least one.
        matched: Whether regions are matched by meaning.
    """

    parts: tuple[tuple[str, float], ...]
    matched: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it is one style as it is."""
        return len(self.parts) == 1 and not self.matched

    @property
    def main(self) -> str:
        """The style with the largest share, the first of such."""
        return max(self.parts, key=lambda part: part[1])[0]

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of the styles it is made of."""
        return tuple(name for name, _ in self.parts)


def read_mix(name: str, known: Container[str] = ()) -> StyleMix:
    """What a name means; a name that is no mix is a style of that name.

    Args:
        name: From a document.
        known: Names of styles, which are what they are.

    Example:
        >>> read_mix("matched:candy:3,mosaic:1").parts
        (('candy', 0.75), ('mosaic', 0.25))
    """
    if name in known:
        return StyleMix(parts=((name, 1.0),))
    matched = name.startswith(MATCHED)
    text = name.removeprefix(MATCHED)
    parts = [(text, 1.0)] if text in known else _parts(text)
    return StyleMix(parts=tuple(parts) or ((name, 1.0),), matched=matched and bool(parts))


def _parts(text: str) -> list[tuple[str, float]]:
    """Names and shares; none where the text is no blend."""
    words = text.split(",")
    if len(words) == 1:
        return [(text, 1.0)] if text else []
    found: dict[str, float] = {}
    for word in words:
        name, _, number = word.rpartition(":")
        try:
            share = float(number)
        except ValueError:
            return [(text, 1.0)]
        if not name or name in found or not (share > 0 and math.isfinite(share)):
            return [(text, 1.0)]
        found[name] = share
    total = sum(found.values())
    return [(name, share / total) for name, share in found.items()]
