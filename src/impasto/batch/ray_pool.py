"""The pool on a Ray cluster: Ray Data streams batches through actors that hold the network."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from impasto.batch.ray_ledger import Ledger
from impasto.batch.work import ATTEMPTS, Task, TaskResult, Work, died
from impasto.errors import ClusterError, MissingPackageError
from impasto.progress import Cancellation

logger = logging.getLogger(__name__)

IN_FLIGHT = 2
"""Batches an actor has at most: one at work and one that waits for it."""

STARTS_THAT_MAY_FAIL = 20
"""Actors in a row that may die before they are ready; then something is wrong with all."""

OBJECT_STORE_BYTES = 100 * 2**20
"""Of a Ray that is started here: only names of files go through it."""

POLL_S = 0.2


class RayPool:
    """Does tasks in actors of a cluster.

    Made by :func:`connect`.

    Args:
        actors: How many; ``None`` for as many as the cluster has room for, also when nodes
            come later.
        cpus: Processor cores of each.
        gpus: GPUs of each, or a part of one.
    """

    def __init__(self, *, actors: int | None = None, cpus: int = 1, gpus: float = 0.0) -> None:
        self._actors, self._cpus, self._gpus = actors, cpus, gpus

    @property
    def processes(self) -> int:
        """Actors that there is room for now, or that were asked for."""
        import ray

        if self._actors is not None:
            return self._actors
        there = ray.cluster_resources()
        room = there.get("CPU", 0) // self._cpus
        if self._gpus:
            room = min(room, there.get("GPU", 0) // self._gpus)
        return max(1, int(room))

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        """As :class:`~impasto.batch.work.Pool` says; batches wait in Ray's object store.

        Raises:
            ClusterError: if the cluster is lost, or no actor can be started.
        """
        import ray
        from ray.exceptions import RayError

        ledger = ray.remote(Ledger).options(num_cpus=0, **_on_this_node()).remote()
        try:
            rows = self._results(work, batches, ledger)
            for row in _until_cancelled(rows, cancellation):
                yield TaskResult(**row)
        except RayError as error:
            raise ClusterError(
                f"the cluster: {' '.join(str(error).splitlines()[-1:])}; what is done stays, "
                "run again to go on."
            ) from error
        finally:
            with contextlib.suppress(RayError):
                ray.get(ledger.stop.remote(), timeout=10)

    def _results(
        self, work: Work, batches: Iterable[Sequence[Task]], ledger: Any
    ) -> Iterator[dict[str, Any]]:
        import pyarrow
        import ray

        settings = ray.data.DataContext.get_current()
        settings.enable_progress_bars = False
        settings.max_consecutive_actor_init_deaths = STARTS_THAT_MAY_FAIL
        blocks = [
            ray.put(
                pyarrow.table(
                    {"number": [t.number for t in batch], "text": [t.text for t in batch]}
                )
            )
            for batch in batches
        ]
        if not blocks:
            return
        dataset = ray.data.from_arrow_refs(blocks).map_batches(
            _Actor,
            fn_constructor_kwargs={"work": work, "ledger": ledger},
            batch_size=None,
            batch_format="pyarrow",
            compute=self._strategy(),
            num_cpus=self._cpus,
            num_gpus=self._gpus or None,
        )
        for table in dataset.iter_batches(
            batch_size=None, batch_format="pyarrow", prefetch_batches=0
        ):
            yield from table.to_pylist()

    def _strategy(self) -> Any:
        from ray.data import ActorPoolStrategy

        if self._actors is not None:
            return ActorPoolStrategy(size=self._actors, max_tasks_in_flight_per_actor=IN_FLIGHT)
        return ActorPoolStrategy(
            min_size=1,
            initial_size=self.processes,
            max_size=None,
            max_tasks_in_flight_per_actor=IN_FLIGHT,
        )


@contextlib.contextmanager
def connect(
    address: str, *, actors: int | None = None, cpus: int = 1, gpus: float = 0.0
) -> Iterator[RayPool]:
    """A pool on a cluster, for as long as the block lasts.

    Args:
        address: ``auto`` for a cluster this machine is part of; ``ray://HOST:PORT`` for one
            elsewhere; ``HOST:PORT``; ``local`` for one that is started here and ended again.
        actors: As :class:`RayPool` takes it.
        cpus: The same.
        gpus: The same.

    Raises:
        MissingPackageError: if Ray is not installed.
        ClusterError: if there is no cluster at the address.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Restarted actors are as Ray Data makes them; each is an "error" on standard error.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # Actors without GPUs are not to see any: Ray's default of the future.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if address != "local" and (Path.home() / ".ray" / "auth_token").is_file():
        # "ray start" then asks all who connect for the token; Ray reads this when imported.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingPackageError(
            "--address: a cluster needs Ray; run: pip install 'impasto[distributed]', or leave "
            "the address out to work on this machine alone."
        ) from error
    # Ray prints what happens on its nodes to standard output, which is for results.
    with contextlib.redirect_stdout(_LogStream()):
        is_own = not ray.is_initialized()
        if is_own:
            _start(address)
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            yield RayPool(actors=actors, cpus=cpus, gpus=gpus)
        finally:
            if is_own:
                ray.shutdown()


