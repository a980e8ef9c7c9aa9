"""Cameras: devices, and video files that are played as one in real time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from impasto.errors import CameraError, ImpastoError, MissingPackageError
from impasto.video.camera_frame import ArrayFrame, CameraFrame, RawFrame, Size
from impasto.video.mailbox import Mailbox
from impasto.video.probing import probe_video
from impasto.video.reader import VideoReader

READ_TRIES = 20
"""Reads that a device may fail in a row before it counts as unplugged."""
RETRY_PAUSE_S = 0.05
LATE_S = 1.0
"""A file that is decoded so much too late goes on from there instead of catching up."""
LATEST_JOIN_S = 3.0


class Camera(Protocol):
    """Gives frames one after another, at its own pace."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    def frames(self) -> Iterator[tuple[RawFrame, float]]:
        """Frames and when each was taken, by ``time.perf_counter``; ends where the camera does.

        Raises:
            CameraError: if it was unplugged, or a file cannot be decoded on.
        """

    def close(self) -> None:
        """Let it go. Closing it again does nothing."""


class DeviceCamera:
    """A camera of this machine, through OpenCV.

    Args:
        device: Its index, or its path on Linux.
        size: (H, W) to ask it for; it may give another.
        fps: Frames a second to ask it for.

    Raises:
        CameraError: if there is no such camera, or another program has it.
        MissingPackageError: if OpenCV is not installed.
    """

    def __init__(self, device: int | str, size: Size, fps: float) -> None:
        cv2 = _import_cv2()
        self.name = f"Camera {device}"
        self._is_closed = False
        self._capture = cv2.VideoCapture(device, _backend(cv2))
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError(
                f"camera: expected a camera {device!r} that no other program uses; plug it in, "
                "name another with --camera, or play a file with --file CLIP."
            )
        # Motion JPEG is what most cameras give at full rate; one buffer keeps frames young.
        wanted = (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter_fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, size[1]),
            (cv2.CAP_PROP_FRAME_HEIGHT, size[0]),
            (cv2.CAP_PROP_FPS, fps),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        )
        for key, value in wanted:
            self._capture.set(key, value)

    def frames(self) -> Iterator[tuple[RawFrame, float]]:
        """Frames as they come."""
        failures = 0
        while not self._is_closed:
            is_read, pixels = self._capture.read()
            if is_read and pixels is not None:
                failures = 0
                yield ArrayFrame(pixels, is_bgr=True), time.perf_counter()
                continue
            failures += 1
            if failures >= READ_TRIES:
                raise CameraError(
                    f"{self.name} gives no more pictures; it was unplugged, "
                    "or another program took it."
                )
            time.sleep(RETRY_PAUSE_S)

    def close(self) -> None:
        """Stop it; its light goes out once the last read returns."""
        self._is_closed = True
        self._capture.release()


class FileCamera:
    """A video file, played in real time as if a camera saw it.

    Args:
        path: The file.
        size: (H, W) that its frames are brought within.
        loop: Whether it begins again at its end.

    Raises:
        VideoNotFoundError: if there is no file.
        VideoFormatError: if there are no pictures in it.
        MissingPackageError: if PyAV is not installed.
    """

    def __init__(self, path: Path, size: Size, *, loop: bool) -> None:
        info = probe_video(path)
        scale = min(1.0, size[0] / info.size[0], size[1] / info.size[1])
        height, width = (max(1, round(side * scale)) for side in info.size)
        self.name = path.name
        self._reader = VideoReader(path, size=(height, width), info=info)
        self._loop = loop
        self._closing = threading.Event()

    def frames(self) -> Iterator[tuple[RawFrame, float]]:
        """Frames, each when it is due."""
        try:
            while True:
                shown = 0
                for frame in self._played():
                    shown += 1
                    yield frame
                if self._closing.is_set() or not self._loop:
                    return
                if not shown:
                    raise CameraError(f"{self._reader.path}: no frame of it can be decoded.")
        finally:
            self._reader.close()

    def close(self) -> None:
        """Play no further; the file is closed by whoever plays it."""
        self._closing.set()

    def _played(self) -> Iterator[tuple[RawFrame, float]]:
        start_s: float | None = None
        for frame in self._reader.frames():
            at_s, now_s = float(frame.time), time.perf_counter()
            if start_s is None or now_s - (start_s + at_s) > LATE_S:
                start_s = now_s - at_s
            if self._closing.wait(max(0.0, start_s + at_s - now_s)):
                return
            yield ArrayFrame(frame.pixels, is_bgr=False), start_s + at_s


def open_camera(camera: str, size: Size, fps: float) -> DeviceCamera:
    """A camera of this machine by its index, or by its path on Linux.

    Raises:
        CameraError: if there is none, or another program has it.
    """
    if camera.isdecimal():
        return DeviceCamera(int(camera), size, fps)
    if not os.path.exists(camera):  # noqa: PTH110 -- a device need not be a file
        raise CameraError(f"camera: expected the number of a camera or its path, got {camera!r}.")
    return DeviceCamera(camera, size, fps)


class Capture:
    """Reads a camera in a thread of its own and leaves the newest frame in a mailbox.

    The mailbox is closed when the camera ends, however it does.

    Args:
        camera: Closed at the end.
        mailbox: Where frames are left.
        on_end: Told why it ended, before the mailbox is closed: ``None`` if it came to its end
            or was closed.
    """

    def __init__(
        self,
        camera: Camera,
        mailbox: Mailbox[CameraFrame],
        on_end: Callable[[ImpastoError | None], None],
    ) -> None:
        self._camera = camera
        self._mailbox = mailbox
        self._on_end = on_end
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="impasto-camera", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading, and wait for the last frame; a device that hangs is not waited for."""
        self._closing.set()
        if not isinstance(self._camera, DeviceCamera):
            self._camera.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(LATEST_JOIN_S)

    def _run(self) -> None:
        reason: ImpastoError | None = None
        try:
            for number, (raw, captured_s) in enumerate(self._camera.frames()):
                if self._closing.is_set():
                    break
                self._mailbox.put(CameraFrame(raw=raw, captured_s=captured_s, number=number))
        except ImpastoError as error:
            reason = error
        finally:
            self._camera.close()
            self._on_end(reason)
            self._mailbox.close()


def _backend(cv2: Any) -> int:
    """OpenCV's way to cameras on this system."""
    ways = {"linux": "CAP_V4L2", "darwin": "CAP_AVFOUNDATION", "win32": "CAP_MSMF"}
    return int(getattr(cv2, ways.get(sys.platform, "CAP_ANY")))


def _import_cv2() -> Any:
    try:
        import cv2
    except ImportError as error:
        raise MissingPackageError(
            'Cameras need OpenCV, not installed here; run: pip install "impasto[video]".'
        ) from error
    return cv2
