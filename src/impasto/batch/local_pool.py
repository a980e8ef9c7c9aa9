"""Pools on this machine: this process, or several beside it. No package is needed for them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from impasto.batch.work import ATTEMPTS, Run, Task, TaskResult, Work, died
from impasto.progress import Cancellation

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

POLL_S = 0.2
"""How often a cancellation is looked for while processes are at work."""


class ThisProcess:
    """Does tasks in this process, one batch after the other."""

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        """As :class:`~impasto.batch.work.Pool` says; if this process dies, all is over."""
        do = work.open(cancellation)
        for batch in batches:
            if cancellation.is_cancelled:
                return
            yield from do(batch)


class LocalProcesses:
    """Does tasks in processes of this machine, each of which may die alone.

    Args:
        processes: How many.
    """

    def __init__(self, processes: int) -> None:
        self._count = processes

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        """As :class:`~impasto.batch.work.Pool` says.

        A batch whose process dies is done again, task by task, so that only the one that is
        to blame fails.
        """
        slots = [_Slot(work) for _ in range(self._count)]
        queue = _Queue(batches)
        busy: dict[Future[list[TaskResult]], tuple[_Slot, Sequence[Task]]] = {}
        try:
            while True:
                while slots and not cancellation.is_cancelled:
                    if (batch := queue.next()) is None:
                        break
                    slot = slots.pop()
                    busy[slot.submit(batch)] = slot, batch
                if not busy:
                    return
                done, _ = wait(busy, POLL_S, FIRST_COMPLETED)
                for future in done:
                    slot, batch = busy.pop(future)
                    slots.append(slot)
                    try:
                        yield from future.result()
                    except BrokenProcessPool:
                        slot.renew()
                        yield from queue.put_back(batch)
                if cancellation.is_cancelled:
                    for slot, _ in busy.values():
                        slot.cancel()
        finally:
            for slot in [*slots, *(slot for slot, _ in busy.values())]:
                slot.close()


class _Queue:
    """Batches to come: single tasks whose process died, then the rest."""

    def __init__(self, batches: Iterable[Sequence[Task]]) -> None:
        self._batches = iter(batches)
        self._again: deque[Sequence[Task]] = deque()
        self._deaths: dict[int, int] = {}

    def next(self) -> Sequence[Task] | None:
        return self._again.popleft() if self._again else next(self._batches, None)

    def put_back(self, batch: Sequence[Task]) -> Iterator[TaskResult]:
        """Take a batch whose process died; gives the result of a task that is to blame."""
        if len(batch) == 1:
            number = batch[0].number
            deaths = self._deaths[number] = self._deaths.get(number, 0) + 1
            if deaths >= ATTEMPTS:
                yield died(number, deaths)
                return
        self._again.extend([task] for task in batch)


class _Slot:
    """One process, and the next one when it has died."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._open()

    def _open(self) -> None:
        context = multiprocessing.get_context("spawn")
        # A pipe and not an event: setting an event waits for listeners, dead ones too.
        listener, self._speaker = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            1, mp_context=context, initializer=_begin, initargs=(self._work, listener)
        )

    def renew(self) -> None:
        """Take another process in place of one that died."""
        self.close()
        self._open()

    def submit(self, batch: Sequence[Task]) -> Future[list[TaskResult]]:
        return self._executor.submit(_do, list(batch))

    def cancel(self) -> None:
        """Ask the process to end its work soon."""
        if not self._speaker.closed:
            with contextlib.suppress(OSError):
                self._speaker.send(None)
            self._speaker.close()

    def close(self) -> None:
        self.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)


_run: Run | None = None
"""What does tasks in a process of a pool; never set in any other."""


def _begin(work: Work, listener: Connection) -> None:
    """Make a new process ready: its parent alone hears Ctrl-C, and tells it to end."""
    global _run
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cancellation = Cancellation()
    threading.Thread(target=_listen, args=(listener, cancellation), daemon=True).start()
    _run = work.open(cancellation)


def _do(batch: list[Task]) -> list[TaskResult]:
    if _run is None:
        raise RuntimeError("the process of a pool was not made ready")
    return list(_run(batch))


def _listen(listener: Connection, cancellation: Cancellation) -> None:
    """Cancel when the parent says so; end when it is gone without a word."""
    try:
        listener.recv()
    except (EOFError, OSError):
        os._exit(1)
    cancellation.cancel()
