from pathlib import Path

import numpy as np
import pytest

from impasto.video.reader import VideoReader
from impasto.video.tone_mapping import pq_signal
from impasto.video.video_info import HLG, PQ

from .conftest import scene, write_clip


def test_ten_bits_become_eight(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "deep.mkv", codec="ffv1", pixel_format="yuv420p10le", frames=3)
    reader = VideoReader(path)
    error = next(reader.frames()).pixels.astype(float) - scene(0)
    assert np.abs(error).mean() < 4
    assert reader.info.warnings == ("10 bits a sample become 8",)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_paper_white_of_high_dynamic_range_is_bright_and_grey(
    tmp_path: Path, transfer: int
) -> None:
    level = round(255 * (float(pq_signal(np.array(203.0))) if transfer == PQ else 0.75))
    path = write_clip(
        tmp_path / "hdr.mkv",
        codec="ffv1",
        pixel_format="yuv420p10le",
        color=(9, 9, transfer),
        frames=3,
        make=lambda _, size: np.full((*size, 3), level, np.uint8),
    )
    frames = list(VideoReader(path).frames())
    assert len(frames) == 3
    mean = frames[1].pixels.mean((0, 1))
    # The roll-off leaves room for highlights: 203 cd/m² are not quite white.
    assert ((mean > 195) & (mean < 250)).all()
    assert np.ptp(mean) < 2


def test_interlaced_frames_lose_their_combs(tmp_path: Path) -> None:
    def fields(index: int, size: tuple[int, int]) -> np.ndarray:
        """Odd lines are of half a frame later: a bar is elsewhere there."""
        pixels = np.full((*size, 3), 30, np.uint8)
        for parity in (0, 1):
            left = 4 + 6 * (2 * index + parity)
            pixels[parity::2, left : left + 12] = 220
        return pixels

    path = write_clip(
        tmp_path / "fields.mp4",
        size=(64, 128),
        frames=6,
        make=fields,
        options={"x264-params": "tff=1", "crf": "5"},
    )
    reader = VideoReader(path)
    frames = list(reader.frames())
    assert reader.info.is_interlaced
    assert [frame.pts for frame in frames] == [512 * index for index in range(6)]

    def comb(pixels: np.ndarray) -> float:
        grey = pixels.astype(float).mean(-1)
        return float(np.abs(grey[1:-1] - (grey[:-2] + grey[2:]) / 2).mean())

    assert comb(frames[3].pixels) < comb(fields(3, (64, 128))) / 4


def test_a_film_that_changes_its_size_has_one_size(tmp_path: Path) -> None:
    first = write_clip(tmp_path / "a.ts", frames=10)
    second = write_clip(tmp_path / "b.ts", frames=10, size=(96, 128))
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    frames = list(VideoReader(both).frames())
    assert len(frames) == 20
    assert {frame.pixels.shape for frame in frames} == {(48, 64, 3)}
