"""Many photographs in one go: reading, painting and writing overlap."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from impasto.errors import ImpastoError
from impasto.image.codec import open_header
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.render import RenderResult

READ_AHEAD = 2
"""Photographs that are read, or have been, while another one is painted."""

WRITERS = 2
"""Paintings that are written while another one is painted; more have to wait."""


class NamedJob(Protocol):
    """One photograph on its way to one place."""

    @property
    def name(self) -> str:
        """What progress calls it."""


Job = TypeVar("Job", bound=NamedJob)
Opened = TypeVar("Opened")


@dataclass(frozen=True, kw_only=True)
class FileJob:
    """One photograph on its way to one file."""

    photo: Path
    output: Path

    @property
    def name(self) -> str:
        """The photograph's, without its folder."""
        return self.photo.name


@dataclass(frozen=True, kw_only=True)
class FileOutcome(Generic[Job]):
    """What became of a job.

    Attributes:
        job: The job.
        result: The painting, written; ``None`` if there was none to write.
        error: Why there is none; ``None`` with no result where nothing was to be done.
    """

    job: Job
    result: RenderResult | None = None
    error: ImpastoError | None = None


@dataclass(frozen=True, kw_only=True)
class FileSteps(Generic[Job, Opened]):
    """What is done with each job.

    Attributes:
        read: Gives the photograph, or what else there is to paint, or ``None`` where there
            is nothing to do. Called in threads of its own, several at a time.
        paint: Renders it, or is cancelled. Called in the caller's thread.
        write: Saves the result. Called in threads of its own, several at a time.
        prepare: Called once in the caller's thread while the first photographs are read.
    """

    read: Callable[[Job], Opened | None]
    paint: Callable[[Opened], RenderResult]
    write: Callable[[Job, RenderResult], object]
    prepare: Callable[[], object] = lambda: None


def render_files(
    jobs: Sequence[Job],
    steps: FileSteps[Job, Opened],
    *,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[FileOutcome[Job]]:
    """Work through jobs so that reading, painting and writing overlap.

    At most :data:`READ_AHEAD` photographs and :data:`WRITERS` paintings are in memory
    besides the one at work. A job that fails with an error of Impasto does not stop the
    others.

    Args:
        jobs: What to do, in this order.
        steps: How.
        on_progress: Told whenever a job is finished.
        cancellation: Ends the work before the next photograph; what is painted is written.

    Yields:
        One outcome a job, in order, once its file is complete; none for jobs that a
        cancellation left undone.
    """
    stop = cancellation or Cancellation()
    reading: deque[tuple[Job, Future[Opened | None]]] = deque()
    writing: deque[tuple[FileOutcome[Job], Future[object] | None]] = deque()
    report = _Report(len(jobs), on_progress)
    ahead = iter(jobs)
    with (
        ThreadPoolExecutor(READ_AHEAD, "read") as readers,
        ThreadPoolExecutor(WRITERS, "write") as writers,
    ):
        try:
            _read_ahead(ahead, reading, readers, steps)
            steps.prepare()
            while reading and not stop.is_cancelled:
                job, photo = reading.popleft()
                _read_ahead(ahead, reading, readers, steps)
                outcome = _painted(job, photo, steps)
                result = outcome.result
                if result is not None and not result.is_painted:
                    break
                saved = None if result is None else writers.submit(steps.write, job, result)
                writing.append((outcome, saved))
                while writing and (len(writing) > WRITERS or _is_over(writing[0][1])):
                    yield report(_written(*writing.popleft()))
            while writing:
                yield report(_written(*writing.popleft()))
        finally:
            for _, future in reading:
                future.cancel()


def is_done(job: FileJob, settings: Mapping[str, Any]) -> bool:
    """Whether a job's file is there, newer than the photograph and made with these settings.

    Args:
        job: The job.
        settings: Those of the settings in the file that have to agree.
    """
    try:
        if job.output.stat().st_mtime_ns < job.photo.stat().st_mtime_ns:
            return False
        found = json.loads(open_header(job.output).metadata.text["impasto"])
        # As a file would give them back: tuples are lists there.
        wanted = json.loads(json.dumps(dict(settings)))
        return all(found[name] == value for name, value in wanted.items())
    except (OSError, ImpastoError, ValueError, LookupError, TypeError):
        return False


class _Report:
    """Counts finished jobs and tells how long the rest will take."""

    def __init__(self, total: int, on_progress: ProgressCallback | None) -> None:
        self._total, self._on_progress = total, on_progress
        self._finished = self._skipped = 0
        self._watch = Stopwatch()

    def __call__(self, outcome: FileOutcome[Job]) -> FileOutcome[Job]:
        self._finished += 1
        self._skipped += outcome.result is None and outcome.error is None
        if self._on_progress is not None:
            done, total = self._finished - self._skipped, self._total - self._skipped
            event = ProgressEvent(
                stage=outcome.job.name,
                step=self._finished,
                total=self._total,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._watch.remaining_s(done, total),
            )
            self._on_progress(event)
        return outcome


def _read_ahead(
    ahead: Iterator[Job],
    reading: deque[tuple[Job, Future[Opened | None]]],
    readers: ThreadPoolExecutor,
    steps: FileSteps[Job, Opened],
) -> None:
    while len(reading) < READ_AHEAD and (job := next(ahead, None)) is not None:
        reading.append((job, readers.submit(steps.read, job)))


def _painted(
    job: Job, photo: Future[Opened | None], steps: FileSteps[Job, Opened]
) -> FileOutcome[Job]:
    try:
        opened = photo.result()
        return FileOutcome(job=job, result=None if opened is None else steps.paint(opened))
    except ImpastoError as error:
        return FileOutcome(job=job, error=error)


def _written(outcome: FileOutcome[Job], saved: Future[object] | None) -> FileOutcome[Job]:
    try:
        if saved is not None:
            saved.result()
    except ImpastoError as error:
        return FileOutcome(job=outcome.job, error=error)
    return outcome


def _is_over(saved: Future[object] | None) -> bool:
    return saved is None or saved.done()
