from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import CancelledError, ImpastoError
from impasto.live.look import Look
from impasto.live.session import LiveSession, LiveSettings


@pytest.fixture
def begin(networks: Path, stand_ins: Any) -> Any:
    """Starts sessions, which are closed at the end."""
    begun: list[LiveSession] = []

    def make(**changes: Any) -> LiveSession:
        settings = LiveSettings(
            size=changes.pop("size", stand_ins.SIZE),
            fps=changes.pop("fps", 200.0),
            is_fixed=changes.pop("is_fixed", False),
        )
        painter = stand_ins.quick_painter(Look(style="stripes"))
        session = LiveSession(painter, settings, **changes)
        session.start()
        begun.append(session)
        return session

    yield make
    for session in begun:
        session.close()


def test_frames_are_painted_and_handed_on(begin: Any, stand_ins: Any) -> None:
    session, output = begin(), stand_ins.Collector()
    session.attach(output)
    for number in range(5):
        session.mailbox.put(stand_ins.make_frame(number))
        stand_ins.wait_until(lambda n=number: len(output.seen) > n)
    assert [each.number for each in output.seen] == [0, 1, 2, 3, 4]
    assert all(each.pixels.shape == (*stand_ins.SIZE, 3) for each in output.seen)
    assert {int(each.pixels[0, 0, 0]) for each in output.seen} == {200}
    session.detach(output)
    session.mailbox.put(stand_ins.make_frame(5))
    time.sleep(0.05)
    assert len(output.seen) == 5


def test_a_slow_painter_paints_the_newest_frame(begin: Any, stand_ins: Any) -> None:
    session, output = begin(is_fixed=True), stand_ins.Collector()
    session.painter.brush.pause_s = 0.05
    session.attach(output)
    for number in range(40):
        session.mailbox.put(stand_ins.make_frame(number))
        time.sleep(0.005)
    stand_ins.wait_until(lambda: output.seen and output.seen[-1].number == 39)
    assert len(output.seen) < 20
    assert session.mailbox.dropped >= 20
    numbers = [each.number for each in output.seen]
    assert numbers == sorted(numbers)


def test_the_size_adapts_when_the_painter_is_slow(begin: Any, stand_ins: Any) -> None:
    session, output = begin(size=(64, 96), fps=100.0), stand_ins.Collector()
    session.painter.brush.pause_s = 0.02
    session.attach(output)
    number = 0
    while session.size in (None, (64, 96)):
        session.mailbox.put(stand_ins.make_frame(number, size=(64, 96)))
        number += 1
        time.sleep(0.005)
        assert number < 2000
    # How far it steps down depends on how long the painting took.
    assert session.size is not None
    assert 32 * 48 <= session.size[0] * session.size[1] < 64 * 96
    assert session.largest_size == (64, 96)
    assert session.painter.brush.warmed[:1] == [(64, 96)]


def test_the_frame_rate_is_not_exceeded(begin: Any, stand_ins: Any) -> None:
    session, output = begin(fps=20.0), stand_ins.Collector()
    session.attach(output)
    until_s = time.monotonic() + 0.5
    while time.monotonic() < until_s:
        session.mailbox.put(stand_ins.make_frame())
        time.sleep(0.002)
    assert len(output.seen) <= 12


def test_what_nobody_takes_is_not_painted(begin: Any, stand_ins: Any) -> None:
    session = begin()
    for _ in range(5):
        session.mailbox.put(stand_ins.make_frame())
        time.sleep(0.01)
    assert session.meters.painted == 0
    output = stand_ins.Collector(room=2)
    session.attach(output)
    for _ in range(40):
        session.mailbox.put(stand_ins.make_frame())
        time.sleep(0.01)
    assert session.meters.painted == 2
    output.room = 3
    session.has_room()

    def another() -> bool:
        session.mailbox.put(stand_ins.make_frame())
        return len(output.seen) == 3

    stand_ins.wait_until(another)


def test_a_snapshot_has_the_largest_size(begin: Any, stand_ins: Any) -> None:
    session = begin(size=(64, 96))
    session.mailbox.put(stand_ins.make_frame(size=(64, 96)))
    stand_ins.wait_until(lambda: session.size)
    session._resolution._at = 3
    stop = threading.Event()

    def camera() -> None:
        while not stop.wait(0.01):
            session.mailbox.put(stand_ins.make_frame(size=(64, 96)))

    thread = threading.Thread(target=camera)
    thread.start()
    try:
        painted = session.snapshot()
    finally:
        stop.set()
        thread.join()
    assert painted.pixels.shape == (64, 96, 3)


def test_without_a_camera_there_is_no_snapshot(begin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("impasto.live.session.SNAPSHOT_S", 0.05)
    with pytest.raises(CancelledError):
        begin().snapshot()


def test_it_ends_when_the_camera_does_and_says_so_once(begin: Any, stand_ins: Any) -> None:
    ends: list[Any] = []
    session = begin(on_end=ends.append)
    session.mailbox.close()
    stand_ins.wait_until(lambda: ends)
    session.close()
    assert ends == [None]
    assert session.is_over


def test_what_goes_wrong_ends_it_with_a_reason(begin: Any, stand_ins: Any) -> None:
    ends: list[Any] = []
    session, output = begin(on_end=ends.append), stand_ins.Collector()
    session.attach(output)

    class Torn:
        size = stand_ins.SIZE

        def develop(self, _size: Any) -> np.ndarray:
            raise ImpastoError("the frame is torn")

    frame = stand_ins.make_frame()
    session.mailbox.put(type(frame)(raw=Torn(), captured_s=0.0, number=0))
    stand_ins.wait_until(lambda: ends)
    assert str(ends[0]) == "the frame is torn"


def test_a_camera_that_turns_has_other_sizes(begin: Any, stand_ins: Any) -> None:
    session, output = begin(size=(64, 96)), stand_ins.Collector()
    session.attach(output)
    session.mailbox.put(stand_ins.make_frame(size=(64, 96)))
    stand_ins.wait_until(lambda: len(output.seen) == 1)
    session.mailbox.put(stand_ins.make_frame(size=(96, 64)))
    stand_ins.wait_until(lambda: len(output.seen) == 2)
    assert output.seen[1].source_size == (96, 64)
    assert output.seen[1].pixels.shape == (64, 40, 3)
