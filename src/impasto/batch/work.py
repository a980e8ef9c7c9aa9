"""What pools do, whatever it is: tasks in, one result for each out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from impasto.progress import Cancellation

State = Literal["done", "skipped", "failed", "undone"]
ATTEMPTS = 3
"""How often a task is tried before it is set aside."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do, in text that any process understands.

    Attributes:
        number: Its place among the tasks; no other has it.
        text: What to do.
    """

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    """What became of a task.

    Attributes:
        number: That of the task.
        state: ``done``, ``skipped`` as it was done before, ``failed``, or ``undone`` as the
            work was cancelled.
        error: Why it failed; empty otherwise.
        attempts: How often it was tried.
    """

    number: int
    state: State
    error: str = ""
    attempts: int = 1


Run: TypeAlias = Callable[[Sequence[Task]], Iterator[TaskResult]]


class Work(Protocol):
    """What is done with tasks: a small value that can be sent to another process."""

    def open(self, cancellation: Cancellation) -> Run:
        """Make ready in the process that works; called once there.

        Returns:
            What does tasks and gives one result for each, in any order. It raises nothing
            that a task is to blame for.
        """
        ...


class Pool(Protocol):
    """Does tasks somewhere, several at a time."""

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        """Do batches of tasks, one batch at a time in each process.

        Batches are taken from ``batches`` no faster than they are done. A task whose
        process dies :data:`ATTEMPTS` times has failed.

        Yields:
            One result a task, in any order; none for those a cancellation left undone.
        """
        ...


def died(number: int, attempts: int) -> TaskResult:
    """The result of a task that its process did not survive."""
    return TaskResult(
        number=number,
        state="failed",
        attempts=attempts,
        error=f"JobError: the process that did it died {attempts} times, for lack of memory or "
        "by a fault of a library; the picture may be too large or damaged.",
    )
