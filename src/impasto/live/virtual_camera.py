"""The painted picture as a camera that programs for calls can choose."""

from __future__ import annotations

import threading
from typing import Any

from impasto.errors import DeviceError, MissingPackageError
from impasto.live.painted import Painted
from impasto.live.recorder import enlarge
from impasto.live.resolution import Size
from impasto.video.mailbox import Mailbox

POLL_S = 0.25


class VirtualCamera:
    """An output that other programs see as a camera, through pyvirtualcam.

    It has one size for as long as it is open: programs do not expect a camera to change.

    Args:
        size: (H, W); frames painted smaller are enlarged.
        fps: Frames a second that programs are told.

    Raises:
        MissingPackageError: if pyvirtualcam is not installed.
        DeviceError: if the system has no virtual camera to send to.
    """

    def __init__(self, size: Size, fps: float) -> None:
        self._size = size
        self._camera = open_virtual_camera(size, fps)
        self.name = str(self._camera.device)
        self._mailbox: Mailbox[Painted] = Mailbox()
        self._thread = threading.Thread(target=self._run, name="impasto-virtual", daemon=True)
        self._thread.start()

    @property
    def has_room(self) -> bool:
        """Always: programs for calls do not say when they look."""
        return True

    def show(self, painted: Painted) -> None:
        """Send a frame as soon as the last one is sent; the newest wins."""
        self._mailbox.put(painted)

    def close(self) -> None:
        """Take the camera away."""
        self._mailbox.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._mailbox.is_over:
                painted = self._mailbox.take(POLL_S)
                if painted is not None:
                    self._camera.send(enlarge(painted.pixels, self._size))
        finally:
            self._mailbox.close()
            self._camera.close()


def open_virtual_camera(size: Size, fps: float) -> Any:
    """A camera of pyvirtualcam that takes RGB.

    Raises:
        MissingPackageError: if pyvirtualcam is not installed.
        DeviceError: if the system has no virtual camera.
    """
    try:
        import pyvirtualcam
    except ImportError as error:
        raise MissingPackageError(
            "A virtual camera needs pyvirtualcam, not installed here; "
            'run: pip install "impasto[virtual-camera]".'
        ) from error
    height, width = size
    try:
        return pyvirtualcam.Camera(
            width=width, height=height, fps=fps, fmt=pyvirtualcam.PixelFormat.RGB
        )
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:200]
        raise DeviceError(
            f"--virtual-camera: this system has none to send to: {reason}. On Linux load "
            "v4l2loopback, on Windows and macOS install OBS; docs/live.md says how."
        ) from error
