import time

import pytest

from impasto.progress import Cancellation, ProgressEvent, Stopwatch


def test_cancellation_is_a_flag() -> None:
    cancellation = Cancellation()
    assert not cancellation.is_cancelled
    cancellation.cancel()
    cancellation.cancel()
    assert cancellation.is_cancelled


def test_stopwatch_estimates_by_cost() -> None:
    watch = Stopwatch()
    assert watch.remaining_s(0, 10) is None
    time.sleep(0.02)
    remaining = watch.remaining_s(1, 4)
    assert remaining is not None
    assert remaining == pytest.approx(3 * watch.elapsed_s, rel=0.2)
    assert watch.remaining_s(4, 4) == 0


def test_event_needs_no_losses() -> None:
    event = ProgressEvent(stage="download", step=1, total=2, elapsed_s=0.1)
    assert event.losses == {}
    assert event.remaining_s is None
