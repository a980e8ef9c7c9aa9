from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from impasto.studio.server import paint_queue
from impasto.studio.server.paint_queue import PaintQueue, Urgency


def test_the_urgent_come_first_and_one_at_a_time(wait_until: Callable[..., None]) -> None:
    queue = PaintQueue()
    done: list[Urgency] = []
    threads = []

    def paint(urgency: Urgency) -> None:
        with queue.turn(urgency):
            done.append(urgency)

    with queue.turn(Urgency.AHEAD):
        for number, urgency in enumerate([Urgency.AHEAD, Urgency.THUMBNAIL, Urgency.ASKED], 1):
            threads.append(threading.Thread(target=paint, args=(urgency,)))
            threads[-1].start()
            wait_until(lambda number=number: len(queue._waiting) >= number)
        assert not done
    for thread in threads:
        thread.join(60)
    assert done == [Urgency.ASKED, Urgency.THUMBNAIL, Urgency.AHEAD]


def test_a_failure_passes_the_turn_on() -> None:
    queue = PaintQueue()
    with pytest.raises(ZeroDivisionError), queue.turn(Urgency.ASKED):
        raise ZeroDivisionError
    with queue.turn(Urgency.AHEAD):
        pass


def test_while_regions_are_found_only_what_was_asked_for_is_begun(
    wait_until: Callable[..., None],
) -> None:
    queue = PaintQueue()
    done: list[Urgency] = []

    def paint(urgency: Urgency) -> None:
        with queue.turn(urgency):
            done.append(urgency)

    waiting = threading.Thread(target=paint, args=(Urgency.THUMBNAIL,))
    with queue.loading():
        with queue.loading():
            waiting.start()
            wait_until(lambda: queue._waiting)
        paint(Urgency.ASKED)
        assert done == [Urgency.ASKED]
    waiting.join(60)
    assert done == [Urgency.ASKED, Urgency.THUMBNAIL]


def test_after_a_click_painting_ahead_waits_a_little_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paint_queue, "CLICK_S", 1000.0)
    monkeypatch.setattr(paint_queue, "MAX_HELD_S", 0.05)
    queue = PaintQueue()
    queue.clicked()
    begun_s = time.monotonic()
    with queue.turn(Urgency.AHEAD):
        assert time.monotonic() - begun_s >= 0.05
    monkeypatch.setattr(paint_queue, "MAX_HELD_S", 1000.0)
    with queue.turn(Urgency.ASKED):
        pass
    monkeypatch.setattr(paint_queue, "CLICK_S", 0.0)
    with queue.turn(Urgency.AHEAD):
        pass
