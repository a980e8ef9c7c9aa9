"""What a training leaves in its run's folder while it goes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from impasto.errors import OutputError
from impasto.figures import save_grid
from impasto.stylizers.options import check_options, option
from impasto.training.checkpoint import save_checkpoint
from impasto.training.descent import Descent
from impasto.training.history import History, StepRecord
from impasto.training.samples import column_titles, sample_rows
from impasto.weights.file_lock import exclusive

RECIPE = "recipe.json"
LOCK = ".lock"
SAMPLES_S = 180.0
CHECKPOINT_S = 120.0


@dataclass(frozen=True, kw_only=True)
class ReportTimes:
    """How often a run writes what.

    Raises:
        OptionError: if a value is out of its range.
    """

    sample_every: int | None = option(
        None, "Write sample sheet and curves every N steps. Default: every 3 minutes.", minimum=1
    )
    checkpoint_every: int = option(
        200, "Write a checkpoint every N steps, and every 2 minutes.", minimum=1
    )

    def __post_init__(self) -> None:
        check_options(self)


@contextmanager
def open_run_folder(folder: Path) -> Iterator[Path]:
    """Make the folder of a run, and keep other trainings out of it.

    Raises:
        OutputError: if it cannot be made, or another process trains there now.
    """

    def refuse() -> None:
        raise OutputError(
            f"{folder}: another process is training there; wait for it, or choose another name."
        )

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: could not be made: {error}; choose another place.") from error
    with exclusive(folder / LOCK, on_wait=refuse):
        yield folder


class RunReports:
    """Checkpoints, losses and samples of a run, as steps go by.

    Args:
        folder: The run's folder; it exists.
        times: How often.
        descent: What is trained.
        fingerprint: What must be the same for the run to be resumed.
        images: Photographs for the samples, each (1, 3, H, W) in [0, 1].
    """

    def __init__(
        self,
        folder: Path,
        times: ReportTimes,
        descent: Descent,
        fingerprint: Mapping[str, Any],
        images: Sequence[torch.Tensor],
    ) -> None:
        self.folder, self.times, self.descent = folder, times, descent
        self.fingerprint, self.images = dict(fingerprint), images
        if not descent.step:
            for sheet in folder.glob("samples-*.png"):
                sheet.unlink()
        self.history = History(folder, steps_done=descent.step)
        self._saved_s = self._sampled_s = time.monotonic()
        recipe = json.dumps(self.fingerprint, indent=2) + "\n"
        (folder / RECIPE).write_text(recipe, encoding="utf-8")

    def after_step(self, record: StepRecord) -> None:
        """Keep a record, and write what is due."""
        self.history.add(record)
        now, every = time.monotonic(), self.times.sample_every
        if not record.step % self.times.checkpoint_every or now - self._saved_s > CHECKPOINT_S:
            self.save_checkpoint()
        if not record.step % every if every else now - self._sampled_s > SAMPLES_S:
            self.save_samples()

    def save_checkpoint(self) -> None:
        """Write what the run needs to go on."""
        state = {"fingerprint": self.fingerprint, **self.descent.state()}
        save_checkpoint(self.folder, state)
        self._saved_s = time.monotonic()

    def save_samples(self) -> None:
        """Write the curves, and a sheet of photographs in the styles as they are now."""
        names = self.descent.job.style_names
        device = self.descent.processes.fabric.device
        images = [image.to(device) for image in self.images]
        if self.history.records:
            self.history.draw()
        if images:
            save_grid(
                sample_rows(self.descent.mean, images, names),
                self.folder / f"samples-{self.descent.step:06d}.png",
                column_titles=column_titles(names),
            )
        self._sampled_s = time.monotonic()
