"""Films read frame by frame: upright 8-bit RGB with exact times, and what was broken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from impasto.video.av_library import is_own_error, reading, reason
from impasto.video.frame import Frame
from impasto.video.frame_conversion import Converted, FrameConverter, Size
from impasto.video.probing import open_container, picture_stream, probe_video
from impasto.video.video_info import VideoInfo

SEEK_MARGIN_S = Fraction(1)
"""Frames are decoded from so long before the first that is wanted: filters look back."""
MISSING_S = Fraction(1)
"""A film that ends so much earlier than it promised is said to be truncated."""


class VideoReader:
    """Reads the frames of a film; one reading at a time.

    Args:
        path: Any file that FFmpeg reads.
        size: (H, W) of the frames; ``None`` for the film's own.
        info: Of the film, if it is known already.

    Raises:
        VideoNotFoundError: if there is no file.
        VideoFormatError: if there are no pictures in it, or none that can be decoded.
        MissingPackageError: if PyAV is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: Size | None = None,
        info: VideoInfo | None = None,
    ) -> None:
        self.path = Path(path)
        self.info = info or probe_video(self.path)
        self.size = size or self.info.size
        self._damage = _Damage()
        self._container: Any = None

    @property
    def problems(self) -> list[str]:
        """What of the frames read so far was broken, for people; empty where nothing was."""
        return self._damage.words()

    def frames(self, start: int | None = None, end: int | None = None) -> Iterator[Frame]:
        """The frames in the order they are shown, times strictly rising.

        Packets that cannot be decoded are left out and told in :attr:`problems`; so is an end
        that comes too early. Frames without a time get that of a constant frame rate.

        Args:
            start: The first ticks wanted; ``None`` for the film's beginning.
            end: The first ticks not wanted any more; ``None`` for the film's end.
        """
        index = 0
        times = _Times(self.info, self._damage)
        for converted in self._converted(start):
            pts = times.next(converted)
            if end is not None and pts >= end:
                return
            if start is not None and pts < start:
                continue
            yield Frame(
                pixels=converted.pixels,
                pts=pts,
                duration=converted.duration,
                time_base=self.info.time_base,
                index=index,
            )
            index += 1
        self._damage.check_end(self.info, times)

    def close(self) -> None:
        """Close the file; frames that were read stay."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _converted(self, start: int | None) -> Iterator[Converted]:
        converter = FrameConverter(self.info, self.size)
        for frame in self._decoded(start):
            yield from converter.convert(frame)
        yield from converter.flush()

    def _decoded(self, start: int | None) -> Iterator[Any]:
        """Frames of PyAV from a keyframe well before ``start`` on."""
        margin = SEEK_MARGIN_S / self.info.time_base
        target = None if start is None else int(start - margin)
        if target is None or target <= self.info.first_pts:
            yield from self._decode_from(None)
            return
        found = self._decode_from(target)
        first = next(found, None)
        if first is None or first.pts is None or first.pts > target:
            # There is no index to seek by: decode all that comes before.
            yield from self._decode_from(None)
            return
        yield first
        yield from found

    def _decode_from(self, target: int | None) -> Iterator[Any]:
        self.close()
        with reading(self.path):
            self._container = open_container(self.path)
            stream = picture_stream(self._container, self.path)
            if target is not None:
                try:
                    self._container.seek(target, stream=stream, backward=True)
                except Exception as error:
                    if not is_own_error(error):
                        raise
                    return
        yield from self._decode(stream)

    def _decode(self, stream: Any) -> Iterator[Any]:
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except Exception as error:
                if not is_own_error(error):
                    raise
                self._damage.ended(error)
                packet = None
            try:
                frames = stream.codec_context.decode(None) if packet is None else packet.decode()
            except EOFError:
                frames = []
            except Exception as error:
                if not is_own_error(error):
                    raise
                self._damage.lost(error)
                frames = []
            for frame in frames:
                self._damage.shown(frame)
                yield frame
            if packet is None:
                return


class _Times:
    """Times of frames that rise strictly, whatever the file says."""

    def __init__(self, info: VideoInfo, damage: _Damage) -> None:
        self._info, self._damage = info, damage
        rate = info.frame_rate or Fraction(25)
        self._usual = max(1, round(1 / (rate * info.time_base)))
        self.last: int | None = None
        self.end: int | None = None

    def next(self, converted: Converted) -> int:
        pts = converted.pts
        if pts is None:
            pts = self._info.first_pts if self.end is None else self.end
        elif self.last is not None and pts <= self.last:
            self._damage.moved += 1
            pts = self.last + 1
        self.last = pts
        self.end = pts + (converted.duration or self._usual)
        return pts


class _Damage:
    """Counts what was broken."""

    def __init__(self) -> None:
        self.moved = 0
        self._lost = self._concealed = 0
        self._reasons: dict[str, None] = {}
        self._end: str | None = None

    def lost(self, error: BaseException) -> None:
        self._lost += 1
        self._reasons[reason(error)] = None

    def ended(self, error: BaseException) -> None:
        self._end = f"reading ended early: {reason(error)}"

    def shown(self, frame: Any) -> None:
        self._concealed += bool(frame.is_corrupt)

    def check_end(self, info: VideoInfo, times: _Times) -> None:
        if info.duration is None or times.end is None or self._end is not None:
            return
        reached = times.end * info.time_base - info.start
        if reached < info.duration - MISSING_S:
            self._end = (
                f"the file ends after {float(reached):.1f} s of {float(info.duration):.1f} s"
            )

    def words(self) -> list[str]:
        said = []
        if self._lost:
            said.append(f"{self._lost} packets could not be decoded ({next(iter(self._reasons))})")
        if self._concealed:
            said.append(f"{self._concealed} frames are damaged")
        if self.moved:
            said.append(f"{self.moved} frames were out of order in time and moved by a tick")
        if self._end:
            said.append(self._end)
        return said
