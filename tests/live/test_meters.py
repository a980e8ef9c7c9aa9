from __future__ import annotations

import numpy as np
import pytest

from impasto.live import meters
from impasto.live.meters import Meters, Rate, percentile


def test_a_rate_is_events_a_second_and_falls_with_silence() -> None:
    rate = Rate()
    assert rate.read(0) == 0
    for at in np.arange(0, 2, 1 / 24):
        rate.note(float(at))
    assert rate.read(2) == pytest.approx(24, rel=0.03)
    assert rate.read(3) < 14
    assert rate.read(5) == 0


def test_delays_are_told_as_median_and_slowest_twentieth(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(meters.time, "perf_counter", lambda: now[0])
    measured = Meters()
    assert measured.read().delay_ms is None
    for number in range(100):
        now[0] += 0.02
        measured.note_painted()
        measured.note_shown(0.3 if number % 10 == 0 else 0.05)
    reading = measured.read()
    assert reading.painted_fps == pytest.approx(50, rel=0.05)
    assert reading.shown_fps == pytest.approx(50, rel=0.05)
    assert reading.delay_ms == pytest.approx(50)
    assert reading.delay_p95_ms == pytest.approx(300)
    now[0] += 10
    assert measured.read().delay_ms is None


def test_percentiles_agree_with_numpy() -> None:
    values = sorted(np.random.default_rng(0).random(1000).tolist())
    for share in (0.05, 0.5, 0.95):
        assert percentile(values, share) == pytest.approx(np.quantile(values, share), abs=0.005)
