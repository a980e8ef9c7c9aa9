"""A film in segments of a few seconds, each of which can be painted by itself and again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from impasto.errors import OptionError
from impasto.video.video_info import VideoInfo

SEGMENT_S = Fraction(4)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a film.

    Attributes:
        number: 0 for the first.
        start: First ticks of the film's time base that are its.
        end: First ticks that are not any more; ``None`` for the film's end.
    """

    number: int
    start: int
    end: int | None


@dataclass(frozen=True, kw_only=True)
class StyledSegment:
    """A segment that is painted.

    Attributes:
        segment: Which.
        path: The file with its pictures; ``None`` where no frame is its.
        times: Ticks at which its frames are shown, rising.
        end: Ticks at which its last frame ends, as far as the film says.
        problems: What of the film was broken up to here, for people.
        is_partial: Whether the work was stopped in it.
    """

    segment: Segment
    path: Path | None
    times: tuple[int, ...]
    end: int
    problems: tuple[str, ...] = ()
    is_partial: bool = False

    def record(self) -> dict[str, Any]:
        """All but the paths, as plain JSON values."""
        return {
            "number": self.segment.number,
            "start": self.segment.start,
            "stop": self.segment.end,
            "times": list(self.times),
            "end": self.end,
            "problems": list(self.problems),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], path: Path) -> StyledSegment:
        """The segment of a :meth:`record`.

        Args:
            record: What was recorded.
            path: Where its pictures are, if it has some.

        Raises:
            LookupError: if something is missing in the record.
        """
        return cls(
            segment=Segment(number=record["number"], start=record["start"], end=record["stop"]),
            path=path if record["times"] else None,
            times=tuple(record["times"]),
            end=record["end"],
            problems=tuple(record["problems"]),
        )


def plan_segments(
    info: VideoInfo,
    *,
    start: Fraction | None = None,
    end: Fraction | None = None,
    cuts: Sequence[Fraction] | None = None,
    length_s: Fraction = SEGMENT_S,
) -> tuple[Segment, ...]:
    """Where a film is cut.

    Args:
        info: The film.
        start: Seconds from the film's start at which painting begins; ``None`` for all.
        end: Seconds at which it ends; ``None`` for all.
        cuts: Seconds at which segments begin, besides the first one, rising; ``None`` to cut
            every ``length_s``.
        length_s: Seconds of a segment.

    Returns:
        At least one segment. The same film and arguments give the same cuts.

    Raises:
        OptionError: if nothing of the film lies between start and end.
    """
    first = Fraction(0) if start is None else start
    last = end if info.duration is None or end is None else min(end, info.duration)
    until = info.duration if last is None else last
    if first < 0 or (end is not None and end <= first) or (until is not None and until <= first):
        shown = "unknown length" if info.duration is None else f"{float(info.duration):.3f} s"
        raise OptionError(
            f"--start, --end: expected a part of the film of {shown}, got "
            f"{float(first):.3f} s to {'the end' if end is None else f'{float(end):.3f} s'}."
        )
    if cuts is None:
        count = 1 if until is None else max(1, math.ceil((until - first) / length_s))
        cuts = [first + number * length_s for number in range(1, count)]
    begins = [info.first_pts if start is None else ticks(info, first)]
    begins += [ticks(info, cut) for cut in cuts if cut > first and (end is None or cut < end)]
    stops = [*begins[1:], None if end is None else ticks(info, end)]
    return tuple(
        Segment(number=number, start=begin, end=stop)
        for number, (begin, stop) in enumerate(zip(begins, stops, strict=True))
    )


def ticks(info: VideoInfo, seconds: Fraction) -> int:
    """The first ticks of the film's time base at or after seconds from its start."""
    return math.ceil((info.start + seconds) / info.time_base)
