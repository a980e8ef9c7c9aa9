"""How a length is cut into pieces that overlap, for graphs that see only so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Span:
    """A piece of a length: what is read, and the part of it that is kept.

    Attributes:
        read: Of the whole, as a slice's start and stop.
        kept: The same of what is kept.
    """

    read: tuple[int, int]
    kept: tuple[int, int]

    @property
    def source(self) -> slice:
        """What to read of the whole."""
        return slice(*self.read)

    @property
    def target(self) -> slice:
        """Where what is kept belongs in the whole."""
        return slice(*self.kept)

    @property
    def inner(self) -> slice:
        """What is kept, counted within what was read."""
        return slice(self.kept[0] - self.read[0], self.kept[1] - self.read[0])


def spans(length: int, *, largest: int, margin: int, step: int = 1) -> Iterator[Span]:
    """Cut a length into spans that read ``margin`` more than they keep, where there is more.

    Args:
        length: Of the whole; a multiple of ``step``.
        largest: Most that a span keeps; a multiple of ``step``.
        margin: Read beyond what is kept, at each side; a multiple of ``step``.
        step: Spans begin and end at multiples of it.

    Example:
        >>> [(each.read, each.kept) for each in spans(20, largest=8, margin=2)]
        [((0, 9), (0, 7)), ((5, 16), (7, 14)), ((12, 20), (14, 20))]
    """
    pieces = -(-length // largest)
    size = -(-length // pieces // step) * step
    for start in range(0, length, size):
        stop = min(start + size, length)
        yield Span(read=(max(0, start - margin), min(length, stop + margin)), kept=(start, stop))
