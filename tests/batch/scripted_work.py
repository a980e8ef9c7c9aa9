"""Work whose tasks say what happens, in a module that processes of pools can import."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.batch.work import Run, Task, TaskResult
from impasto.progress import Cancellation


@dataclass(frozen=True)
class Scripted:
    """Work whose tasks say what happens: ``ok``, ``fail``, ``die``, ``sleep:SECONDS``.

    Every task begun adds a line to a file, as processes share nothing else.
    """

    log: str

    def open(self, cancellation: Cancellation) -> Run:
        def run(tasks: Sequence[Task]) -> Iterator[TaskResult]:
            for task in tasks:
                if cancellation.is_cancelled:
                    yield TaskResult(number=task.number, state="undone")
                    continue
                with Path(self.log).open("a") as file:
                    file.write(f"{task.number} {os.getpid()}\n")
                if task.text == "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                if task.text.startswith("sleep:"):
                    time.sleep(float(task.text.removeprefix("sleep:")))
                failed = task.text == "fail"
                yield TaskResult(
                    number=task.number,
                    state="failed" if failed else "done",
                    error="JobError: failed" if failed else "",
                )

        return run


def batches(*texts: Sequence[str]) -> list[list[Task]]:
    """Batches of tasks, numbered through."""
    found: list[list[Task]] = []
    number = 0
    for batch in texts:
        found.append([Task(number=number + k, text=text) for k, text in enumerate(batch)])
        number += len(batch)
    return found
