from fractions import Fraction
from pathlib import Path

import av
import pytest

from impasto.errors import VideoFormatError
from impasto.video.probing import probe_video
from impasto.video.video_info import PQ

from .conftest import add_sound, write_clip


def test_what_a_film_is(clip: Path) -> None:
    info = probe_video(clip)
    assert (info.size, info.codec, info.frames) == ((48, 64), "h264", 25)
    assert (info.frame_rate, info.time_base, info.duration) == (25, Fraction(1, 12_800), 1)
    assert [stream.kind for stream in info.streams] == ["video", "audio"]
    assert (info.bit_depth, info.color.matrix, info.is_interlaced) == (8, 1, False)
    assert info.warnings == ()


def test_a_matrix_that_is_not_told_is_guessed_by_the_height(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", color=(2, 2, 2), frames=2)
    assert probe_video(path).color.matrix == 6
    path = write_clip(tmp_path / "b.mp4", color=(2, 2, 2), frames=2, size=(720, 64))
    assert probe_video(path).color.matrix == 1


def test_deep_and_bright_films_are_told(tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "deep.mkv",
        codec="ffv1",
        pixel_format="yuv420p10le",
        color=(9, 9, PQ),
        frames=2,
    )
    info = probe_video(path)
    assert (info.bit_depth, info.color.is_hdr) == (10, True)
    assert info.warnings == ("PQ high dynamic range becomes standard range (BT.709)",)


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w") as container:
        add_sound(container, 0.2)
    with pytest.raises(VideoFormatError, match="got audio"):
        probe_video(path)
