"""The pool on a real Ray, started once for all these tests."""

import contextlib
import importlib.util
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from impasto.batch import ray_pool
from impasto.batch.planning import plan_jobs
from impasto.batch.ray_pool import RayPool, connect
from impasto.batch.run import FAILED, run_batch
from impasto.errors import ClusterError, MissingPackageError
from impasto.progress import Cancellation

pytestmark = [
    # Ray warns of its own ways; what this project does wrong is an error all the same.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None,
        reason="needs Ray: pip install impasto[distributed]",
    ),
]
Begun = Callable[[], list[tuple[int, int]]]


@pytest.fixture(scope="module")
def ray_pool_of_two() -> Iterator[RayPool]:
    """Two actors on a Ray of this machine's own."""
    with connect("local", actors=2) as pool:
        yield pool


@pytest.fixture
def remote_work(work: ModuleType) -> ModuleType:
    """Scripted work whose code is sent along."""
    import ray

    ray.cloudpickle.register_pickle_by_value(work)
    return work


def test_photographs_are_painted_and_failures_set_aside(
    ray_pool_of_two: RayPool, photos: Path, networks: Path
) -> None:
    (photos / "b.png").write_bytes(b"no picture")
    words = {"style": str(networks / "lone"), "engine": "onnxruntime"}
    jobs = plan_jobs([str(photos)], words, str(photos.parent / "out"))
    summary = run_batch(jobs, str(photos.parent / "out"), ray_pool_of_two, processes=2, threads=1)
    assert (summary.done, summary.failed) == (3, 1)
    names = sorted(path.name for path in (photos.parent / "out").iterdir())
    assert names == [*(f"{name}-lone-fast.png" for name in "acd"), FAILED]


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process the POSIX way")
def test_a_killed_actor_loses_nothing_and_a_task_that_kills_is_set_aside(
    ray_pool_of_two: RayPool, remote_work: ModuleType, begun: Begun, tmp_path: Path
) -> None:
    tasks = remote_work.batches(["sleep:0.05", "die", "ok"], *[["sleep:0.05"] * 4] * 16)

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while len(begun()) < 12 and time.monotonic() < deadline:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.kill(begun()[-1][1], signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    scripted = remote_work.Scripted(str(tmp_path / "log.txt"))
    results = list(ray_pool_of_two.run(scripted, tasks, Cancellation()))
    killer.join()
    assert sorted(each.number for each in results) == list(range(67))
    failed = [each for each in results if each.state != "done"]
    assert [(each.number, each.state, "died" in each.error) for each in failed] == [
        (1, "failed", True)
    ]
    assert 3 <= [number for number, _ in begun()].count(1) <= 5


def test_a_cancellation_ends_it_soon(
    ray_pool_of_two: RayPool, remote_work: ModuleType, begun: Begun, tmp_path: Path
) -> None:
    cancellation = Cancellation()
    scripted = remote_work.Scripted(str(tmp_path / "log.txt"))
    tasks = remote_work.batches(*[["sleep:0.2"] * 4] * 50)
    for _ in ray_pool_of_two.run(scripted, tasks, cancellation):
        cancellation.cancel()
    time.sleep(1.5)
    count = len(begun())
    time.sleep(0.5)
    assert len(begun()) == count < 100


def test_as_many_actors_as_have_room(ray_pool_of_two: RayPool) -> None:
    import ray

    cores = int(ray.cluster_resources()["CPU"])
    assert RayPool().processes == cores
    assert RayPool(cpus=cores).processes == 1
    assert RayPool(gpus=0.5).processes == 1
    assert RayPool(actors=5).processes == 5


def test_no_cluster_there() -> None:
    with pytest.raises(ClusterError, match=r"--address nowhere.*ray start --head"):
        ray_pool._start("nowhere:1:2")


def test_the_message_without_ray_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackageError, match=r"impasto\[distributed\]"), connect("auto"):
        pass
