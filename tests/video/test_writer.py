from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError, OutputError, ShapeError
from impasto.video.encoding import CODECS, EncodingOptions
from impasto.video.reader import VideoReader
from impasto.video.video_info import PQ, Color
from impasto.video.writer import VideoWriter

from .conftest import scene

RATE = Fraction(30_000, 1001)
TICK = Fraction(1, 30_000)
HOMES = {"vp9": ".webm", "prores": ".mov", "ffv1": ".mkv", "mjpeg": ".mkv"}


def write(path: Path, size: tuple[int, int], **options: object) -> list[np.ndarray]:
    frames = [scene(index, size) for index in range(8)]
    encoding = EncodingOptions(**{"quality": 95, "preset": "ultrafast", **options})  # type: ignore[arg-type]
    with VideoWriter(path, size, frame_rate=RATE, time_base=TICK, encoding=encoding) as writer:
        for index, pixels in enumerate(frames):
            writer.write(pixels, 1001 * index)
    return frames


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("size", [(64, 96), (65, 97)])
def test_every_codec_keeps_size_colours_and_times(
    tmp_path: Path, codec: str, size: tuple[int, int]
) -> None:
    path = tmp_path / f"film{HOMES.get(codec, '.mp4')}"
    written = write(path, size, codec=codec)
    reader = VideoReader(path)
    read = list(reader.frames())
    assert reader.size == size
    assert len(read) == 8
    tick = reader.info.time_base
    assert all(abs(f.time - f.index * 1001 * TICK) <= tick / 2 for f in read)
    errors = [r.pixels.astype(float) - w for r, w in zip(read, written, strict=True)]
    assert np.abs(errors).mean() < (0.01 if codec == "ffv1" else 6)
    assert abs(np.mean(errors)) < 1.0


def test_pixels_are_not_square(tmp_path: Path) -> None:
    path = tmp_path / "wide.mp4"
    with VideoWriter(
        path, (48, 64), frame_rate=RATE, time_base=TICK, pixel_shape=Fraction(4, 3)
    ) as writer:
        writer.write(scene(0), 0)
    assert VideoReader(path).info.pixel_shape == Fraction(4, 3)


def test_high_dynamic_range_is_written_as_bt709(tmp_path: Path) -> None:
    path, hdr = tmp_path / "a.mp4", Color(matrix=9, primaries=9, transfer=PQ)
    with VideoWriter(path, (48, 64), frame_rate=RATE, time_base=TICK, color=hdr) as writer:
        writer.write(scene(0), 0)
    assert VideoReader(path).info.color == Color(matrix=1, primaries=1, transfer=1)


def test_the_encoders_own_options(tmp_path: Path) -> None:
    coarse = tmp_path / "coarse.mp4"
    write(tmp_path / "fine.mp4", (48, 64), quality=100)
    write(coarse, (48, 64), quality=100, encoder_options={"crf": "50"})
    assert coarse.stat().st_size < (tmp_path / "fine.mp4").stat().st_size
    with pytest.raises(OptionError, match="libx264 has no option 'sharpness'"):
        write(coarse, (48, 64), encoder_options={"sharpness": "1"})


def test_what_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="ends in one of"):
        VideoWriter(tmp_path / "film.gif", (48, 64), frame_rate=RATE)
    with pytest.raises(OutputError, match="does not hold"):
        write(tmp_path / "film.webm", (48, 64), codec="h264")
    with pytest.raises(OutputError, match="does not exist"):
        VideoWriter(tmp_path / "no" / "film.mp4", (48, 64), frame_rate=RATE)
    with (
        pytest.raises(ShapeError, match="expected"),
        VideoWriter(tmp_path / "film.mp4", (48, 64), frame_rate=RATE) as writer,
    ):
        writer.write(scene(0, (50, 64)), 0)
    assert list(tmp_path.iterdir()) == []


def test_times_rise(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "film.mp4", (48, 64), frame_rate=RATE) as writer:
        writer.write(scene(0), 5)
        with pytest.raises(OptionError, match="more than 5"):
            writer.write(scene(1), 5)


def test_a_film_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with (  # noqa: PT012
        pytest.raises(RuntimeError, match="stop"),
        VideoWriter(path, (48, 64), frame_rate=RATE) as writer,
    ):
        writer.write(scene(0), 0)
        raise RuntimeError("stop")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
