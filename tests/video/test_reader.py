import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import VideoFormatError, VideoNotFoundError
from impasto.video.reader import VideoReader

from .conftest import rotate_clip, scene, write_clip


def test_frames_have_the_pixels_and_the_exact_times(clip: Path) -> None:
    with VideoReader(clip) as reader:
        frames = list(reader.frames())
    assert reader.size == (48, 64)
    assert [frame.time for frame in frames] == [Fraction(index, 25) for index in range(25)]
    assert [frame.index for frame in frames] == list(range(25))
    assert frames[3].duration == 512
    error = frames[7].pixels.astype(float) - scene(7)
    assert np.abs(error).mean() < 4
    assert abs(error.mean()) < 0.7
    assert reader.problems == []


def test_times_of_a_variable_rate_are_kept(tmp_path: Path) -> None:
    pts = [0, 100, 1500, 1501, 9000, 12_345]
    path = write_clip(tmp_path / "vfr.mp4", pts=pts)
    assert [frame.pts for frame in VideoReader(path).frames()] == pts


@pytest.mark.parametrize("end", [None, 20 * 512])
def test_reading_may_begin_anywhere(tmp_path: Path, end: int | None) -> None:
    path = write_clip(tmp_path / "long.mp4", frames=80, gop=30)
    reader = VideoReader(path)
    whole = list(reader.frames())
    for start in (11 * 512 - 1, 61 * 512, 79 * 512):
        part = list(reader.frames(start, None if end is None else start + end))
        expected = [f for f in whole if start <= f.pts and (end is None or f.pts < start + end)]
        assert [frame.pts for frame in part] == [frame.pts for frame in expected]
        assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(part, expected, strict=True))
        assert part[0].index == 0


def test_a_file_without_an_index_is_decoded_from_its_beginning(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "raw.h264", frames=80)
    frames = list(VideoReader(path).frames())
    assert len(frames) == 80
    assert all(a.pts < b.pts for a, b in itertools.pairwise(frames))
    late = list(VideoReader(path).frames(start=frames[60].pts))
    assert np.array_equal(late[0].pixels, frames[60].pixels)


def test_rotation_is_honoured(tmp_path: Path) -> None:
    plain = write_clip(tmp_path / "plain.mp4", frames=3)
    stored = next(VideoReader(plain).frames()).pixels
    for quarters in (1, 2, 3):
        path = tmp_path / f"turned{quarters}.mp4"
        path.write_bytes(plain.read_bytes())
        reader = VideoReader(rotate_clip(path, quarters))
        frame = next(reader.frames())
        assert reader.info.turn.quarters == quarters
        assert frame.pixels.shape[:2] == reader.info.size
        assert np.array_equal(frame.pixels, np.rot90(stored, quarters))


def test_another_size_is_of_the_upright_frame(tmp_path: Path) -> None:
    path = rotate_clip(write_clip(tmp_path / "turned.mp4", frames=3), 1)
    reader = VideoReader(path, size=(33, 25))
    assert next(reader.frames()).pixels.shape == (33, 25, 3)


def test_a_truncated_film_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "whole.mkv", frames=80)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    reader = VideoReader(path)
    frames = list(reader.frames())
    assert 15 < len(frames) < 80
    assert any("ends after" in problem or "ended early" in problem for problem in reader.problems)


def test_damaged_packets_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "whole.ts", frames=60, gop=10)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data) // 2, 188 * 3):
        data[at + 20 : at + 180] = bytes(160)
    path.write_bytes(data)
    reader = VideoReader(path)
    frames = list(reader.frames())
    assert len(frames) > 30
    assert reader.problems


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoNotFoundError, match="no such file"):
        VideoReader(tmp_path / "none.mp4")
    with pytest.raises(VideoNotFoundError, match="folder"):
        VideoReader(tmp_path)
    for name, content in {"empty.mp4": b"", "text.mp4": b"hello" * 999}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(VideoFormatError, match=name):
            VideoReader(tmp_path / name)
