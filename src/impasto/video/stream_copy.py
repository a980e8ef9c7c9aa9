"""What a film has beside its pictures, taken over: sound, subtitles, covers, chapters, facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from impasto.video.av_library import import_av, is_own_error, reason
from impasto.video.video_info import StreamInfo, VideoInfo

OF_THE_CONTAINER = frozenset(
    {"major_brand", "minor_version", "compatible_brands", "encoder", "duration"}
)
"""Facts that say what the file is and not what the film is."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a container says of its film as a whole.

    Attributes:
        metadata: Title, date and so on.
        chapters: As PyAV has them, on the new film's clock.
    """

    metadata: dict[str, str] = field(default_factory=dict)
    chapters: list[dict[str, Any]] = field(default_factory=list)

    @property
    def needs_tags(self) -> bool:
        """Whether there are facts that MP4 keeps only where it is asked to."""
        return any("." in name for name in self.metadata)


def copy_facts(source: Any, *, base: Fraction, end: Fraction | None) -> Facts:
    """Metadata and chapters of a container.

    Args:
        source: A container of PyAV.
        base: Seconds on its clock that become 0.
        end: Seconds on its clock at which the new film ends; ``None`` for its end.
    """
    metadata = {
        name: text for name, text in source.metadata.items() if name.lower() not in OF_THE_CONTAINER
    }
    chapters = []
    for chapter in source.chapters():
        tick = Fraction(chapter["time_base"])
        begin = max(chapter["start"] * tick, base)
        finish = chapter["end"] * tick
        if end is not None:
            finish = min(finish, end)
        if begin < finish:
            shifted = {"start": round((begin - base) / tick), "end": round((finish - base) / tick)}
            chapters.append({**chapter, **shifted})
    return Facts(metadata=metadata, chapters=chapters)


class StreamCopies:
    """Streams of a source in a new container: copied, or encoded anew where they must be.

    Args:
        source: A container of PyAV, open for reading.
        container: One open for writing; streams are added to it.
        info: Of the source.
        base: Seconds on the source's clock that become 0.
        end: Seconds on it at which the new film ends; ``None`` for its end.
    """

    def __init__(
        self,
        source: Any,
        container: Any,
        info: VideoInfo,
        *,
        base: Fraction,
        end: Fraction | None,
    ) -> None:
        self.notes: list[str] = []
        self._source, self._base, self._end = source, base, end
        self._is_mp4 = container.format.name in ("mp4", "mov")
        self._sinks: dict[int, _Copy | _Sound | _Subtitles] = {}
        for each in info.streams:
            if each.index != info.stream_index:
                self._add(source.streams[each.index], each, container)

    def packets(self) -> Iterator[Any]:
        """Packets for the new container, in the order of the source."""
        streams = [self._source.streams[index] for index in self._sinks]
        if not streams:
            return
        packets = self._source.demux(streams)
        while True:
            try:
                packet = next(packets, None)
            except Exception as error:
                if not is_own_error(error):
                    raise
                self.notes.append(f"reading sound ended early: {reason(error)}")
                packet = None
            if packet is None:
                break
            if packet.size:
                yield from self._taken(packet)
        for sink in self._sinks.values():
            yield from sink.flush()

    def _taken(self, packet: Any) -> Iterator[Any]:
        tick = Fraction(packet.time_base)
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None:
            begin, end = at * tick, (at + (packet.duration or 0)) * tick
            if self._is_before(packet.stream.type, begin, end):
                return
            if self._end is not None and begin >= self._end:
                return
        yield from self._sinks[packet.stream.index].take(packet)

    def _is_before(self, kind: str, begin: Fraction, end: Fraction) -> bool:
        """Whether a packet is of the time before the new film.

        What decoders of sound need to warm up lies before a film's start. MP4 can say so, and
        that a film begins within a packet; others cannot.
        """
        if kind != "audio" or (self._is_mp4 and self._base > 0):
            return begin < self._base and end <= self._base
        return begin < self._base and not self._is_mp4

    def _add(self, stream: Any, each: StreamInfo, container: Any) -> None:
        named = f"{each.kind} stream {each.index} ({each.codec or 'no codec'})"
        if each.kind in ("data", "unknown") or (each.kind == "video" and not each.is_cover):
            # The container makes a stream of the time code by itself.
            if "timecode" not in stream.metadata:
                self.notes.append(f"{named} is left out")
            return
        if each.kind == "attachment" and container.format.name != "matroska":
            self.notes.append(f"{named} is left out: {container.format.name} does not hold it")
            return
        try:
            out = container.add_stream_from_template(stream, opaque=True)
        except Exception as error:
            if not (isinstance(error, ValueError) or is_own_error(error)):
                raise
            self._encode(stream, each, container, named)
            return
        describe(stream, out)
        if each.kind != "attachment":
            self._sinks[each.index] = _Copy(out, self._base)

    def _encode(self, stream: Any, each: StreamInfo, container: Any, named: str) -> None:
        """A stream whose codec the container does not hold."""
        try:
            if each.kind == "audio":
                sink: _Sound | _Subtitles = _Sound(stream, container, self._base)
            elif each.kind == "subtitle" and each.codec in TEXT_CODECS:
                sink = _Subtitles(stream, container, self._base)
            else:
                self.notes.append(f"{named} is left out: {container.format.name} does not hold it")
                return
        except Exception as error:
            if not (isinstance(error, ValueError | LookupError) or is_own_error(error)):
                raise
            self.notes.append(f"{named} is left out: {reason(error)}")
            return
        describe(stream, sink.stream)
        self._sinks[each.index] = sink
        self.notes.append(f"{named} becomes {sink.codec}")


TEXT_CODECS = ("subrip", "srt", "mov_text", "ass", "ssa", "webvtt", "text")
TEXT_CODEC_OF = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt", "matroska": "ass"}


class _Copy:
    """Packets as they are, on the new clock."""

    def __init__(self, stream: Any, base: Fraction) -> None:
        self.stream, self._base = stream, base

    def take(self, packet: Any) -> Iterator[Any]:
        shift = round(self._base / Fraction(packet.time_base))
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        if packet.stream.type == "subtitle" and packet.pts is not None and packet.pts < 0:
            # A line that is shown already when the film begins.
            packet.duration = max(0, (packet.duration or 0) + packet.pts)
            packet.pts = packet.dts = 0
        packet.stream = self.stream
        yield packet

    def flush(self) -> Iterator[Any]:
        return iter(())


class _Sound:
    """Sound decoded and encoded with the container's usual codec."""

    def __init__(self, stream: Any, container: Any, base: Fraction) -> None:
        from av.audio.resampler import AudioResampler

        source = stream.codec_context
        self.codec = "libopus" if container.default_audio_codec == "opus" else "aac"
        source = stream.codec_context
        rate = 48_000 if self.codec == "libopus" else source.sample_rate

        def configure(context: Any) -> None:
            context.sample_rate, context.layout = rate, source.layout
            context.bit_rate = 96_000 * max(1, source.layout.nb_channels)
            context.open()

        self.stream = _add_encoded(container, self.codec, configure, rate=rate)
        context = self.stream.codec_context
        self._base = base
        self._resampler = AudioResampler(
            format=context.format, layout=context.layout, rate=rate, frame_size=context.frame_size
        )

    def take(self, packet: Any) -> Iterator[Any]:
        try:
            frames = packet.decode()
        except Exception as error:
            if not is_own_error(error):
                raise
            return
        for frame in frames:
            if frame.pts is not None:
                frame.pts -= round(self._base / Fraction(frame.time_base))
            yield from self._encoded(frame)

    def flush(self) -> Iterator[Any]:
        yield from self._encoded(None)
        yield from self.stream.encode(None)

    def _encoded(self, frame: Any) -> Iterator[Any]:
        for part in self._resampler.resample(frame):
            yield from self.stream.encode(part)


