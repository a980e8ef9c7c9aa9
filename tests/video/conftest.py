"""Small films made by code: sound, odd timing, rotation, deep colour, interlacing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

av = pytest.importorskip("av")

SAMPLE_RATE = 44_100


def scene(index: int, size: tuple[int, int] = (48, 64)) -> np.ndarray:
    """A frame: a bright square that moves over a coloured slope, red on its left side."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([60 + 0 * x, 40 + 160 * x // width, 40 + 160 * y // height], -1)
    left = (2 * index) % max(1, width - 16)
    pixels[height // 3 : height // 3 + 12, left : left + 12] = (230, 220, 40)
    pixels[: height // 4, : width // 4] = (220, 30, 30)
    return pixels.astype(np.uint8)


def add_sound(container: Any, duration_s: float, codec: str = "aac") -> None:
    """A sine of 440 Hz, encoded and muxed."""
    stream = container.add_stream(codec, rate=SAMPLE_RATE)
    count = round(duration_s * SAMPLE_RATE)
    samples = 0.3 * np.sin(2 * np.pi * 440 * np.arange(count) / SAMPLE_RATE)
    for begin in range(0, count, 1024):
        part = samples[begin : begin + 1024].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([part, part]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, begin
        frame.time_base = Fraction(1, SAMPLE_RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_clip(
    path: Path,
    *,
    frames: int = 24,
    size: tuple[int, int] = (48, 64),
    pts: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 12_800),
    rate: int = 25,
    sound: bool = False,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    color: tuple[int, int, int] = (1, 1, 1),
    metadata: dict[str, str] | None = None,
    gop: int = 12,
    make: Callable[[int, tuple[int, int]], np.ndarray] = scene,
) -> Path:
    """A film whose frames are ``make(index, size)``."""
    times = list(pts or [round(index / rate / time_base) for index in range(frames)])
    with av.open(str(path), "w") as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = size[1], size[0], pixel_format
        context = stream.codec_context
        context.time_base = stream.time_base = time_base
        context.gop_size = gop
        context.colorspace, context.color_primaries, context.color_trc = color
        context.color_range = 1
        packets = []
        for index, at in enumerate(times):
            frame = av.VideoFrame.from_ndarray(make(index, size), format="rgb24")
            frame = frame.reformat(format=pixel_format, dst_colorspace=1)
            frame.pts, frame.time_base = at, time_base
            packets += stream.encode(frame)
        packets += stream.encode(None)
        if sound:
            end = times[-1] + (times[-1] - times[0]) // max(1, len(times) - 1)
            add_sound(container, float(end * time_base))
        for packet in packets:
            container.mux(packet)
    return path


def rotate_clip(path: Path, quarters: int) -> Path:
    """Ask players to turn an MP4 by quarters against the clock: its track's matrix is changed."""
    cosine, sine = [(1, 0), (0, -1), (-1, 0), (0, 1)][quarters % 4]
    matrix = [cosine, sine, 0, -sine, cosine, 0, 0, 0]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    for place, value in enumerate(matrix):
        data[at + 4 * place : at + 4 * place + 4] = (value * 65_536).to_bytes(4, "big", signed=True)
    path.write_bytes(data)
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A second of film with sound, 64 wide and 48 high."""
    return write_clip(tmp_path / "clip.mp4", frames=25, sound=True, metadata={"title": "A clip"})
