from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.live.recorder import Recorder, enlarge, free_path
from impasto.video.writer import VideoWriter

av = pytest.importorskip("av", reason="needs PyAV")


def read(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(float(f.time), f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def record(recorder: Recorder, painted: Any, wait_until: Any) -> None:
    """Hand a frame on when there is room: a test has no camera's patience."""
    wait_until(lambda: not recorder._queue.full())
    recorder.show(painted)


def test_frames_are_recorded_at_the_times_they_were_taken(tmp_path: Path, stand_ins: Any) -> None:
    path = tmp_path / "out.mp4"
    recorder = Recorder(path, (48, 64), 24.0)
    times = [5.0, 5.04, 5.081, 5.3, 5.35]
    for number, at_s in enumerate(times):
        size = (24, 32) if number == 2 else (48, 64)
        painted = stand_ins.make_painted(40 + 40 * number, at_s, size)
        record(recorder, painted, stand_ins.wait_until)
    recording = recorder.close()
    assert recording.path == path
    assert (recording.frames, recording.left_out, recording.error) == (5, 0, None)
    assert recording.duration_s == pytest.approx(0.35, abs=1e-3)
    frames = read(path)
    assert [at for at, _ in frames] == pytest.approx([at - 5 for at in times], abs=1.1e-3)
    assert {pixels.shape for _, pixels in frames} == {(48, 64, 3)}
    levels = [int(pixels[24, 32, 0]) for _, pixels in frames]
    assert np.abs(np.array(levels) - [40, 80, 120, 160, 200]).max() <= 4
    assert [each.name for each in tmp_path.iterdir()] == ["out.mp4"]
    assert recorder.close() is recording


def test_the_same_frame_is_not_recorded_twice(tmp_path: Path, stand_ins: Any) -> None:
    recorder = Recorder(tmp_path / "out.mp4", (48, 64), 24.0)
    for at_s in (1.0, 1.0, 0.9, 1.1):
        record(recorder, stand_ins.make_painted(90, at_s), stand_ins.wait_until)
    assert recorder.close().frames == 2


def test_nothing_is_left_where_nothing_was_recorded(tmp_path: Path) -> None:
    recording = Recorder(tmp_path / "out.mp4", (48, 64), 24.0).close()
    assert recording.path is None
    assert not [*tmp_path.iterdir()]


def test_odd_sides_are_made_even(tmp_path: Path, stand_ins: Any) -> None:
    recorder = Recorder(tmp_path / "out.mp4", (49, 65), 24.0)
    recorder.show(stand_ins.make_painted(90, 1.0, (49, 65)))
    recorder.close()
    assert read(tmp_path / "out.mp4")[0][1].shape == (48, 64, 3)


def test_a_full_disk_ends_it_and_keeps_what_came_before(
    tmp_path: Path, stand_ins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, ends = VideoWriter.write, []

    def fail_at_third(self: VideoWriter, pixels: Any, pts: int) -> None:
        if self.frames == 2:
            raise OutputError("the disk is full")
        write(self, pixels, pts)

    monkeypatch.setattr(VideoWriter, "write", fail_at_third)
    recorder = Recorder(tmp_path / "out.mp4", (48, 64), 24.0, ends.append)
    for number in range(3):
        record(recorder, stand_ins.make_painted(90, number / 10), stand_ins.wait_until)
    stand_ins.wait_until(lambda: ends)
    assert not recorder.has_room
    recorder.show(stand_ins.make_painted(90, 9.0))
    recording = recorder.close()
    assert ends == [recording]
    assert isinstance(recording.error, OutputError)
    assert recording.frames == 2
    assert len(read(tmp_path / "out.mp4")) == 2


def test_a_slow_encoder_leaves_frames_out_and_counts_them(
    tmp_path: Path, stand_ins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    go_on, write = threading.Event(), VideoWriter.write

    def wait_first(self: VideoWriter, pixels: Any, pts: int) -> None:
        assert go_on.wait(30)
        write(self, pixels, pts)

    monkeypatch.setattr(VideoWriter, "write", wait_first)
    recorder = Recorder(tmp_path / "out.mp4", (48, 64), 24.0)
    for number in range(30):
        recorder.show(stand_ins.make_painted(90, number / 10))
    go_on.set()
    recording = recorder.close()
    assert recording.left_out >= 20
    assert recording.frames + recording.left_out == 30


def test_names_are_not_taken_twice(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    first = free_path(folder, "live")
    first.touch()
    assert [first.name, free_path(folder, "live").name] == ["live.mp4", "live-2.mp4"]
    with pytest.raises(OutputError, match="folder"):
        free_path(first, "live")


def test_frames_are_enlarged() -> None:
    pixels = np.full((4, 6, 3), 77, np.uint8)
    assert enlarge(pixels, (4, 6)) is pixels
    assert (enlarge(pixels, (8, 12)) == 77).all()
