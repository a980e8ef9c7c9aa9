from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from impasto.errors import DeviceError, MissingPackageError
from impasto.live.virtual_camera import VirtualCamera


class FakeCamera:
    made: ClassVar[list[FakeCamera]] = []

    def __init__(self, *, width: int, height: int, fps: float, fmt: str) -> None:
        if width == 666:
            raise RuntimeError("'v4l2loopback' backend: No v4l2 loopback device found")
        self.size, self.fps, self.fmt = (height, width), fps, fmt
        self.device = "/dev/video7"
        self.sent: list[Any] = []
        self.is_closed = False
        self.made.append(self)

    def send(self, pixels: Any) -> None:
        assert pixels.shape == (*self.size, 3)
        self.sent.append(pixels)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def pyvirtualcam(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeCamera.made.clear()
    fake = SimpleNamespace(Camera=FakeCamera, PixelFormat=SimpleNamespace(RGB="rgb"))
    monkeypatch.setitem(sys.modules, "pyvirtualcam", fake)  # type: ignore[arg-type]


def test_frames_are_sent_at_one_size(pyvirtualcam: None, stand_ins: Any) -> None:
    camera = VirtualCamera((48, 64), 24.0)
    (fake,) = FakeCamera.made
    assert (camera.name, fake.size, fake.fps, fake.fmt) == ("/dev/video7", (48, 64), 24.0, "rgb")
    assert camera.has_room
    for number, size in enumerate([(48, 64), (24, 32)]):
        camera.show(stand_ins.make_painted(50 + number, size=size))
        stand_ins.wait_until(lambda n=number: len(fake.sent) > n)
    assert [int(each[0, 0, 0]) for each in fake.sent] == [50, 51]
    camera.close()
    assert fake.is_closed


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)  # type: ignore[arg-type]
    with pytest.raises(MissingPackageError, match=r"impasto\[virtual-camera\]"):
        VirtualCamera((48, 64), 24.0)


def test_without_a_driver_it_says_what_to_do(pyvirtualcam: None) -> None:
    with pytest.raises(DeviceError, match="v4l2loopback"):
        VirtualCamera((48, 666), 24.0)
