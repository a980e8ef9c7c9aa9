"""The measured pairs of a report on disk: a line each, so that nothing finished is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import OutputError

FILE = "measured.jsonl"

Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One painting and its measures.

    Attributes:
        method: Name of the method.
        content: Name of the photograph.
        style: Name of the style.
        painting: Checksum of the painting.
        judge: What measured it.
        measures: By the names of :data:`~impasto.evaluation.measures.MEASURES`.
        duration_s: How long it took to paint, whatever else the machine did.
    """

    method: str
    content: str
    style: str
    painting: str
    judge: str
    measures: Mapping[str, float]
    duration_s: float

    @property
    def key(self) -> Key:
        """The names of method, photograph and style."""
        return self.method, self.content, self.style


class Ledger:
    """Measured pairs, in memory and in a file that grows line by line.

    Args:
        folder: Of the report; it must exist.
        judge: What measures now; lines of another judge are not taken.

    Raises:
        OutputError: if the file cannot be read.
    """

    def __init__(self, folder: Path, judge: str) -> None:
        self._path, self._judge = folder / FILE, judge
        self._found: dict[Key, Measured] = {}
        try:
            lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise OutputError(f"{self._path}: cannot be read: {error}; remove it.") from error
        for line in lines:
            entry = _read(line)
            if entry is not None and entry.judge == judge:
                self._found[entry.key] = entry

    def find(self, key: Key, painting: str) -> Measured | None:
        """What was measured of a painting with this checksum, or ``None``."""
        entry = self._found.get(key)
        return entry if entry is not None and entry.painting == painting else None

    def duration_s(self, key: Key) -> float:
        """How long a pair took that was painted before; 0 if that is not known."""
        entry = self._found.get(key)
        return 0.0 if entry is None else entry.duration_s

    def add(self, entry: Measured) -> Measured:
        """Keep an entry, on disk before this returns.

        Raises:
            OutputError: if it cannot be written.
        """
        self._found[entry.key] = entry
        try:
            broken = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
            with self._path.open("a", encoding="utf-8") as file:
                file.write(("\n" if broken else "") + json.dumps(vars(entry)) + "\n")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error}.") from error
        return entry


def _read(line: str) -> Measured | None:
    """An entry, or ``None`` where the line is not whole: its writing was interrupted."""
    try:
        given: Any = json.loads(line)
        entry = Measured(**given)
        whole = all(isinstance(value, float | int) for value in entry.measures.values())
        return entry if whole else None
    except (ValueError, TypeError, AttributeError):
        return None
