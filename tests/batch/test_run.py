import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from impasto.batch import run
from impasto.batch.job import PhotoJob
from impasto.batch.local_pool import ThisProcess
from impasto.batch.planning import plan_jobs
from impasto.batch.run import FAILED, Summary, at_once, run_batch
from impasto.batch.work import Task, TaskResult, Work
from impasto.errors import ClusterError
from impasto.progress import Cancellation, ProgressEvent

WORDS = {"style": "stripes", "engine": "onnxruntime"}


class Pretended:
    """A pool with results of its own: every third task fails, every fourth was done."""

    def __init__(self, *, lost_after: int | None = None) -> None:
        self.sizes: list[int] = []
        self._lost_after = lost_after

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        for batch in batches:
            self.sizes.append(len(batch))
            for task in batch:
                if task.number == self._lost_after:
                    raise ClusterError("lost")
                if task.number % 3 == 2:
                    error = f"ImageFormatError: damaged {task.number}"
                    yield TaskResult(number=task.number, state="failed", error=error, attempts=3)
                else:
                    state = "skipped" if task.number % 4 == 3 else "done"
                    yield TaskResult(number=task.number, state=state)  # type: ignore[arg-type]


def planned(count: int) -> list[PhotoJob]:
    return [
        PhotoJob(content=f"/p/{k}.jpg", output=f"/o/{k}.png", words=WORDS) for k in range(count)
    ]


def test_photographs_are_painted_and_failures_set_aside_as_a_manifest(
    photos: Path, networks: Path
) -> None:
    (photos / "b.png").write_bytes(b"no picture")
    out = photos.parent / "out"
    jobs = plan_jobs([str(photos)], WORDS, str(out))
    summary = run_batch(jobs, str(out), ThisProcess())
    assert (summary.total, summary.done, summary.failed, summary.skipped) == (4, 3, 1, 0)
    assert summary.failures == str(out / FAILED)
    assert summary.first_errors[0].startswith(f"{photos}/b.png: expected an image")
    (line,) = (out / FAILED).read_text().splitlines()
    failed = json.loads(line)
    assert (failed["content"], failed["attempts"]) == (str(photos / "b.png"), 3)

    (photos / "b.png").write_bytes((photos / "a.png").read_bytes())
    again = plan_jobs([], {}, str(out), manifest=str(out / FAILED))
    assert again == [jobs[1]]
    assert run_batch(again, str(out), ThisProcess()).done == 1
    assert (out / FAILED).read_text() == ""
    assert run_batch(jobs, str(out), ThisProcess()).skipped == 4


def test_counts_progress_and_time_left(tmp_path: Path) -> None:
    events: list[ProgressEvent] = []
    summary = run_batch(planned(24), str(tmp_path), Pretended(), on_progress=events.append)
    assert (summary.done, summary.failed, summary.skipped) == (12, 8, 4)
    assert [event.step for event in events] == list(range(1, 25))
    assert events[-1].total == 24
    assert events[-1].remaining_s == 0
    assert events[-1].stage.endswith(" a second, 8 failed")
    assert len((tmp_path / FAILED).read_text().splitlines()) == 8
    assert summary.as_json()["failures"] == str(tmp_path / FAILED)


def test_few_tasks_are_shared_among_the_processes(tmp_path: Path) -> None:
    pool = Pretended()
    run_batch(planned(64), str(tmp_path), pool, processes=2)
    assert set(pool.sizes) == {4}
    pool = Pretended()
    run_batch(planned(1000), str(tmp_path), pool, processes=2)
    assert set(pool.sizes[:-1]) == {run.MOST_AT_ONCE}
    pool = Pretended()
    run_batch(planned(10), str(tmp_path), pool, at_once=1)
    assert set(pool.sizes) == {1}


def test_slow_methods_are_given_one_job_at_a_time(networks: Path) -> None:
    slow = PhotoJob(content="/p/a.jpg", output="/o/a.png", words={"style": "mosaic"})
    assert at_once(planned(3)) == run.MOST_AT_ONCE
    assert at_once([*planned(3), slow]) == 1


def test_failures_are_written_while_it_goes_on_and_when_the_cluster_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ClusterError):
        run_batch(planned(24), str(tmp_path), Pretended(lost_after=10))
    assert len((tmp_path / FAILED).read_text().splitlines()) == 3
    (tmp_path / FAILED).unlink()
    monkeypatch.setattr(run, "WRITE_FAILED_S", 0.0)
    written = []
    for event in [0]:
        run_batch(
            planned(6),
            str(tmp_path),
            Pretended(),
            on_progress=lambda _: written.append((tmp_path / FAILED).exists()),
        )
        assert event == 0
    assert written == [False, False, True, True, True, True]


def test_an_earlier_runs_failures_are_gone_when_there_are_none(tmp_path: Path) -> None:
    (tmp_path / FAILED).write_text("{}\n")
    summary = run_batch(planned(2), str(tmp_path), Pretended())
    assert summary.failures is None
    assert (tmp_path / FAILED).read_text() == ""


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    class Killed(Pretended):
        def run(
            self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
        ) -> Iterator[TaskResult]:
            tag = work.tag  # type: ignore[attr-defined]
            (tmp_path / f".impasto-batch-{tag}-1.tmp").touch()
            return super().run(work, batches, cancellation)

    run_batch(planned(2), str(tmp_path), Killed())
    assert list(tmp_path.iterdir()) == []


def test_speed_is_of_what_was_painted() -> None:
    assert Summary(total=10, done=4, skipped=6, duration_s=2.0).per_second == 2.0
    assert Summary(total=0).per_second == 0.0
