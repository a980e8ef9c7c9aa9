"""What a film is, found from its header and its first frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from impasto.errors import VideoFormatError
from impasto.video.av_library import import_av, is_own_error, reading
from impasto.video.display_matrix import read_turn
from impasto.video.video_info import BT709, UNSPECIFIED, Color, StreamInfo, VideoInfo

BT601_525 = 6
LARGEST_SD_HEIGHT = 576
"""Films up to this height whose matrix is not told are taken for BT.601, as players do."""
FULL_RANGE = 2
MOST_PACKETS = 2000
"""So many packets without a frame, and a stream is taken for broken."""
MOST_RATE = 1000
"""No film has more frames a second; headers that say so mean the ticks of their clock."""
MICROSECOND = Fraction(1, 1_000_000)


def probe_video(path: Path) -> VideoInfo:
    """What a film is.

    Args:
        path: Any file that FFmpeg reads.

    Raises:
        VideoNotFoundError: if there is no file.
        VideoFormatError: if there are no pictures in it, or none that can be decoded.
        MissingPackageError: if PyAV is not installed.
    """
    with reading(path), open_container(path) as container:
        stream = picture_stream(container, path)
        frame = _first_frame(container, stream, path)
        return _describe(path, container, stream, frame)


def open_container(path: Path) -> Any:
    """The container of a film, as PyAV opens it for reading."""
    return import_av().open(str(path), metadata_errors="replace")


def picture_stream(container: Any, path: Path) -> Any:
    """The stream with the moving pictures, covers left aside.

    Raises:
        VideoFormatError: if there is none.
    """
    for stream in container.streams.video:
        if not _is_cover(stream) and stream.codec_context is not None:
            stream.thread_type = "AUTO"
            return stream
    kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
    raise VideoFormatError(f"{path}: expected a file with moving pictures, got {kinds}.")


def frame_color(frame: Any) -> Color:
    """How the samples of a decoded frame stand for colours, gaps filled as players do.

    Args:
        frame: A frame of PyAV.
    """
    matrix = int(frame.colorspace)
    if matrix == UNSPECIFIED:
        matrix = BT601_525 if frame.height <= LARGEST_SD_HEIGHT else BT709
    return Color(
        matrix=matrix,
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        is_full_range=int(frame.color_range) == FULL_RANGE or frame.format.name.startswith("yuvj"),
    )


def _first_frame(container: Any, stream: Any, path: Path) -> Any:
    for count, packet in enumerate(container.demux(stream)):
        try:
            for frame in packet.decode():
                return frame
        except Exception as error:
            if not is_own_error(error):
                raise
        if count > MOST_PACKETS:
            break
    raise VideoFormatError(
        f"{path}: expected frames of {stream.codec_context.name}, but none can be decoded; "
        "the file is damaged or has only its header."
    )


def _describe(path: Path, container: Any, stream: Any, frame: Any) -> VideoInfo:
    turn = read_turn(frame)
    shape = stream.sample_aspect_ratio or Fraction(1)
    rate = _rate(stream, frame)
    start = Fraction(container.start_time or 0) * MICROSECOND
    duration = _duration(container, stream, start)
    frames = stream.frames or None
    if frames is None and rate and duration:
        frames = round(duration * rate)
    first = frame.pts if frame.pts is not None else (stream.start_time or 0)
    return VideoInfo(
        path=path,
        container=container.format.name,
        codec=stream.codec_context.name,
        stream_index=stream.index,
        size=turn.size((frame.height, frame.width)),
        turn=turn,
        frame_rate=rate,
        time_base=Fraction(stream.time_base),
        start=start,
        first_pts=first,
        duration=duration,
        frames=frames,
        pixel_shape=1 / shape if turn.swaps_sides else shape,
        bit_depth=max(component.bits for component in frame.format.components),
        color=frame_color(frame),
        is_interlaced=bool(frame.interlaced_frame) or stream.codec_context.field_order > 1,
        streams=tuple(_stream_info(each) for each in container.streams),
        has_chapters=bool(container.chapters()),
    )


def _rate(stream: Any, frame: Any) -> Fraction | None:
    """Frames a second; that of the first frame where what the header says cannot be."""
    own = 1 / (frame.duration * Fraction(stream.time_base)) if frame.duration else None
    for rate in (stream.average_rate, own, stream.guessed_rate):
        if rate and rate <= MOST_RATE:
            return Fraction(rate)
    return None


def _duration(container: Any, stream: Any, start: Fraction) -> Fraction | None:
    """From the film's start to the end of the pictures, as far as headers tell."""
    if stream.duration:
        begin = (stream.start_time or 0) * Fraction(stream.time_base)
        return Fraction(begin + stream.duration * Fraction(stream.time_base) - start)
    return Fraction(container.duration) * MICROSECOND if container.duration else None


def _stream_info(stream: Any) -> StreamInfo:
    codec = stream.codec_context
    return StreamInfo(
        index=stream.index,
        kind=stream.type,
        codec=codec.name if codec is not None else "",
        time_base=Fraction(stream.time_base) if stream.time_base else None,
        language=stream.language,
        is_cover=_is_cover(stream),
    )


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)
