from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from impasto.batch.local_pool import LocalProcesses, ThisProcess
from impasto.progress import Cancellation

Begun = Callable[[], list[tuple[int, int]]]


@pytest.mark.parametrize("pool", [ThisProcess(), LocalProcesses(2)], ids=["one", "two"])
def test_every_task_has_one_result(
    pool: Any, work: ModuleType, begun: Begun, tmp_path: Path
) -> None:
    tasks = work.batches(["ok", "fail"], ["ok"], ["ok", "ok"])
    scripted = work.Scripted(str(tmp_path / "log.txt"))
    results = sorted(pool.run(scripted, tasks, Cancellation()), key=lambda each: each.number)
    assert [each.number for each in results] == [0, 1, 2, 3, 4]
    assert [each.state for each in results] == ["done", "failed", "done", "done", "done"]
    assert sorted(number for number, _ in begun()) == [0, 1, 2, 3, 4]


def test_only_the_task_that_kills_its_process_fails(
    work: ModuleType, begun: Begun, tmp_path: Path
) -> None:
    tasks = work.batches(["ok", "die", "ok"], ["ok", "ok"], ["ok"])
    scripted = work.Scripted(str(tmp_path / "log.txt"))
    results = list(LocalProcesses(2).run(scripted, tasks, Cancellation()))
    assert sorted(each.number for each in results) == [0, 1, 2, 3, 4, 5]
    assert {each.number: each.attempts for each in results if each.state == "failed"} == {1: 3}
    assert [number for number, _ in begun()].count(1) == 4


@pytest.mark.parametrize("pool", [ThisProcess(), LocalProcesses(1)], ids=["this", "another"])
def test_a_cancellation_ends_it_soon_and_takes_no_further_batch(
    pool: Any, work: ModuleType, tmp_path: Path
) -> None:
    cancellation, taken = Cancellation(), []

    def tasks() -> Any:
        for batch in work.batches(*[["ok"]] * 1000):
            taken.append(batch[0].number)
            yield batch

    scripted = work.Scripted(str(tmp_path / "log.txt"))
    states = set()
    for result in pool.run(scripted, tasks(), cancellation):
        states.add(result.state)
        cancellation.cancel()
    assert states <= {"done", "undone"}
    assert len(taken) < 50


def test_batches_are_taken_no_faster_than_they_are_done(work: ModuleType, tmp_path: Path) -> None:
    taken = []

    def tasks() -> Any:
        for batch in work.batches(*[["ok"]] * 20):
            taken.append(batch[0].number)
            yield batch

    scripted = work.Scripted(str(tmp_path / "log.txt"))
    for count, _ in enumerate(LocalProcesses(1).run(scripted, tasks(), Cancellation()), 1):
        assert len(taken) <= count + 2
