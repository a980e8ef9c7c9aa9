"""Which tasks were under way when a process of a cluster died: no task may be tried for ever.

Ray does a batch again when the process that had it dies, as often as that happens. A picture
that kills its process would be tried without end, so each process writes down what it begins.
"""

from __future__ import annotations

from collections.abc import Sequence


class Ledger:
    """Lives in one process of the cluster; all others ask it."""

    def __init__(self) -> None:
        self._batches: set[int] = set()
        self._alone: dict[int, int] = {}
        self._stopped = False

    def begin(self, numbers: Sequence[int]) -> bool:
        """A process begins a batch.

        Args:
            numbers: Of its tasks; the first stands for the batch.

        Returns:
            Whether another process died over it, so that its tasks have to be done alone.
        """
        first = numbers[0]
        is_known = first in self._batches
        self._batches.add(first)
        return is_known

    def end(self, numbers: Sequence[int]) -> None:
        """A batch is done."""
        self._batches.discard(numbers[0])
        for number in numbers:
            self._alone.pop(number, None)

    def begin_alone(self, number: int) -> int:
        """A process begins a single task; gives how many processes died over it before."""
        before = self._alone.get(number, 0)
        self._alone[number] = before + 1
        return before

    def end_alone(self, number: int) -> None:
        """A single task is done, and no process died over it."""
        self._alone[number] = 0

    def stop(self) -> None:
        """All work is to end."""
        self._stopped = True

    def is_stopped(self) -> bool:
        """Whether all work is to end."""
        return self._stopped
