"""Segments joined to a film without encoding again, with all that the source has beside."""

from __future__ import annotations

import itertools
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from impasto.errors import OutputError
from impasto.image.destination import check_destination
from impasto.video.av_library import import_av, writing
from impasto.video.encoder import PictureFormat, add_encoder
from impasto.video.encoding import container_for
from impasto.video.film_record import with_record
from impasto.video.probing import open_container
from impasto.video.segment_styling import SegmentJob
from impasto.video.segments import StyledSegment
from impasto.video.stream_copy import StreamCopies, copy_facts, describe
from impasto.video.video_info import VideoInfo

CONTAINER_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "mp4": {"movflags": "+faststart"},
    "mov": {"movflags": "+faststart"},
    "matroska": {"avoid_negative_ts": "disabled"},
    "webm": {"avoid_negative_ts": "disabled"},
}
"""In MP4 the index goes first, so that a film plays while it is still loading. Matroska is
not to move the whole film by what its sound has before 0; that is left out instead."""


MOST_TICKS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A film that is complete.

    Attributes:
        path: The film.
        frames: How many there are.
        duration: Seconds from its first frame to the end of its last.
        notes: What of the source was changed or left out, for people.
    """

    path: Path
    frames: int
    duration: Fraction
    notes: tuple[str, ...] = field(default=())


def join_segments(
    job: SegmentJob,
    segments: Sequence[StyledSegment],
    output: Path,
    *,
    record: Mapping[str, Any] | None = None,
    start: Fraction | None = None,
    end: Fraction | None = None,
) -> Joined:
    """Make a film of painted segments, with the source's sound, subtitles, chapters and facts.

    The film appears whole, or what was there before stays.

    Args:
        job: What was done to the segments.
        segments: All of them, in order.
        output: The film.
        record: How it was made, which goes into it; ``None``: nothing goes.
        start: Seconds of the source at which the film begins; ``None`` for its start.
        end: Seconds of the source at which sound ends; ``None`` for its end.

    Raises:
        OutputError: if there is no frame, the container does not hold the codec, or the disk
            is full.
    """
    filled = [segment for segment in segments if segment.times]
    if not filled:
        raise OutputError(f"{output}: not written, as there is no frame to be shown.")
    target = check_destination(output)
    temporary = target.with_name(f".impasto-{secrets.token_hex(8)}.tmp")
    base = max(Fraction(0), job.info.start) + (start or 0)
    stop = None if end is None else max(Fraction(0), job.info.start) + end
    name = container_for(output)
    try:
        with writing(output), open_container(job.info.path) as source:
            facts = copy_facts(source, base=base, end=stop)
            options = dict(CONTAINER_OPTIONS.get(name, {}))
            if "movflags" in options:
                options["movie_timescale"] = str(_ticks_a_second(job.info))
                if facts.needs_tags:
                    options["movflags"] += "+use_metadata_tags"
            with import_av().open(str(temporary), "w", format=name, options=options) as container:
                container.metadata.update(with_record(facts.metadata, record))
                stream = _picture_stream(container, job, output)
                describe(source.streams[job.info.stream_index], stream)
                copies = StreamCopies(source, container, job.info, base=base, end=stop)
                if facts.chapters:
                    container.set_chapters(facts.chapters)
                for packet in _by_time(_pictures(job, filled, stream, base), copies.packets()):
                    container.mux(packet)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    times = list(itertools.chain.from_iterable(segment.times for segment in filled))
    return Joined(
        path=output,
        frames=len(times),
        duration=(filled[-1].end - times[0]) * job.info.time_base,
        notes=tuple(copies.notes),
    )


def _picture_stream(container: Any, job: SegmentJob, output: Path) -> Any:
    """The stream for the pictures: as the encoder of the segments described them."""
    form = PictureFormat(
        size=job.size,
        frame_rate=job.frame_rate,
        time_base=job.info.time_base,
        codec=job.encoding.codec_for(container.format.name),
        encoding=job.encoding,
        source_color=job.info.color,
        pixel_shape=job.info.pixel_shape,
    )
    return add_encoder(container, form, output)


def _ticks_a_second(info: VideoInfo) -> int:
    """A clock for MP4's whole film that has the ticks of pictures and sound, if one can be."""
    bases = [each.time_base for each in info.streams if each.kind in ("video", "audio")]
    common = math.lcm(*(base.denominator for base in bases if base is not None))
    return common if common <= MOST_TICKS else info.time_base.denominator


def _pictures(
    job: SegmentJob, segments: Sequence[StyledSegment], stream: Any, base: Fraction
) -> Iterator[Any]:
    """The packets of all segments, with the exact times of their frames.

    Packets come in the order they are decoded in. Each is to be decoded when as many frames
    have been shown as come before it, less the delay that frames out of order need.
    """
    shift = round(base / job.info.time_base)
    times = [at for segment in segments for at in segment.times]
    ends = [*times[1:], segments[-1].end]
    lasts = {at: max(1, end - at) for at, end in zip(times, ends, strict=True)}
    delay, final = _decoding_order(segments, times)
    # Containers take a film's length from the times of decoding; they are set to agree.
    room = times[-1] + lasts[times[-1]] - times[-1 - delay]
    step = max(1, (room - lasts[final]) // delay) if delay else 0
    lasts[final] = room - delay * step
    for number, packet in enumerate(_packets(segments)):
        early = number - delay
        packet.duration = lasts[packet.pts]
        decoded = times[early] if early >= 0 else times[0] + early * step
        packet.pts, packet.dts = packet.pts - shift, decoded - shift
        packet.time_base = job.info.time_base
        packet.stream = stream
        yield packet


def _decoding_order(segments: Sequence[StyledSegment], times: Sequence[int]) -> tuple[int, int]:
    """How many frames are decoded at most before one that is shown earlier, and the last one.

    Returns:
        The delay in frames, and the time of the frame that is decoded last.
    """
    place = {at: number for number, at in enumerate(times)}
    delay, final = 0, times[-1]
    for number, packet in enumerate(_packets(segments)):
        delay, final = max(delay, number - place[packet.pts]), packet.pts
    return delay, final


def _packets(segments: Sequence[StyledSegment]) -> Iterator[Any]:
    """Packets in decoding order, their times those of their frames, in the film's ticks."""
    for segment in segments:
        with import_av().open(str(segment.path)) as container:
            stream = container.streams.video[0]
            found = [packet for packet in container.demux(stream) if packet.size]
            # Containers shift times so that none is negative; their order tells which is which.
            shown = sorted(range(len(found)), key=lambda number: found[number].pts)
            if len(found) != len(segment.times):
                raise OutputError(
                    f"{segment.path}: expected {len(segment.times)} frames, got {len(found)}; "
                    "remove the folder it is in and run again."
                )
            for number, at in zip(shown, segment.times, strict=True):
                found[number].pts = at
            yield from found


def _by_time(first: Iterator[Any], second: Iterator[Any]) -> Iterator[Any]:
    """Two streams of packets as one, the earlier packet first: little has to wait."""
    ahead = next(second, None)
    for packet in first:
        while ahead is not None and _time(ahead) <= _time(packet):
            yield ahead
            ahead = next(second, None)
        yield packet
    if ahead is not None:
        yield ahead
        yield from second


def _time(packet: Any) -> Fraction:
    at = packet.dts if packet.dts is not None else packet.pts
    return Fraction(0) if at is None else at * Fraction(packet.time_base)
