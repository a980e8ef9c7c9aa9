from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from impasto.errors import CapacityError, OptionError, UnknownNameError
from impasto.progress import ProgressCallback, ProgressEvent
from impasto.studio.server.jobs import MAX_ENDED, Job, JobBoard, JobState, write_job


def test_a_job_says_how_far_it_is_and_what_it_made(tmp_path: Path) -> None:
    heard: list[float | None] = []

    def work(job: Job, report: ProgressCallback) -> None:
        event = ProgressEvent(stage="half", step=1, total=2, elapsed_s=1, remaining_s=1)
        report(event)
        assert (job.stage, job.fraction, job.remaining_s) == ("half", 0.5, 1)
        job.file = tmp_path / "made"

    with ThreadPoolExecutor(1) as executor:
        board = JobBoard(executor, 3, lambda: heard.append(None))
        job = board.start("export", "Export", work, style="candy")
    assert job.state is JobState.DONE
    told = write_job(job, "doc")
    assert told["url"] == f"/api/documents/doc/jobs/{job.id}/file"
    assert (told["status"], told["fraction"], told["style"]) == ("done", 1.0, "candy")
    assert len(heard) == 3


@pytest.mark.parametrize(
    ("error", "message"),
    [(OptionError("expected more"), "expected more"), (KeyError("secret"), "Something went wrong")],
)
def test_a_failed_job_says_why_but_no_secrets(error: Exception, message: str) -> None:
    def work(_job: Job, _report: ProgressCallback) -> None:
        raise error

    with ThreadPoolExecutor(1) as executor:
        job = JobBoard(executor, 3, lambda: None).start("style", "S", work)
    assert job.state is JobState.FAILED
    assert message in str(job.error)
    assert "secret" not in str(job.error)


def test_jobs_are_cancelled_and_limited() -> None:
    begun, go_on = Event(), Event()

    def work(job: Job, _report: ProgressCallback) -> None:
        begun.set()
        assert go_on.wait(60)
        assert job.cancellation.is_cancelled

    with ThreadPoolExecutor(1) as executor:
        board = JobBoard(executor, 2, lambda: None)
        first = board.start("style", "S", work)
        second = board.start("style", "S", work)
        with pytest.raises(CapacityError, match="at most 2"):
            board.start("style", "S", work)
        assert begun.wait(60)
        assert board.is_busy
        board.cancel(first.id)
        board.close()
        go_on.set()
    assert first.state is second.state is JobState.CANCELLED
    assert not board.is_busy
    with pytest.raises(UnknownNameError):
        board.cancel("none")


def test_old_jobs_are_forgotten_with_their_files(tmp_path: Path) -> None:
    def work(job: Job, _report: ProgressCallback) -> None:
        job.file = tmp_path / job.id
        job.file.touch()

    with ThreadPoolExecutor(1) as executor:
        board = JobBoard(executor, 10**6, lambda: None)
        for _ in range(MAX_ENDED + 20):
            executor.submit(lambda: None).result()
            board.start("export", "E", work)
            executor.submit(lambda: None).result()
    assert len(board.jobs) <= MAX_ENDED + 1
    assert len([*tmp_path.iterdir()]) == len(board.jobs)
