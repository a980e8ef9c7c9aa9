"""A batch from its jobs to its end: tasks to a pool, failures set aside, time left told."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from impasto.batch import storage
from impasto.batch.job import PhotoJob
from impasto.batch.painting import PaintPhotos
from impasto.batch.recipe import read_recipe
from impasto.batch.work import Pool, Task, TaskResult
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.stylizers.catalog import get_method

FAILED = "failed.jsonl"
"""Where jobs that failed are set aside, in the folder of the results: a manifest of its own."""

MOST_AT_ONCE = 16
"""Tasks of a batch: enough that reading, painting and writing overlap in a process."""

BATCHES_A_PROCESS = 8
"""Of few tasks, batches are made so small that each process gets so many."""

LOOKED_AT = 100
"""So many jobs are looked at to learn how long one takes."""

REMEMBERED_ERRORS = 20
"""So many errors are in the summary; all of them are in :data:`FAILED`."""

WRITE_FAILED_S = 10.0
"""Seconds between two writings of the failures while the run goes on."""


@dataclass
class Summary:
    """What became of a run so far.

    Attributes:
        total: Jobs in all.
        done: Painted in this run.
        skipped: Done before, from the same photograph and with the same settings.
        failed: Set aside with their errors.
        duration_s: Seconds since it began.
        failures: The place of their file; ``None`` where there are none.
        interrupted: Whether it was stopped.
        first_errors: Of the first failures, one line each.
    """

    total: int
    done: int = 0
    skipped: int = 0
    failed: int = 0
    duration_s: float = 0.0
    failures: str | None = None
    interrupted: bool = False
    first_errors: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Pictures painted in a second."""
        return self.done / self.duration_s if self.duration_s else 0.0

    def as_json(self) -> dict[str, Any]:
        """The summary as plain values."""
        return {**asdict(self), "per_second": round(self.per_second, 3)}


def run_batch(
    jobs: Sequence[PhotoJob],
    output: str,
    pool: Pool,
    *,
    processes: int = 1,
    at_once: int = MOST_AT_ONCE,
    threads: int | None = None,
    device: str = "auto",
    overwrite: bool = False,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Summary:
    """Paint the photographs of jobs; what fails is set aside and stops nothing.

    Args:
        jobs: What to do.
        output: The folder in which :data:`FAILED` is written.
        pool: Who does it.
        processes: How many do it at a time, to share few jobs among them.
        at_once: Most jobs that a process is given at once; 1 for slow methods.
        threads: Processor threads of a process; ``None`` for all cores.
        device: Where methods run.
        overwrite: Paint also what is done.
        on_progress: Told whenever some are done.
        cancellation: Ends the run; what is finished stays.

    Raises:
        OutputError: if the failures cannot be written.
        ClusterError: if the pool is lost.
    """
    stop = cancellation or Cancellation()
    folder = storage.absolute(output)
    work = PaintPhotos(
        tag=secrets.token_hex(4),
        started_s=time.time(),
        threads=threads,
        device=device,
        overwrite=overwrite,
    )
    run = _Run(jobs, folder, on_progress)
    try:
        size = max(1, min(at_once, len(jobs) // (processes * BATCHES_A_PROCESS)))
        for result in pool.run(work, _batches(jobs, size), stop):
            run.take(result)
    finally:
        run.finish(work.tag, interrupted=stop.is_cancelled)
    return run.summary


def at_once(jobs: Sequence[PhotoJob]) -> int:
    """How many jobs a process is given at once: one where a job takes minutes."""
    words = {json.dumps(job.words, sort_keys=True): job.words for job in jobs[:LOOKED_AT]}
    methods = {read_recipe(each).method for each in words.values()}
    is_fast = all(get_method(name).kind == "feed-forward" for name in methods)
    return MOST_AT_ONCE if is_fast else 1


def _batches(jobs: Sequence[PhotoJob], size: int) -> Iterator[list[Task]]:
    for start in range(0, len(jobs), size):
        yield [
            Task(number=number, text=jobs[number].to_json())
            for number in range(start, min(start + size, len(jobs)))
        ]


@dataclass
class _Run:
    """Counts results, writes failures and reports."""

    jobs: Sequence[PhotoJob]
    folder: str
    on_progress: ProgressCallback | None
    failures: dict[int, str] = field(default_factory=dict)
    watch: Stopwatch = field(default_factory=Stopwatch)
    written_s: float = 0.0
    written: int = 0

    def __post_init__(self) -> None:
        self.summary = Summary(total=len(self.jobs))

    def take(self, result: TaskResult) -> None:
        summary = self.summary
        if result.state == "done":
            summary.done += 1
        elif result.state == "skipped":
            summary.skipped += 1
        elif result.state == "failed":
            summary.failed += 1
            if len(summary.first_errors) < REMEMBERED_ERRORS:
                summary.first_errors.append(self.message(result))
            line = {
                **self.jobs[result.number].line(),
                "error": result.error,
                "attempts": result.attempts,
            }
            self.failures[result.number] = json.dumps(line, ensure_ascii=False)
        summary.duration_s = self.watch.elapsed_s
        if summary.duration_s - self.written_s > WRITE_FAILED_S:
            self.write_failures()
        self.report()

    def message(self, result: TaskResult) -> str:
        """An error that names its photograph."""
        content = self.jobs[result.number].content
        error = result.error.partition(": ")[2]
        return error if content in error else f"{content}: {error}"

    def report(self) -> None:
        if self.on_progress is None:
            return
        summary = self.summary
        worked = summary.done + summary.failed
        step = worked + summary.skipped
        stage = f"{summary.per_second:.3g} a second"
        if summary.failed:
            stage += f", {summary.failed} failed"
        self.on_progress(
            ProgressEvent(
                stage=stage,
                step=step,
                total=summary.total,
                elapsed_s=summary.duration_s,
                remaining_s=self.watch.remaining_s(worked, summary.total - summary.skipped),
            )
        )

    def write_failures(self) -> None:
        """The file of failures as it is now; without any, one of an earlier run is emptied."""
        self.written_s = self.watch.elapsed_s
        place = storage.join(self.folder, FAILED)
        if not self.failures and storage.modified_s(place) is None:
            return
        lines = [self.failures[number] for number in sorted(self.failures)]
        content = "".join(f"{line}\n" for line in lines).encode()
        storage.write(place, content, tag="failures")
        self.summary.failures = place if lines else None

    def finish(self, tag: str, *, interrupted: bool) -> None:
        self.summary.duration_s = self.watch.elapsed_s
        self.summary.interrupted = interrupted
        self.write_failures()
        storage.sweep(self.folder, tag=tag)
