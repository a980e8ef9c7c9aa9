"""The losses of a training: on disk line by line, and drawn as curves."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from impasto.figures import save_loss_plot

LOSSES = "losses.jsonl"
CURVES = "losses.png"
POINTS = 200
"""Curves have at most so many points, each the mean of its steps."""


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """What one step found, over all processes.

    Attributes:
        step: Steps done, this one included.
        elapsed_s: Seconds of training so far.
        learning_rate: The step length.
        gradient_norm: Length of the gradient before clipping.
        losses: Weighted mean of each term, and ``total``.
        rows: The row of each image.
        content: Its content distance.
        style: Its style distance.
        style_weights: The weight of each style after the step.
    """

    step: int
    elapsed_s: float
    learning_rate: float
    gradient_norm: float
    losses: Mapping[str, float]
    rows: Sequence[int]
    content: Sequence[float]
    style: Sequence[float]
    style_weights: Mapping[str, float] = field(default_factory=dict)


class History:
    """Records of a run, kept in a file as they come.

    Args:
        folder: The run's folder.
        steps_done: Records after this step, of a run that was killed, are dropped.
    """

    def __init__(self, folder: Path, *, steps_done: int = 0) -> None:
        self.folder = folder
        self.records = [record for record in _read(folder / LOSSES) if record["step"] <= steps_done]
        lines = "".join(json.dumps(record) + "\n" for record in self.records)
        (folder / LOSSES).write_text(lines, encoding="utf-8")

    def add(self, record: StepRecord) -> None:
        """Keep a record, in memory and on disk."""
        entry = _rounded(asdict(record))
        self.records.append(entry)
        with (self.folder / LOSSES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def draw(self) -> Path:
        """Write the curves: weighted terms and their total, as running means."""
        names = dict.fromkeys(name for record in self.records for name in record["losses"])
        size = max(1, math.ceil(len(self.records) / POINTS))
        curves = {
            name: [
                _mean(record["losses"].get(name) for record in self.records[first : first + size])
                for first in range(0, len(self.records), size)
            ]
            for name in names
        }
        return save_loss_plot(curves, self.folder / CURVES, steps_a_value=size)

    def reached(self, last: int = 100) -> dict[str, float]:
        """Mean of each weighted term over the last steps."""
        sums: dict[str, list[float]] = defaultdict(list)
        for record in self.records[-last:]:
            for name, value in record["losses"].items():
                sums[name].append(value)
        return {name: round(float(np.mean(values)), 5) for name, values in sums.items()}


def _read(path: Path) -> list[dict[str, Any]]:
    """Records of a file; a last line that a kill cut short is left out."""
    if not path.is_file():
        return []
    records = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            records.append(json.loads(line))
        except ValueError:
            break
    return records


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else math.nan
