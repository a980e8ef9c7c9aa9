from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from impasto.progress import ProgressCallback, ProgressEvent
from impasto.studio.server.watching import OneAtATime, Showing, unwatched

EVENT = ProgressEvent(stage="red", step=1, total=2, elapsed_s=1.0)


class Terminal:
    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextmanager
    def watch(self, name: str) -> Iterator[ProgressCallback]:
        self.lines.append(f"begin {name}")
        yield lambda event: self.lines.append(f"{name} {event.stage}")
        self.lines.append(f"end {name}")


def test_it_is_shown_from_the_first_event_until_it_is_closed() -> None:
    terminal = Terminal()
    showing = Showing(terminal.watch("photo"))
    assert terminal.lines == []
    showing(EVENT)
    showing(EVENT)
    showing.close()
    showing.close()
    showing(EVENT)
    assert terminal.lines == ["begin photo", "photo red", "photo red", "end photo"]


def test_what_never_began_need_not_end() -> None:
    terminal = Terminal()
    Showing(terminal.watch("photo")).close()
    assert terminal.lines == []


def test_one_at_a_time_is_shown() -> None:
    terminal = Terminal()
    watch = OneAtATime(terminal.watch)
    with watch("first") as first:
        with watch("second") as second:
            second(EVENT)
        first(EVENT)
    with watch("third") as third:
        third(EVENT)
    assert terminal.lines == [
        "begin first", "first red", "end first", "begin third", "third red", "end third",
    ]  # fmt: skip


def test_nothing_is_shown_where_nobody_watches() -> None:
    with unwatched("photo") as show:
        show(EVENT)
