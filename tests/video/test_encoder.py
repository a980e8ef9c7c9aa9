from fractions import Fraction

import pytest

from impasto.video.encoder import PictureFormat
from impasto.video.encoding import CODECS, EncodingOptions
from impasto.video.video_info import HLG, SDR, Color


def form(codec: str, size: tuple[int, int] = (48, 64), color: Color = SDR) -> PictureFormat:
    return PictureFormat(
        size=size,
        frame_rate=Fraction(25),
        time_base=Fraction(1, 1000),
        codec=CODECS[codec],
        encoding=EncodingOptions(),
        source_color=color,
    )


@pytest.mark.parametrize(("codec", "size", "expected"), [
    ("h264", (48, 64), "yuv420p"),
    ("h264", (48, 65), "yuv444p"),
    ("av1", (49, 65), "yuv420p"),
    ("ffv1", (49, 65), "bgr0"),
])  # fmt: skip
def test_odd_sizes_are_kept(codec: str, size: tuple[int, int], expected: str) -> None:
    assert form(codec, size).pixel_format == expected


@pytest.mark.parametrize(("codec", "color", "expected"), [
    ("h264", Color(matrix=6, primaries=2, transfer=2), Color(matrix=6, primaries=2, transfer=2)),
    ("h264", Color(matrix=0), SDR),
    ("h264", Color(matrix=9, primaries=9, transfer=HLG), SDR),
    ("h264", Color(is_full_range=True), SDR),
    ("ffv1", SDR, Color(matrix=0, is_full_range=True)),
    ("mjpeg", SDR, Color(matrix=5, is_full_range=True)),
])  # fmt: skip
def test_colours_are_those_of_the_source_where_that_can_be(
    codec: str, color: Color, expected: Color
) -> None:
    assert form(codec, color=color).color == expected
