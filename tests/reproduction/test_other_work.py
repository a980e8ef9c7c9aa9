import subprocess
import sys
import time

import pytest

from impasto.reproduction import other_work
from impasto.reproduction.other_work import OtherWork


def test_what_others_do_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, own, now = [100.0], [10.0], [0.0]
    monkeypatch.setattr(other_work, "_busy_s", lambda: busy[0])
    monkeypatch.setattr(other_work, "_own_s", lambda: own[0])
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(other_work.os, "cpu_count", lambda: 2)
    watch = OtherWork()
    assert watch.share() == 0
    busy[0], own[0], now[0] = 116.0, 14.0, 10.0
    assert watch.share() == pytest.approx(0.6)
    busy[0] = 200.0
    assert watch.share() == 1
    busy[0] = 100.0
    assert watch.share() == 0


def test_own_processes_do_not_count() -> None:
    before = other_work._own_s()
    loop = "import time\nwhile time.process_time() < 0.4: pass"
    subprocess.run([sys.executable, "-c", loop], check=True)
    assert other_work._own_s() - before >= 0.35
    assert other_work._busy_s() > 0
