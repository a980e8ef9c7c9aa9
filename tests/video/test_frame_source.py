from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import VideoFormatError, VideoNotFoundError
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.video.frame_source import open_frames

from .conftest import scene, write_clip


def write_folder(folder: Path, frames: int = 3) -> Path:
    folder.mkdir()
    for index in range(frames):
        save_image(Picture(pixels=scene(index)), folder / f"{index:04d}.png")
    (folder / "notes.txt").write_text("no frame")
    return folder


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    source = open_frames(write_folder(tmp_path / "frames"))
    assert (source.size, source.count, source.frame_rate) == ((48, 64), 3, None)
    frames = list(source.read((48, 64)))
    np.testing.assert_array_equal(frames, [scene(index) for index in range(3)])
    assert [frame.shape for frame in source.read((24, 32))] == [(24, 32, 3)] * 3


def test_a_video_file(tmp_path: Path) -> None:
    source = open_frames(write_clip(tmp_path / "film.mp4", frames=5))
    assert source.size == (48, 64)
    assert source.frame_rate == Fraction(25)
    frames = list(source.read((48, 64)))
    assert len(frames) == 5
    assert np.abs(frames[2].astype(int) - scene(2)).mean() < 8
    assert len(list(source.read((24, 32)))) == 5, "it can be read again"


def test_bad_sources(tmp_path: Path) -> None:
    with pytest.raises(VideoNotFoundError):
        open_frames(tmp_path / "missing.mp4")
    (tmp_path / "empty").mkdir()
    with pytest.raises(VideoNotFoundError, match="no picture"):
        open_frames(tmp_path / "empty")
    folder = write_folder(tmp_path / "frames")
    save_image(Picture(pixels=scene(0, (20, 20))), folder / "0009.png")
    with pytest.raises(VideoFormatError, match="64x48 px as the first frame, got 20x20"):
        list(open_frames(folder).read((48, 64)))
