from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import CameraError, NotReadyError, UnknownNameError
from impasto.live.look import Look


@pytest.fixture
def playing(make_show: Any, stand_ins: Any) -> Iterator[Any]:
    """A show whose camera runs, with somebody who listens and somebody who watches."""
    stop = threading.Event()
    show, ear, output = make_show(), stand_ins.Ear(), stand_ins.Collector()
    show.listen(ear)
    show.attach(output)
    show.session.start()

    def camera() -> None:
        number = 0
        while not stop.wait(0.005):
            show.session.mailbox.put(stand_ins.make_frame(number))
            number += 1

    thread = threading.Thread(target=camera)
    thread.start()
    stand_ins.wait_until(lambda: output.seen)
    yield show, ear, output
    stop.set()
    thread.join()


def test_a_look_is_changed_and_told(playing: Any, stand_ins: Any) -> None:
    show, ear, output = playing
    show.change(Look(style="dots", strength=0.8))
    assert ear.changes == 1
    assert show.describe()["look"]["style"] == "dots"
    stand_ins.wait_until(lambda: output.seen[-1].pixels[0, 0, 0] == 52)
    with pytest.raises(UnknownNameError):
        show.change(Look(style="spots"))
    assert show.describe()["look"]["style"] == "dots"


def test_it_is_recorded_from_the_button_on(playing: Any, stand_ins: Any) -> None:
    show, ear, _ = playing
    show.record(True)
    name = show.describe()["recording"]
    assert name is not None
    show.record(True)
    assert show.describe()["recording"] == name
    stand_ins.wait_until(lambda: (show.read_meters()["recorded_s"] or 0) > 0.1)
    show.record(False)
    (event,) = ear.events
    assert event["event"] == "recorded"
    assert event["name"] == name
    assert event["frames"] > 3
    assert show.recordings[name].is_file()
    assert show.describe()["recording"] is None
    show.record(False)


def test_thumbnails_come_by_themselves(playing: Any, stand_ins: Any) -> None:
    show, ear, _ = playing
    stand_ins.wait_until(lambda: len(ear.thumbnails) >= 3)
    assert ear.thumbnails[:3] == [None, "stripes", "dots"]
    assert set(show.thumbnails) == {None, "stripes", "dots"}


def test_what_is_recorded_is_finished_when_the_camera_is_unplugged(
    playing: Any, stand_ins: Any
) -> None:
    show, ear, _ = playing
    show.record(True)
    stand_ins.wait_until(lambda: (show.read_meters()["recorded_s"] or 0) > 0.05)
    show.source_ended(CameraError("Camera 0 was unplugged."))
    show.session.mailbox.close()
    stand_ins.wait_until(lambda: show.session.is_over and len(ear.events) == 2)
    recorded, ended = ear.events
    assert recorded["event"] == "recorded"
    assert next(iter(show.recordings.values())).is_file()
    assert ended == {"event": "ended", "reason": "Camera 0 was unplugged.", "failed": True}
    show.close()


def test_nothing_can_be_recorded_before_the_first_frame(make_show: Any) -> None:
    show = make_show()
    with pytest.raises(NotReadyError):
        show.record(True)
    with pytest.raises(NotReadyError):
        show.point(0.5, 0.5, add=True)
    assert show.describe()["subject"] == "none"


def test_something_is_done_at_the_first_frame_once(
    make_show: Any, stand_ins: Any, tmp_path: Path
) -> None:
    show, done = make_show(), []
    show.on_first_frame(lambda: done.append(show.session.largest_size))
    show.session.start()
    for number in range(3):
        show.session.mailbox.put(stand_ins.make_frame(number))
        stand_ins.wait_until(lambda: done)
    assert done == [stand_ins.SIZE]


def test_meters_and_state_are_told_in_round_numbers(playing: Any, stand_ins: Any) -> None:
    show, _, _ = playing
    stand_ins.wait_until(lambda: show.read_meters()["painted_fps"] > 1)
    show.change(Look(style="dots", blend="stripes", share=0.5))
    meters = show.read_meters()
    assert meters["size"] == list(stand_ins.SIZE)
    assert meters["delay_ms"] is None
    show.session.meters.note_shown(0.0501)
    assert show.read_meters()["delay_ms"] == 50
    assert show.describe()["source"] == {"kind": "camera", "name": "Camera 0"}
