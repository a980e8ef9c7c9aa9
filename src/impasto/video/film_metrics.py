"""The measures of :mod:`impasto.metrics.film_stability`, of films in files."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

from impasto.errors import VideoFormatError, VideoNotFoundError
from impasto.flow.flow_files import FLOW_SUFFIXES, KnownFlow, read_flow
from impasto.metrics.film_stability import FilmStability, StabilityFigures
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.video.frame_source import FrameSource


def measure_film(
    film: FrameSource,
    stylized: FrameSource,
    *,
    flow: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> StabilityFigures:
    """Measure how steady a stylised film is, at its size.

    Args:
        film: As it was.
        stylized: The same frames, stylised.
        flow: Folder of true flow from each frame to the next; ``None`` to estimate it.
        on_progress: Told of every frame.
        cancellation: Ends the work; the figures are those of the frames so far.

    Raises:
        VideoFormatError: if the films differ in their number of frames, or there is not a
            flow file for each pair.
        ShapeError: if the flow is of another size.
    """
    stop, watch = cancellation or Cancellation(), Stopwatch()
    flows = None if flow is None else flow_files(flow)
    measure = FilmStability()
    pairs = zip_longest(film.read(stylized.size), stylized.read(stylized.size))
    for done, (photo, painted) in enumerate(pairs):
        if stop.is_cancelled:
            break
        if photo is None or painted is None:
            longer, shorter = ("the film", "the stylised one")[:: -1 if photo is None else 1]
            raise VideoFormatError(
                f"films: expected as many frames of both, but {longer} goes on after the "
                f"{done} frames of {shorter}."
            )
        measure.update(photo, painted, _known(flows, done))
        if on_progress is not None:
            step, total = done + 1, max(done + 1, film.count or 0)
            on_progress(
                ProgressEvent(
                    stage="frames",
                    step=step,
                    total=total,
                    elapsed_s=watch.elapsed_s,
                    remaining_s=watch.remaining_s(step, total),
                )
            )
    return measure.figures


def flow_files(folder: Path) -> list[Path]:
    """The flow files of a folder in the order of their names.

    Raises:
        VideoNotFoundError: if there is no such folder, or no flow in it.
    """
    found = (
        sorted(path for path in folder.iterdir() if path.suffix.lower() in FLOW_SUFFIXES)
        if folder.is_dir()
        else []
    )
    if not found:
        raise VideoNotFoundError(
            f"{folder}: expected a folder of flow files, .flo or .png; check its name."
        )
    return found


def _known(flows: list[Path] | None, frame: int) -> KnownFlow | None:
    """The true flow that leads to a frame."""
    if flows is None or frame == 0:
        return None
    if frame > len(flows):
        raise VideoFormatError(
            f"flow: expected a file from each frame to the next, got {len(flows)} and a film "
            "with more."
        )
    return read_flow(flows[frame - 1])
