"""Training a network from a job: prepared, run, resumed, and written as a style network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch

from impasto.encoders.catalog import get_encoder, load_encoder
from impasto.encoders.vgg import Pooling
from impasto.errors import OptionError
from impasto.image.picture import change_bit_depth
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent
from impasto.training.checkpoint import find_checkpoint, remove_checkpoint
from impasto.training.descent import Descent
from impasto.training.finish import finish
from impasto.training.history import StepRecord
from impasto.training.job import TrainingJob
from impasto.training.photos import (
    PhotoCrops,
    find_photos,
    hold_out,
    listing_digest,
    resize_pixels,
)
from impasto.training.processes import Machines, Processes, require_packages
from impasto.training.reports import ReportTimes, RunReports, open_run_folder
from impasto.training.samples import load_photos
from impasto.training.schedule import remaining_s
from impasto.training.styles import TrainingStyle
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure
from impasto.weights.style_networks import StyleNetwork

SAMPLE_PHOTOS = 3


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """How a training ended.

    Attributes:
        network: What was written; ``None`` if it was cancelled, and in every process but
            the first.
        step: Steps done.
        first_step: Steps that had been done before, by a run that was resumed.
        run_folder: Losses, samples and, of an unfinished run, the checkpoint.
        skipped: Photographs that could not be used, and why.
        is_first: Whether this is the process that reports.
    """

    network: StyleNetwork | None
    step: int
    first_step: int
    run_folder: Path
    skipped: dict[Path, str]
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """What is known before anything is written."""

    crops: PhotoCrops
    held_out: list[Path]
    fingerprint: dict[str, Any]
    state: dict[str, Any] | None


def train(
    job: TrainingJob,
    *,
    machines: Machines | None = None,
    times: ReportTimes | None = None,
    restart: bool = False,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> TrainingResult:
    """Train a network, or finish a training of the same job that was interrupted.

    Nothing is written before the job is known to be sound. While it goes, checkpoints,
    losses and samples appear in the run's folder beside the network's; at the end the
    network's folder appears whole. With several processes, each calls this.

    Args:
        job: What to train, on what, and where it goes.
        machines: Which processes; one, on the best device, by default.
        times: How often samples and checkpoints are written.
        restart: Begin anew even if there is an unfinished run.
        on_progress: Told of every step, with its weighted losses, and of the measuring.
        cancellation: Stops at the next step, with a checkpoint to go on from.

    Raises:
        MissingPackageError: if ``impasto[train]`` is not installed.
        ImageNotFoundError: if there are no photographs.
        OptionError: if there are fewer photographs than a batch has, a name is taken, or an
            unfinished run is of another recipe.
        OutputError: if nothing can be written there.
        NonFiniteLossError: if the training diverges.
    """
    require_packages()
    machines = machines or Machines()
    prepared = _prepare(job, machines, restart=restart)
    processes = Processes(machines, job.recipe.precision)
    processes.launch()
    descent, style_images = _start(job, processes, prepared)
    run = _Run(job, descent, prepared, on_progress, cancellation or Cancellation())
    if not processes.is_first:
        with processes.together():
            run.descend(None)
        return run.result(None)
    with open_run_folder(job.destination.run_folder) as folder:
        images = load_photos(
            prepared.held_out, shorter_side=job.recipe.crop_size, count=SAMPLE_PHOTOS
        )
        reports = RunReports(folder, times or ReportTimes(), descent, prepared.fingerprint, images)
        with processes.together():
            is_done = run.descend(reports)
        reports.save_checkpoint()
        reports.save_samples()
        if not is_done:
            return run.result(None)
        network = finish(
            descent,
            reports.history,
            style_images=style_images,
            held_out=prepared.held_out,
            data=_data(job, prepared),
            on_progress=on_progress,
            cancellation=cancellation,
        )
        remove_checkpoint(folder)
    return run.result(network)


class _Run:
    """One process's part in a training."""

    def __init__(
        self,
        job: TrainingJob,
        descent: Descent,
        prepared: _Prepared,
        on_progress: ProgressCallback | None,
        cancellation: Cancellation,
    ) -> None:
        self.job, self.descent, self.crops = job, descent, prepared.crops
        self.on_progress, self.cancellation = on_progress, cancellation
        self.first_step = descent.step

    def descend(self, reports: RunReports | None) -> bool:
        """Take all steps; whether the recipe is done."""

        def after_step(record: StepRecord) -> None:
            if reports is not None:
                reports.after_step(record)
            self._tell(record)

        processes = self.descent.processes
        with self.crops.batches(
            self.descent.step,
            self.job.recipe.batch_size,
            rank=processes.rank,
            ranks=processes.count,
        ) as batches:
            return self.descent.run(
                batches,
                is_cancelled=lambda: self.cancellation.is_cancelled,
                after_step=after_step,
            )

    def result(self, network: StyleNetwork | None) -> TrainingResult:
        """How it ended, as this process sees it."""
        return TrainingResult(
            network=network,
            step=self.descent.step,
            first_step=self.first_step,
            run_folder=self.job.destination.run_folder,
            skipped=dict(self.crops.skipped),
            is_first=self.descent.processes.is_first,
        )

    def _tell(self, record: StepRecord) -> None:
        if self.on_progress is None:
            return
        recipe, skipped = self.job.recipe, len(self.crops.skipped)
        self.on_progress(
            ProgressEvent(
                stage=f"training, {skipped} photos skipped" if skipped else "training",
                step=record.step,
                total=recipe.steps,
                elapsed_s=record.elapsed_s,
                remaining_s=remaining_s(recipe, record.step, record.elapsed_s),
                losses=record.losses,
            )
        )


