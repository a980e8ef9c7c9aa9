from __future__ import annotations

import threading
import time

import pytest

from impasto.studio.server.paint_queue import PaintQueue, Urgency


def test_the_urgent_come_first_and_one_at_a_time() -> None:
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
            while len(queue._waiting) < number:
                time.sleep(0.001)
        assert not done
    for thread in threads:
        thread.join()
    assert done == [Urgency.ASKED, Urgency.THUMBNAIL, Urgency.AHEAD]


def test_a_failure_passes_the_turn_on() -> None:
    queue = PaintQueue()
    with pytest.raises(ZeroDivisionError), queue.turn(Urgency.ASKED):
        raise ZeroDivisionError
    with queue.turn(Urgency.AHEAD):
        pass
