"""Where the command line writes: results to standard output, all else to standard error."""

from __future__ import annotations

import contextlib
import json
import math
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from impasto.progress import Cancellation, ProgressCallback, ProgressEvent

# Names of files are printed as they are: no markup, no emoji codes, no line breaks.
stdout = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
stderr = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

TITLE_CELLS = 14
PLAIN_EVERY_S = 10.0
"""Seconds between two lines of progress where standard error is not a terminal."""

LATE_S = 2.0
"""Seconds that work may take before it is worth a progress bar."""


def print_json(value: Any) -> None:
    """Write one JSON document to standard output; what is not a finite number becomes null."""
    sys.stdout.write(json.dumps(_finite(value), indent=2, allow_nan=False, default=str) + "\n")


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Write rows in aligned columns to standard output, never cut or folded."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        stdout.print("  ".join(padded).rstrip())


def print_entry(name: str, *facts: str) -> None:
    """Write a name and, below it, what is to be said about it."""
    stdout.print(Text(name, style="bold"))
    for fact in facts:
        stdout.print(f"  {fact}")


@contextmanager
def progress_bar(title: str) -> Iterator[ProgressCallback]:
    """Size, steps, loss and time left on standard error: one line of up to 80 columns."""
    with _progress(title, _steps) as report:
        yield report


@contextmanager
def late_progress_bar(title: str) -> Iterator[ProgressCallback]:
    """As :func:`progress_bar`, but nothing is shown of work that takes no two seconds."""
    due_s = time.monotonic() + LATE_S
    with contextlib.ExitStack() as stack:
        show: ProgressCallback | None = None

        def report(event: ProgressEvent) -> None:
            nonlocal show
            if show is None and time.monotonic() >= due_s:
                show = stack.enter_context(_progress(title, _steps))
            if show is not None:
                show(event)

        yield report


@contextmanager
def download_bar(title: str) -> Iterator[ProgressCallback]:
    """Bytes and time left on standard error: one line of up to 80 columns."""
    with _progress(title, _bytes) as report:
        yield report


@contextmanager
def cancel_on_interrupt() -> Iterator[Cancellation]:
    """Turn the first Ctrl-C into a request to stop cleanly; the second one interrupts."""
    cancellation = Cancellation()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if cancellation.is_cancelled:
            raise KeyboardInterrupt
        cancellation.cancel()
        # The signal may come in the middle of a write to the same stream.
        with contextlib.suppress(RuntimeError):
            stderr.print("Stopping at the next step, keeping the best so far …")

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield cancellation
    finally:
        signal.signal(signal.SIGINT, previous)


def _progress(
    title: str, describe: Callable[[ProgressEvent], list[str]]
) -> contextlib.AbstractContextManager[ProgressCallback]:
    """A bar on a terminal, and a line now and then everywhere else."""
    if stderr.is_terminal and not stderr.is_dumb_terminal:
        return _drawn_progress(title, describe)
    return _plain_progress(title, describe)


@contextmanager
def _drawn_progress(
    title: str, describe: Callable[[ProgressEvent], list[str]]
) -> Iterator[ProgressCallback]:
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    short = Text(title)
    short.truncate(TITLE_CELLS, overflow="ellipsis")
    columns = [
        TextColumn(text, markup=False, table_column=Column(no_wrap=True))
        for text in ("{task.description}", "{task.fields[words]}")
    ]
    with Progress(
        columns[0],
        BarColumn(bar_width=12),
        columns[1],
        console=stderr,
        redirect_stdout=stdout.is_terminal,
    ) as progress:
        task = progress.add_task(short.plain, total=None, words="starting")

        def report(event: ProgressEvent) -> None:
            words = "  ".join(describe(event))
            progress.update(task, completed=event.step, total=event.total, words=words)

        try:
            yield report
        except BaseException:
            # The message that follows is all there is to see.
            progress.live.transient = True
            raise


@contextmanager
def _plain_progress(
    title: str, describe: Callable[[ProgressEvent], list[str]]
) -> Iterator[ProgressCallback]:
    last: ProgressEvent | None = None
    printed: ProgressEvent | None = None
    due_s = time.monotonic() + PLAIN_EVERY_S

    def show(event: ProgressEvent) -> None:
        nonlocal printed
        printed = event
        stderr.print(f"{title}: {', '.join(describe(event))}")

    def report(event: ProgressEvent) -> None:
        nonlocal last, due_s
        last = event
        if time.monotonic() >= due_s:
            show(event)
            due_s = time.monotonic() + PLAIN_EVERY_S

    yield report
    if last is not None and last is not printed:
        show(last)


def _steps(event: ProgressEvent) -> list[str]:
    words = [f"{event.step}/{event.total}", event.stage]
    if "total" in event.losses:
        words.append(f"loss {event.losses['total']:.3g}")
    return words + _times(event)


def _bytes(event: ProgressEvent) -> list[str]:
    return [f"{event.step / 2**20:.1f}/{event.total / 2**20:.1f} MiB", *_times(event)]


def _times(event: ProgressEvent) -> list[str]:
    left = [] if event.remaining_s is None else [f"{_clock(event.remaining_s)} left"]
    return [_clock(event.elapsed_s), *left]


def _clock(seconds: float) -> str:
    """Minutes and seconds, and hours if there are any: ``0:07``, ``1:02:03``."""
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _finite(value: Any) -> Any:
    """``value`` with every number that JSON cannot hold replaced by ``None``."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