def _prepare(job: TrainingJob, machines: Machines, *, restart: bool) -> _Prepared:
    """Check everything that can be checked before the first process starts."""
    recipe = job.recipe
    job.check()
    photos = find_photos(job.photos)
    kept, held_out = hold_out(photos)
    if recipe.batch_size > len(kept):
        raise OptionError(
            f"batch_size: expected at most the {len(kept)} photographs there are to train on, "
            f"got {recipe.batch_size}; use more photographs, or a smaller --batch-size."
        )
    ranks = machines.devices * machines.nodes
    if recipe.batch_size % ranks:
        raise OptionError(
            f"batch_size: expected a multiple of the {ranks} processes, got {recipe.batch_size}."
        )
    fingerprint = job.fingerprint(listing_digest(job.photos, photos))
    folder = job.destination.run_folder
    state = None if restart else find_checkpoint(folder, fingerprint)
    ensure(get_weights(get_encoder(recipe.encoder).weights))
    crops = PhotoCrops(kept, crop_size=recipe.crop_size, zoom=recipe.zoom, seed=recipe.seed)
    crops.crop(0)
    return _Prepared(crops=crops, held_out=held_out, fingerprint=fingerprint, state=state)


def _start(
    job: TrainingJob, processes: Processes, prepared: _Prepared
) -> tuple[Descent, list[torch.Tensor]]:
    recipe, device = job.recipe, processes.device
    encoder = load_encoder(recipe.encoder, pooling=cast(Pooling, recipe.pooling), device=device)
    style_images = [
        _style_image(style, recipe.style_size).to(device.device) for style in job.styles
    ]
    return Descent(job, processes, encoder, style_images, prepared.state), style_images


def _style_image(style: TrainingStyle, shorter_side: int) -> torch.Tensor:
    pixels = change_bit_depth(style.picture.pixels, 8)
    scale = shorter_side / min(pixels.shape[:2])
    height, width = (max(shorter_side, round(side * scale)) for side in pixels.shape[:2])
    return resize_pixels(pixels, (height, width))[None].float() / 255


def _data(job: TrainingJob, prepared: _Prepared) -> dict[str, Any]:
    """What the card says about the photographs."""
    return {
        "photos": len(prepared.crops.photos),
        "folder": job.photos.absolute().name,
        "skipped": len(prepared.crops.skipped),
    }
