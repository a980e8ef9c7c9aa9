"""Segments of a film painted one after the other: decoding, painting, encoding overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from impasto.progress import Cancellation
from impasto.video.encoding import CODECS, EncodingOptions
from impasto.video.frame import Frame
from impasto.video.frame_painter import FramePainter, PainterState
from impasto.video.handover import Handover
from impasto.video.reader import VideoReader
from impasto.video.segments import Segment, StyledSegment
from impasto.video.video_info import VideoInfo
from impasto.video.writer import VideoWriter

if TYPE_CHECKING:
    from pathlib import Path

    from impasto.video.frame import Pixels

WAITING = 3
"""Frames that wait to be painted, and as many to be encoded: more would only take memory."""


class SegmentStore(Protocol):
    """Where painted segments go; see :class:`~impasto.video.work_folder.WorkFolder`."""

    def segment_path(self, number: int, *, is_partial: bool = False) -> Path:
        """Where the pictures of a segment are kept."""
        ...

    def keep(self, styled: StyledSegment, state: PainterState) -> None:
        """Record a segment that is finished, and what the painter remembers after it."""
        ...


@dataclass(frozen=True, kw_only=True)
class SegmentJob:
    """What is done to every segment of a film.

    Attributes:
        info: The film.
        size: (H, W) of the result.
        encoding: Codec (not ``auto``), quality and speed.
    """

    info: VideoInfo
    size: tuple[int, int]
    encoding: EncodingOptions

    @property
    def frame_rate(self) -> Fraction:
        """Of the result, about."""
        return self.info.frame_rate or Fraction(25)

    def writer(self, path: Path) -> VideoWriter:
        """What encodes a segment."""
        return VideoWriter(
            path,
            self.size,
            frame_rate=self.frame_rate,
            time_base=self.info.time_base,
            encoding=self.encoding,
            color=self.info.color,
            pixel_shape=self.info.pixel_shape,
            container=CODECS[self.encoding.codec].segments,
        )

    def frame_end(self, frame: Frame) -> int:
        """Ticks at which a frame ends."""
        usual = round(1 / (self.frame_rate * self.info.time_base))
        return frame.pts + (frame.duration or max(1, usual))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Painted:
    segment: Segment
    frame: Frame
    pixels: Pixels


@dataclass(frozen=True, kw_only=True, eq=False)
class _End:
    segment: Segment
    state: PainterState
    problems: tuple[str, ...]
    is_partial: bool = False


def style_segments(
    job: SegmentJob,
    segments: Sequence[Segment],
    painter: FramePainter,
    store: SegmentStore,
    *,
    first_index: int = 0,
    on_frame: Callable[[], None] = lambda: None,
    cancellation: Cancellation | None = None,
) -> list[StyledSegment]:
    """Paint segments that follow each other, and keep each as soon as it is finished.

    Frames are decoded in one thread, painted in the caller's, and encoded in a third; only
    a few wait in between.

    Args:
        job: What is done.
        segments: At least one, in order, without gaps.
        painter: Paints the frames; what it remembers is what comes before the first segment.
        store: Where the segments go.
        first_index: Of the first frame, as the painter is told.
        on_frame: Called after every frame.
        cancellation: Ends the work after the frame at work; its segment is then partial.

    Returns:
        The segments, in order; all but those after a cancellation.

    Raises:
        ImpastoError: as reading, painting and writing do; finished segments are kept.
    """
    decoded, painted = Handover[Frame](WAITING), Handover[_Painted | _End](WAITING)
    reader = VideoReader(job.info.path, size=job.size, info=job.info)
    with ThreadPoolExecutor(2, "video") as threads:
        threads.submit(_read, reader, segments, decoded)
        written = threads.submit(_write, job, store, painted)
        try:
            for item in _paint(job, segments, painter, decoded, reader, first_index, cancellation):
                if not painted.give(item):
                    break
                if isinstance(item, _Painted):
                    on_frame()
        finally:
            decoded.leave()
            painted.finish()
        return written.result()


def _read(reader: VideoReader, segments: Sequence[Segment], decoded: Handover[Frame]) -> None:
    """The first thread: frames until the painter has enough."""
    error: BaseException | None = None
    try:
        for frame in reader.frames(segments[0].start, segments[-1].end):
            if not decoded.give(frame):
                break
    except BaseException as found:
        error = found
    finally:
        reader.close()
        decoded.finish(error)


def _paint(
    job: SegmentJob,
    segments: Sequence[Segment],
    painter: FramePainter,
    decoded: Handover[Frame],
    reader: VideoReader,
    first_index: int,
    cancellation: Cancellation | None,
) -> Iterator[_Painted | _End]:
    """Frames as they are painted, and the end of each segment."""
    left = iter(segments)
    segment = next(left)
    for frame in decoded:
        if cancellation is not None and cancellation.is_cancelled:
            yield _End(segment=segment, state={}, problems=(), is_partial=True)
            return
        while segment.end is not None and frame.pts >= segment.end:
            yield _End(segment=segment, state=painter.state(), problems=tuple(reader.problems))
            segment = next(left)
        time = frame.time - job.info.start
        pixels = painter.paint(frame.pixels, index=first_index + frame.index, time=time)
        yield _Painted(segment=segment, frame=frame, pixels=pixels)
    for each in (segment, *left):
        yield _End(segment=each, state=painter.state(), problems=tuple(reader.problems))


def _write(
    job: SegmentJob, store: SegmentStore, painted: Handover[_Painted | _End]
) -> list[StyledSegment]:
    """The last thread: one file a segment."""
    done: list[StyledSegment] = []
    writer: VideoWriter | None = None
    times: list[int] = []
    last: Frame | None = None
    try:
        for item in painted:
            scratch = store.segment_path(item.segment.number, is_partial=True)
            if isinstance(item, _Painted):
                writer = writer or job.writer(scratch)
                writer.write(item.pixels, item.frame.pts)
                times.append(item.frame.pts)
                last = item.frame
                continue
            styled = _finished(job, item, writer, scratch, times, last)
            writer, times = None, []
            done.append(_kept(store, styled, item))
        return done
    finally:
        painted.leave()
        if writer is not None:
            writer.abort()


def _finished(
    job: SegmentJob,
    item: _End,
    writer: VideoWriter | None,
    scratch: Path,
    times: list[int],
    last: Frame | None,
) -> StyledSegment:
    if writer is not None:
        writer.close()
    return StyledSegment(
        segment=item.segment,
        path=None if writer is None else scratch,
        times=tuple(times),
        end=item.segment.start if last is None else job.frame_end(last),
        problems=item.problems,
        is_partial=item.is_partial,
    )


def _kept(store: SegmentStore, styled: StyledSegment, item: _End) -> StyledSegment:
    """A segment in its place; one that is partial stays where it is and is not recorded."""
    if item.is_partial:
        return styled
    if styled.path is not None:
        place = store.segment_path(styled.segment.number)
        styled.path.replace(place)
        styled = replace(styled, path=place)
    store.keep(styled, item.state)
    return styled
