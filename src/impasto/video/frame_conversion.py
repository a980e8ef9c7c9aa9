"""Decoded frames to upright 8-bit RGB: colour, range, interlacing, size, rotation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from impasto.video.av_library import import_av
from impasto.video.probing import frame_color
from impasto.video.tone_mapping import write_tone_map
from impasto.video.video_info import VideoInfo

Size = tuple[int, int]

EXACT_BICUBIC = 0x4 | 0x2000 | 0x40000
"""FFmpeg's bicubic with full chroma and exact rounding; its quick way is darker by a level."""


@dataclass(frozen=True, kw_only=True)
class Converted:
    """A converted frame: (H, W, 3) uint8, and its times in ticks, as FFmpeg has them."""

    pixels: Any
    pts: int | None
    duration: int


class FrameConverter:
    """Converts the frames of one film, in order.

    Plain frames take the short way through FFmpeg's scaler. Interlaced ones and those of high
    dynamic range go through a graph of its filters, which is built anew whenever the frames
    change their kind in the middle of a film.

    Args:
        info: Of the film.
        size: (H, W) of the upright result; ``None`` for the film's own.
    """

    def __init__(self, info: VideoInfo, size: Size | None = None) -> None:
        self._info, self._size = info, size or info.size
        self._graph: _Graph | None = None
        self._deinterlaces = info.is_interlaced

    def convert(self, frame: Any) -> Iterator[Converted]:
        """Take a decoded frame, and give those that are ready; none while a filter waits.

        Args:
            frame: A frame of PyAV. Its colour space is filled in.
        """
        color = frame_color(frame)
        frame.colorspace = color.matrix
        self._deinterlaces = self._deinterlaces or frame.interlaced_frame
        if not (self._deinterlaces or color.is_hdr):
            yield from self.flush()
            yield self._finished(frame)
            return
        kind = (frame.format.name, frame.width, frame.height, color, self._deinterlaces)
        if self._graph is None or self._graph.kind != kind:
            yield from self.flush()
            self._graph = _Graph(kind, frame, self._info.time_base, is_hdr=color.is_hdr)
        yield from map(self._finished, self._graph.push(frame))

    def flush(self) -> Iterator[Converted]:
        """The frames that a filter still holds."""
        graph, self._graph = self._graph, None
        if graph is not None:
            yield from map(self._finished, graph.push(None))

    def _finished(self, frame: Any) -> Converted:
        height, width = self._info.turn.size(self._size)
        pixels = frame.to_ndarray(
            format="rgb24", width=width, height=height, interpolation=EXACT_BICUBIC
        )
        # Filters have ticks of their own.
        scale = Fraction(frame.time_base or self._info.time_base) / self._info.time_base
        return Converted(
            pixels=self._info.turn.apply(pixels),
            pts=None if frame.pts is None else round(frame.pts * scale),
            duration=round(frame.duration * scale),
        )


class _Graph:
    """A chain of FFmpeg's filters for frames of one kind."""

    def __init__(self, kind: Any, frame: Any, time_base: Fraction, *, is_hdr: bool) -> None:
        av = import_av()
        self.kind = kind
        self._av, self._graph = av, av.filter.Graph()
        source = self._graph.add(
            "buffer",
            f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
            f":time_base={time_base.numerator}/{time_base.denominator}"
            f":colorspace={int(frame.colorspace)}:range={int(frame.color_range)}",
        )
        nodes = [source]
        if kind[-1]:
            nodes.append(self._graph.add("bwdif", mode="send_frame", deint="interlaced"))
        tone_map = None
        if is_hdr:
            tone_map = write_tone_map(frame)
            nodes.append(self._graph.add("format", pix_fmts="gbrp16le"))
            nodes.append(self._graph.add("lut3d", file=str(tone_map), interp="tetrahedral"))
        nodes.append(self._graph.add("buffersink"))
        try:
            self._graph.link_nodes(*nodes).configure()
        finally:
            if tone_map is not None:
                tone_map.unlink(missing_ok=True)

    def push(self, frame: Any) -> Iterator[Any]:
        self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (BlockingIOError, EOFError):
                return
            yield ready
