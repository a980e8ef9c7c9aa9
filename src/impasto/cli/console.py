"""Where the command line writes: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from impasto.progress import Cancellation, ProgressCallback, ProgressEvent

stdout = Console(soft_wrap=True, highlight=False)
stderr = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output; not-a-number becomes null."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


class _TimeLeft(ProgressColumn):
    """The time left as the event estimates it: steps of several sizes cost differently."""

    def render(self, task: Task) -> Text:
        seconds = task.fields.get("remaining_s")
        if seconds is None:
            return Text("     left")
        return Text(f"{int(seconds) // 60}:{int(seconds) % 60:02d} left")


@contextmanager
def progress_bar(title: str) -> Iterator[ProgressCallback]:
    """A progress bar with size, steps, losses and time left, on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[stage]}"),
        TextColumn("{task.fields[losses]}", style="dim"),
        TimeElapsedColumn(),
        _TimeLeft(),
    )
    with Progress(*columns, console=stderr, transient=False) as progress:
        task = progress.add_task(title, total=None, stage="starting", losses="", remaining_s=None)

        def report(event: ProgressEvent) -> None:
            progress.update(
                task,
                completed=event.step,
                total=event.total,
                stage=event.stage,
                losses=_losses(event),
                remaining_s=event.remaining_s,
            )

        yield report


@contextmanager
def download_bar(title: str) -> Iterator[ProgressCallback]:
    """A progress bar in bytes, on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        _TimeLeft(),
    )
    with Progress(*columns, console=stderr) as progress:
        task = progress.add_task(title, total=None, remaining_s=None)
        yield lambda event: progress.update(
            task, completed=event.step, total=event.total, remaining_s=event.remaining_s
        )


@contextmanager
def cancel_on_interrupt() -> Iterator[Cancellation]:
    """Turn the first Ctrl-C into a request to stop cleanly; the second one interrupts."""
    cancellation = Cancellation()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if cancellation.is_cancelled:
            raise KeyboardInterrupt
        cancellation.cancel()
        stderr.print("Stopping at the next step, keeping the best image so far …")

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield cancellation
    finally:
        signal.signal(signal.SIGINT, previous)


def _losses(event: ProgressEvent) -> str:
    short = {"content": "content", "style": "style", "laplacian": "lap", "total": "total"}
    return "  ".join(
        f"{word} {event.losses[name]:.3g}" for name, word in short.items() if name in event.losses
    )
