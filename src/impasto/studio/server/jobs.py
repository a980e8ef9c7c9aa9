"""Work that takes longer than an answer may: its progress, its end, and how to stop it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from impasto.errors import CapacityError, UnknownNameError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent
from impasto.studio.server.error_responses import describe

logger = logging.getLogger(__name__)

MAX_ENDED = 50
"""Ended jobs of a document that are remembered."""


class JobState(StrEnum):
    """What became of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(kw_only=True)
class Job:
    """One piece of work; what is not fixed changes while it runs.

    Attributes:
        id: Tells it from all others.
        kind: ``style`` or ``export``.
        title: What a person reads.
        style: The style it makes.
        cancellation: Asks it to stop.
        state: What became of it.
        stage: What is being done, in words.
        fraction: How much is done, from 0 to 1; ``None`` while that is not known.
        remaining_s: Estimated seconds to its end.
        error: Why it failed.
        file: What it made.
    """

    id: str
    kind: str
    title: str
    style: str | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)
    state: JobState = JobState.RUNNING
    stage: str = "waiting"
    fraction: float | None = None
    remaining_s: float | None = None
    error: str | None = None
    file: Path | None = None


Work = Callable[[Job, ProgressCallback], None]
"""Does a job; raises if it fails. May set the job's file."""


class JobBoard:
    """The jobs of one document. Safe to use from several threads.

    Args:
        executor: Runs them.
        running: How many may run or wait at a time.
        on_change: Called when something about them is different.
    """

    def __init__(self, executor: Executor, running: int, on_change: Callable[[], None]) -> None:
        self._executor = executor
        self._running = running
        self._on_change = on_change
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All that are known, the first begun first."""
        with self._lock:
            return tuple(self._jobs.values())

    @property
    def is_busy(self) -> bool:
        """Whether one runs or waits."""
        return any(job.state is JobState.RUNNING for job in self.jobs)

    def find(self, job_id: str) -> Job:
        """A job by its id.

        Raises:
            UnknownNameError: if there is none.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise UnknownNameError("There is no such job here.")
            return self._jobs[job_id]

    def start(self, kind: str, title: str, work: Work, *, style: str | None = None) -> Job:
        """Begin a job.

        Raises:
            CapacityError: if as many run as may.
        """
        job = Job(id=secrets.token_hex(8), kind=kind, title=title, style=style)
        with self._lock:
            running = sum(each.state is JobState.RUNNING for each in self._jobs.values())
            if running >= self._running:
                raise CapacityError(
                    f"jobs: expected at most {self._running} at a time; wait for one, or cancel it."
                )
            self._jobs[job.id] = job
            self._forget_old()
        self._executor.submit(self._run, job, work)
        self._on_change()
        return job

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop.

        Raises:
            UnknownNameError: if there is none.
        """
        self.find(job_id).cancellation.cancel()

    def close(self) -> None:
        """Ask all to stop."""
        for job in self.jobs:
            job.cancellation.cancel()

    def _run(self, job: Job, work: Work) -> None:
        def report(event: ProgressEvent) -> None:
            job.stage = event.stage
            job.fraction = event.step / event.total if event.total else None
            job.remaining_s = event.remaining_s
            self._on_change()

        try:
            if not job.cancellation.is_cancelled:
                work(job, report)
            job.state = JobState.CANCELLED if job.cancellation.is_cancelled else JobState.DONE
        # Whatever a job raises ends that job alone.
        except Exception as error:
            job.state = JobState.FAILED
            _, job.error = describe(error)
            if job.cancellation.is_cancelled:
                job.state, job.error = JobState.CANCELLED, None
        job.fraction = 1.0 if job.state is JobState.DONE else job.fraction
        job.remaining_s = None
        self._on_change()

    def _forget_old(self) -> None:
        ended = [job for job in self._jobs.values() if job.state is not JobState.RUNNING]
        for job in ended[: max(0, len(ended) - MAX_ENDED)]:
            if job.file is not None:
                job.file.unlink(missing_ok=True)
            del self._jobs[job.id]


def write_job(job: Job, document_id: str) -> dict[str, Any]:
    """What a client is told of a job."""
    url = f"/api/documents/{document_id}/jobs/{job.id}/file"
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "status": job.state.value,
        "stage": job.stage,
        "fraction": job.fraction,
        "remaining_s": job.remaining_s,
        "error": job.error,
        "url": url if job.file is not None and job.state is JobState.DONE else None,
        "style": job.style,
    }
