from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from impasto.studio.priority import PAINTING_NICENESS, step_back


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness on Linux only")
def test_a_thread_steps_back_alone_and_takes_its_own_along() -> None:
    before = _niceness()

    def step_back_and_start_another() -> tuple[int, int]:
        step_back(PAINTING_NICENESS)
        step_back(1)  # Never forward again.
        with ThreadPoolExecutor(1) as inner:
            return _niceness(), inner.submit(_niceness).result(60)

    with ThreadPoolExecutor(1) as executor:
        expected = max(before, PAINTING_NICENESS)
        assert executor.submit(step_back_and_start_another).result(60) == (expected, expected)
    assert _niceness() == before