def _start(address: str) -> None:
    import ray

    here: dict[str, Any] = {}
    if address == "local":
        # Ray gives its workers the least share of a busy machine; here they are the work.
        os.environ.setdefault("RAY_worker_niceness", "0")
        here = {"include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **here)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError, OSError) as error:
        raise ClusterError(
            f"--address {address}: expected a Ray cluster there, but: "
            f"{' '.join(str(error).split())}; start one with: ray start --head."
        ) from error


def _on_this_node() -> dict[str, Any]:
    """The option that keeps an actor where the run itself is, whose end is its end."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    node = ray.get_runtime_context().get_node_id()
    return {"scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=True)}


class _Actor:
    """Does batches in a process of the cluster."""

    def __init__(self, work: Work, ledger: Any) -> None:
        self._ledger = ledger
        self._cancellation = Cancellation()
        self._run = work.open(self._cancellation)
        threading.Thread(target=self._watch, daemon=True).start()

    def __call__(self, table: Any) -> Any:
        import pyarrow

        tasks = [Task(**row) for row in table.to_pylist()]
        results = [vars(result) for result in self._results(tasks)]
        return pyarrow.Table.from_pylist(results, schema=_schema())

    def _results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        numbers = [task.number for task in tasks]
        if self._ask("begin", numbers):
            for task in tasks:
                yield from self._alone(task)
        else:
            yield from self._run(tasks)
        self._ask("end", numbers)

    def _alone(self, task: Task) -> Iterator[TaskResult]:
        deaths = self._ask("begin_alone", task.number)
        if deaths >= ATTEMPTS:
            yield died(task.number, deaths)
            return
        yield from self._run([task])
        self._ask("end_alone", task.number)

    def _ask(self, what: str, *arguments: Any) -> Any:
        import ray

        return ray.get(getattr(self._ledger, what).remote(*arguments))

    def _watch(self) -> None:
        """Hear of the end of all work, also in the middle of a task."""
        import time

        while not self._ask("is_stopped"):
            time.sleep(1.0)
        self._cancellation.cancel()


def _schema() -> Any:
    import pyarrow

    return pyarrow.schema(
        [
            ("number", pyarrow.int64()),
            ("state", pyarrow.string()),
            ("error", pyarrow.string()),
            ("attempts", pyarrow.int64()),
        ]
    )


def _until_cancelled(
    rows: Iterator[dict[str, Any]], cancellation: Cancellation
) -> Iterator[dict[str, Any]]:
    """Rows as they come, until soon after a cancellation, whatever they wait for."""
    found: queue.Queue[dict[str, Any] | BaseException | None] = queue.Queue(maxsize=1000)

    def take() -> None:
        try:
            for row in rows:
                found.put(row)
            found.put(None)
        except BaseException as error:
            found.put(error)

    threading.Thread(target=take, daemon=True).start()
    while not cancellation.is_cancelled:
        try:
            item = found.get(timeout=POLL_S)
        except queue.Empty:
            continue
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item


class _LogStream(io.TextIOBase):
    """A text stream whose lines go to the log."""

    def write(self, text: str) -> int:
        """Log a text unless it is empty."""
        if text.strip():
            logger.info(text.rstrip())
        return len(text)
