import threading
import time

import pytest

from impasto.video.handover import Handover


def test_giving_waits_while_it_is_full() -> None:
    queue = Handover[int](2)
    given: list[int] = []

    def give() -> None:
        for number in range(5):
            queue.give(number)
            given.append(number)
        queue.finish()

    thread = threading.Thread(target=give)
    thread.start()
    time.sleep(0.05)
    assert len(given) == 2
    assert list(queue) == [0, 1, 2, 3, 4]
    thread.join(5)


def test_an_error_comes_after_what_was_given_before_it() -> None:
    queue = Handover[int](3)
    queue.give(1)
    queue.finish(ValueError("broken"))
    taken = []
    with pytest.raises(ValueError, match="broken"):
        taken.extend(iter(queue))
    assert taken == [1]


def test_who_gives_learns_that_the_taker_has_left() -> None:
    queue = Handover[int](1)
    assert queue.give(1)
    threading.Timer(0.02, queue.leave).start()
    assert not queue.give(2)
    assert not queue.give(3)