class _Subtitles:
    """Text encoded as the container keeps it."""

    def __init__(self, stream: Any, container: Any, base: Fraction) -> None:
        self.codec = TEXT_CODEC_OF[container.format.name]
        decoder = stream.codec_context
        decoder.open(strict=False)

        def configure(context: Any) -> None:
            context.subtitle_header = decoder.subtitle_header
            context.time_base = Fraction(1, 1000)
            context.open()

        self.stream = _add_encoded(container, self.codec, configure)
        self.stream.time_base = Fraction(1, 1000)
        self._base = base

    def take(self, packet: Any) -> Iterator[Any]:
        found = packet.stream.codec_context.decode2(packet)
        if found is None or not len(found):
            return
        tick = Fraction(packet.time_base)
        encoded = self.stream.codec_context.encode_subtitle(found)
        begin = packet.pts * tick - self._base
        end = begin + (packet.duration or 0) * tick
        encoded.time_base = Fraction(1, 1000)
        encoded.pts = encoded.dts = max(0, round(begin * 1000))
        encoded.duration = round(end * 1000) - encoded.pts
        encoded.stream = self.stream
        yield encoded

    def flush(self) -> Iterator[Any]:
        return iter(())


def _add_encoded(
    container: Any, codec: str, configure: Callable[[Any], None], **options: Any
) -> Any:
    """A stream with its encoder open; tried out first, as a stream cannot be taken back."""
    trial = import_av().CodecContext.create(codec, "w")
    if trial.type == "audio":
        trial.format = trial.codec.audio_formats[0]
    configure(trial)
    stream = container.add_stream(codec, **options)
    configure(stream.codec_context)
    return stream


def describe(source: Any, target: Any) -> None:
    """Give a stream the language, title and rank of another one."""
    target.metadata.update(
        {
            name: text
            for name, text in source.metadata.items()
            if name.lower() not in ("encoder", "rotate", "duration")
        }
    )
    target.disposition = source.disposition
