"""What is not as it was when a result was made."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 12
"""Digits of a checksum that a person is shown."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was.

    Attributes:
        what: In words, such as ``the photograph``.
        recorded: What the record says: a checksum, a version, a name.
        found: What there is now.

    Example:
        >>> print(Difference("torch", "2.7", "2.8"))
        torch: was 2.7, is 2.8
    """

    what: str
    recorded: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: was {_short(self.recorded)}, is {_short(self.found)}"


def _short(text: str) -> str:
    return f"{text[:SHOWN]}…" if len(text) == 64 else text
