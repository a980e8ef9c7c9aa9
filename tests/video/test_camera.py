from __future__ import annotations

import sys
import threading
import time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from impasto.errors import CameraError, VideoFormatError, VideoNotFoundError
from impasto.video import camera as camera_module
from impasto.video.camera import Capture, DeviceCamera, FileCamera, open_camera
from impasto.video.camera_frame import CameraFrame
from impasto.video.mailbox import Mailbox
from impasto.video.writer import VideoWriter

pytest.importorskip("av", reason="needs PyAV")
SIZE = (48, 64)
FRAMES = 6


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Six frames of rising brightness at 30 a second."""
    path = tmp_path / "clip.mp4"
    with VideoWriter(path, SIZE, frame_rate=Fraction(30), time_base=Fraction(1, 30)) as writer:
        for number in range(FRAMES):
            writer.write(np.full((*SIZE, 3), 20 + 40 * number, np.uint8), number)
    return path


class Endings:
    def __init__(self) -> None:
        self.reasons: list[Any] = []
        self.came = threading.Event()

    def __call__(self, reason: Any) -> None:
        self.reasons.append(reason)
        self.came.set()


def test_a_file_is_played_in_real_time_and_ends(clip: Path) -> None:
    begun = time.perf_counter()
    frames = [*FileCamera(clip, SIZE, loop=False).frames()]
    assert time.perf_counter() - begun >= (FRAMES - 1) / 30 - 0.01
    assert len(frames) == FRAMES
    levels = [int(raw.develop(SIZE)[24, 32, 0]) for raw, _ in frames]
    assert np.abs(np.array(levels) - [20 + 40 * number for number in range(FRAMES)]).max() <= 4
    times = np.diff([captured_s for _, captured_s in frames])
    assert times == pytest.approx(1 / 30, abs=2e-3)


def test_a_file_begins_again_where_it_loops(clip: Path) -> None:
    player = FileCamera(clip, SIZE, loop=True)
    seen = []
    for raw, _ in player.frames():
        seen.append(int(raw.develop(SIZE)[0, 0, 0]))
        if len(seen) == FRAMES + 2:
            player.close()
    assert len(seen) == FRAMES + 2
    assert abs(seen[FRAMES] - seen[0]) <= 2


def test_a_larger_file_is_brought_within_the_size(clip: Path) -> None:
    raw, _ = next(FileCamera(clip, (24, 64), loop=False).frames())
    assert raw.size == (24, 32)


def test_the_newest_frame_is_in_the_mailbox_and_the_end_is_told(clip: Path) -> None:
    mailbox: Mailbox[CameraFrame] = Mailbox()
    ended = Endings()
    capture = Capture(FileCamera(clip, SIZE, loop=False), mailbox, ended)
    capture.start()
    assert ended.came.wait(10)
    capture.close()
    frame = mailbox.take()
    assert frame is not None
    assert frame.number == FRAMES - 1
    assert mailbox.dropped == FRAMES - 1
    assert mailbox.is_over
    assert ended.reasons == [None]


def test_capture_can_be_ended_at_any_time(clip: Path) -> None:
    ended = Endings()
    capture = Capture(FileCamera(clip, SIZE, loop=True), Mailbox(), ended)
    capture.start()
    time.sleep(0.05)
    capture.close()
    assert ended.reasons == [None]


class FakeCapture:
    """OpenCV's camera: a few frames, then it was unplugged."""

    opened = True

    def __init__(self, device: object, _backend: int) -> None:
        self.device, self.left, self.settings = device, 3, {}
        self.released = 0

    def isOpened(self) -> bool:
        return self.opened

    def set(self, key: int, value: float) -> None:
        self.settings[key] = value

    def read(self) -> tuple[bool, Any]:
        self.left -= 1
        return (
            (True, np.full((48, 64, 3), (255, 0, 0), np.uint8)) if self.left >= 0 else (False, None)
        )

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def fake_cv2(monkeypatch: pytest.MonkeyPatch) -> Any:
    import cv2

    keys = {name: getattr(cv2, name) for name in dir(cv2) if name.startswith("CAP_")}
    fake = SimpleNamespace(
        **keys, VideoCapture=FakeCapture, VideoWriter_fourcc=cv2.VideoWriter_fourcc
    )
    monkeypatch.setattr(camera_module, "_import_cv2", lambda: fake)
    monkeypatch.setattr(camera_module, "RETRY_PAUSE_S", 0.0)
    return fake


def test_an_unplugged_device_is_told_and_let_go(fake_cv2: Any) -> None:
    mailbox: Mailbox[CameraFrame] = Mailbox()
    ended = Endings()
    device = DeviceCamera(0, SIZE, 24.0)
    Capture(device, mailbox, ended).start()
    assert ended.came.wait(10)
    (reason,) = ended.reasons
    assert isinstance(reason, CameraError)
    assert "unplugged" in str(reason)
    assert device._capture.released >= 1
    frame = mailbox.take()
    assert frame is not None
    assert frame.pixels(SIZE)[0, 0].tolist() == [0, 0, 255]
    assert device._capture.settings[fake_cv2.CAP_PROP_FRAME_WIDTH] == 64


def test_a_camera_that_is_not_there(
    fake_cv2: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(FakeCapture, "opened", False)
    with pytest.raises(CameraError, match="--file"):
        open_camera("0", SIZE, 24.0)
    with pytest.raises(CameraError, match="number of a camera"):
        open_camera(str(tmp_path / "none"), SIZE, 24.0)


def test_files_that_are_no_films(tmp_path: Path) -> None:
    with pytest.raises(VideoNotFoundError):
        FileCamera(tmp_path / "none.mp4", SIZE, loop=True)
    path = tmp_path / "letter.mp4"
    path.write_text("no film")
    with pytest.raises(VideoFormatError):
        FileCamera(path, SIZE, loop=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs paths of devices")
def test_a_path_that_is_no_camera(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("no camera")
    with pytest.raises(CameraError):
        open_camera(str(path), SIZE, 24.0)
