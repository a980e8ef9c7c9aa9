"""A small film of three scenes with sound."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FRAMES_A_SCENE = 20
RATE = 25


def scene_of(index: int, height: int, width: int) -> np.ndarray:
    """A square that moves over a slope; each scene has colours of its own."""
    y, x = np.mgrid[:height, :width]
    kind = index // FRAMES_A_SCENE
    base = np.stack([30 + 0 * x, 40 + 120 * x // width, 40 + 120 * y // height], -1)
    pixels = np.roll(base, kind, -1) + 25 * kind
    left = (2 * index) % (width - 16)
    pixels[height // 3 : height // 3 + 12, left : left + 12] = (230, 220, 40)
    return pixels.clip(0, 255).astype(np.uint8)


def write_film(path: Path, scenes: int = 3, make: Callable[..., np.ndarray] = scene_of) -> Path:
    """Write it as MP4, 64 wide and 48 high."""
    count = scenes * FRAMES_A_SCENE
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=44_100)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(make(index, 48, 64), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        samples = 0.3 * np.sin(2 * np.pi * 440 * np.arange(44_100 * count // RATE) / 44_100)
        for begin in range(0, len(samples), 1024):
            part = samples[begin : begin + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(
                np.stack([part, part]), format="fltp", layout="stereo"
            )
            frame.sample_rate, frame.pts = 44_100, begin
            frame.time_base = Fraction(1, 44_100)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path
