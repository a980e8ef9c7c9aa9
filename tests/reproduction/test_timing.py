import sys
import threading
import time

import pytest

from impasto.errors import CancelledError, MeasurementError
from impasto.progress import Cancellation
from impasto.reproduction.timing import median_and_range, percentile_95, process_s, times_s


def test_work_is_done_in_turn_and_warm_ups_do_not_count() -> None:
    done: list[str] = []
    work = [lambda: done.append("a"), lambda: done.append("b")]
    assert len(times_s(work, 3, warm_up=2)) == 3
    assert done == ["a", "b", "a", "b", "a"]
    (slept,) = times_s([lambda: time.sleep(0.03)], 1, warm_up=0)
    assert 0.03 <= slept < 5


def test_a_process_from_start_to_end() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(0.3)"]
    assert process_s(command, Cancellation()) >= 0.3


def test_a_failing_process_says_why() -> None:
    with pytest.raises(MeasurementError, match="no luck"):
        process_s([sys.executable, "-c", "raise SystemExit('no luck')"], Cancellation())


def test_a_process_can_be_stopped() -> None:
    cancellation = Cancellation()
    threading.Timer(0.3, cancellation.cancel).start()
    start_s = time.monotonic()
    with pytest.raises(CancelledError):
        process_s([sys.executable, "-c", "import time; time.sleep(60)"], cancellation)
    assert time.monotonic() - start_s < 30


def test_words_for_values() -> None:
    assert median_and_range([2.0, 1.0, 4.0], 1) == "2.0 (1.0–4.0)"
    assert median_and_range([0.00812], 1, factor=1e3) == "8.1"
    assert percentile_95(range(101)) == 95  # type: ignore[arg-type]
