from __future__ import annotations

import numpy as np

from impasto.video.camera_frame import ArrayFrame, CameraFrame


def test_blue_and_red_change_places_for_opencv_alone() -> None:
    pixels = np.zeros((8, 12, 3), np.uint8)
    pixels[..., 0] = 200
    assert ArrayFrame(pixels, is_bgr=True).develop((8, 12))[0, 0].tolist() == [0, 0, 200]
    assert ArrayFrame(pixels, is_bgr=False).develop((8, 12))[0, 0].tolist() == [200, 0, 0]


def test_a_frame_is_developed_at_the_size_that_is_wanted() -> None:
    rows = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.repeat(np.repeat(rows[:, None], 48, 1)[..., None], 3, 2)
    frame = CameraFrame(raw=ArrayFrame(pixels, is_bgr=False), captured_s=1.0, number=7)
    assert frame.size == (64, 48)
    small = frame.pixels((16, 12))
    assert small.shape == (16, 12, 3)
    means = pixels.reshape(16, 4, 12, 4, 3).mean((1, 3))
    assert np.abs(small - means).max() <= 1
    assert frame.pixels((128, 96)).shape == (128, 96, 3)
