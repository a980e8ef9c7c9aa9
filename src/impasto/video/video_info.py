"""What a film is: size, timing, colour, and the streams beside the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from impasto.video.display_matrix import Turn


@dataclass(frozen=True, kw_only=True)
class StreamInfo:
    """A stream of a film.

    Attributes:
        index: In the file.
        kind: ``video``, ``audio``, ``subtitle``, ``data`` or ``attachment``.
        codec: FFmpeg's name of its codec; empty where there is none.
        time_base: Seconds of a tick; ``None`` where it has no time.
        language: Three letters, or ``None``.
        is_cover: Whether it is a still picture beside the film, such as a cover.
    """

    index: int
    kind: str
    codec: str
    time_base: Fraction | None
    language: str | None = None
    is_cover: bool = False


@dataclass(frozen=True, kw_only=True)
class Color:
    """How the samples of a film stand for colours: FFmpeg's numbers, as ITU-T H.273 has them.

    Attributes:
        matrix: Between RGB and Y'CbCr; guessed from the height where the file is silent.
        primaries: 2 where the file is silent.
        transfer: 2 where the file is silent.
        is_full_range: Whether samples use all values, as those of pictures do.
    """

    matrix: int = 1
    primaries: int = 1
    transfer: int = 1
    is_full_range: bool = False

    @property
    def is_hdr(self) -> bool:
        """Whether brightness beyond that of paper white is meant: PQ or HLG."""
        return self.transfer in (PQ, HLG)


PQ, HLG = 16, 18
BT709, UNSPECIFIED = 1, 2
SDR = Color(matrix=BT709, primaries=BT709, transfer=BT709)
"""What high dynamic range is brought to."""


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """What is known of a film before its frames are read.

    Attributes:
        path: The file.
        container: FFmpeg's name of the format, such as ``mov,mp4,m4a,3gp,3g2,mj2``.
        codec: FFmpeg's name of the codec of the pictures.
        stream_index: Of the pictures in the file.
        size: (H, W) in pixels as shown, upright.
        turn: How stored frames become upright.
        frame_rate: Frames a second on average; ``None`` where nothing is known.
        time_base: Seconds of a tick of the frames' times.
        start: Seconds on the file's clock at which the film starts.
        first_pts: Ticks at which its first frame is shown.
        duration: Seconds from ``start`` to the end; ``None`` where nothing is known.
        frames: How many there are, or about how many; ``None`` where nothing is known.
        pixel_shape: Width of a pixel over its height, upright.
        bit_depth: Bits of a sample.
        color: What samples mean.
        is_interlaced: Whether a frame holds lines of two moments.
        streams: All streams of the file, the pictures among them.
        has_chapters: Whether there are chapters.
    """

    path: Path
    container: str
    codec: str
    stream_index: int
    size: tuple[int, int]
    turn: Turn
    frame_rate: Fraction | None
    time_base: Fraction
    start: Fraction
    first_pts: int
    duration: Fraction | None
    frames: int | None
    pixel_shape: Fraction
    bit_depth: int
    color: Color
    is_interlaced: bool
    streams: tuple[StreamInfo, ...]
    has_chapters: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not kept as it was, for people."""
        said = []
        if self.color.is_hdr:
            kind = "PQ" if self.color.transfer == PQ else "HLG"
            said.append(f"{kind} high dynamic range becomes standard range (BT.709)")
        elif self.bit_depth > 8:
            said.append(f"{self.bit_depth} bits a sample become 8")
        if self.is_interlaced:
            said.append("interlaced frames are deinterlaced, one frame for each")
        return tuple(said)
