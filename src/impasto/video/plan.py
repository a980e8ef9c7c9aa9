"""What is asked for a film, and what follows from the film and the place of the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import OutputError, VideoFormatError
from impasto.image.destination import check_destination
from impasto.image.resize import fit_size
from impasto.sources import resolve_size
from impasto.stylizers.catalog import get_method
from impasto.stylizers.guidance_settings import networks_settings, use_settings
from impasto.version import __version__
from impasto.video.av_library import import_av
from impasto.video.encoding import EncodingOptions, container_for
from impasto.video.frame_painter import FramePainter
from impasto.video.optimized_films import OptimizedFilmPainter
from impasto.video.painters import FrameMasks, FrameStyle, frame_painter
from impasto.video.probing import probe_video
from impasto.video.reader import VideoReader
from impasto.video.segment_styling import SegmentJob
from impasto.video.segments import SEGMENT_S, Segment, plan_segments
from impasto.video.stability import FlowPainter, choose_stability, stable_style
from impasto.video.writer import VideoWriter

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.video.frame import Pixels

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class VideoRequest:
    """What is asked for a film.

    Attributes:
        path: The film.
        style: Styles, controls and method, for every frame.
        stability: One of :data:`~impasto.video.stability.STABILITIES`.
        size: Longest side, or (H, W), upright; ``None`` for the film's own. The other side
            is rounded to an even one.
        start: Seconds of the film at which to begin; ``None`` for its start.
        end: Seconds at which to end; ``None`` for its end.
        encoding: Codec, quality and speed.
        masks: Makes the masks that change from frame to frame, for frames of a size; ``None``
            where there are none.
        mask_names: What tells these masks from others, in settings.
        segment_s: Seconds of film after which what is painted is kept for good.
    """

    path: Path
    style: FrameStyle
    stability: str = "auto"
    size: int | Size | None = None
    start: Fraction | None = None
    end: Fraction | None = None
    encoding: EncodingOptions = field(default_factory=EncodingOptions)
    masks: Callable[[Size], FrameMasks] | None = None
    mask_names: tuple[str, ...] = ()
    segment_s: Fraction = SEGMENT_S


@dataclass(frozen=True, kw_only=True, eq=False)
class VideoPlan:
    """A request, with all that follows from the film and the place of the result.

    Attributes:
        request: The request.
        job: What is done to each segment.
        segments: Where the film is cut.
        style: What is painted: the request's, or its stable twin.
        stability: ``off``, ``trained`` or ``flow``.
        warnings: What is not kept as it was, for people.
    """

    request: VideoRequest
    job: SegmentJob
    segments: tuple[Segment, ...]
    style: FrameStyle
    stability: str
    warnings: tuple[str, ...]

    def painter(self, *, device: DeviceChoice | None = None) -> FramePainter:
        """A painter of the film's frames that remembers nothing yet."""
        masks = self.request.masks(self.job.size) if self.request.masks is not None else None
        if self.stability == "flow" and get_method(self.style.method).kind == "optimized":
            return OptimizedFilmPainter(self.style, device=device, masks=masks)
        painter = frame_painter(self.style, device=device, masks=masks)
        return FlowPainter(painter) if self.stability == "flow" else painter

    @property
    def frames(self) -> int | None:
        """About how many frames there will be; ``None`` where nothing is known."""
        info, request = self.job.info, self.request
        if info.frames is None or info.duration is None:
            return info.frames
        begin = request.start or Fraction(0)
        end = min(request.end or info.duration, info.duration)
        return max(1, round(info.frames * (end - begin) / info.duration))

    def settings(self) -> dict[str, Any]:
        """All that decides the result, as plain JSON values."""
        request, path = self.request, self.request.path.resolve()
        status = path.stat()
        options = self.style.options or get_method(self.style.method).options()
        return {
            "impasto": __version__,
            "av": import_av().__version__,
            "film": [str(path), status.st_size, status.st_mtime_ns],
            "method": self.style.method,
            "options": asdict(options),
            "controls": self.style.controls.given(),
            "styles": [use_settings(use) for use in self.style.uses],
            **networks_settings(options),
            "stability": self.stability,
            "masks": list(request.mask_names),
            "size": list(self.job.size),
            "encoding": asdict(self.job.encoding),
            "segments": [[segment.start, segment.end] for segment in self.segments],
        }


def plan_video(
    request: VideoRequest, output: Path, *, cuts: tuple[Fraction, ...] | None = None
) -> VideoPlan:
    """Look at a film and settle how it will be painted; nothing is written.

    Args:
        request: What is asked.
        output: The film to make; its ending names the container.
        cuts: Seconds at which segments begin, besides the first; ``None`` for every few.

    Raises:
        ImpastoError: if the film cannot be read or the result not be made.
    """
    container, info = container_for(output), probe_video(request.path)
    check_destination(output)
    if output.resolve() == request.path.resolve():
        raise OutputError(f"{output}: is the film itself; choose another name.")
    stability = choose_stability(request.style, request.stability)
    own = request.encoding.codec_for(container)
    job = SegmentJob(
        info=info,
        size=_size(request.size, info.size),
        encoding=replace(request.encoding, codec=own.name),
    )
    _try_out(job, output)
    segments = plan_segments(
        info, start=request.start, end=request.end, cuts=cuts, length_s=request.segment_s
    )
    warnings = list(info.warnings)
    if own.odd_pixel_format and any(side % 2 for side in job.size):
        warnings.append(
            f"the odd size {job.size[1]} x {job.size[0]} is kept with full colour (4:4:4), which "
            "not every player shows; --codec av1 or an even --size plays everywhere"
        )
    return VideoPlan(
        request=request,
        job=job,
        segments=segments,
        style=stable_style(request.style) if stability == "trained" else request.style,
        stability=stability,
        warnings=tuple(warnings),
    )


def first_frame(request: VideoRequest) -> Pixels:
    """The first frame that will be painted, (H, W, 3) uint8, at the result's size.

    Raises:
        ImpastoError: if the film cannot be read, or there is none.
    """
    info = probe_video(request.path)
    segments = plan_segments(info, start=request.start, end=request.end)
    with VideoReader(request.path, size=_size(request.size, info.size), info=info) as reader:
        for frame in reader.frames(segments[0].start):
            return frame.pixels
    raise VideoFormatError(f"{request.path}: expected a frame after --start, got none.")


def _size(asked: int | Size | None, own: Size) -> Size:
    """The result's size; a longest side that is asked for gets an even one beside it."""
    if not isinstance(asked, int):
        return resolve_size(asked, own)
    height, width = fit_size(own, asked)
    if max(own) == asked:
        return own
    resolve_size(asked, own)
    if height >= width:
        return height, max(2, 2 * round(own[1] * height / own[0] / 2))
    return max(2, 2 * round(own[0] * width / own[1] / 2)), width


def _try_out(job: SegmentJob, output: Path) -> None:
    """Open the encoder in the container, to find out what they refuse before the work."""
    VideoWriter(
        output,
        job.size,
        frame_rate=job.frame_rate,
        time_base=job.info.time_base,
        encoding=job.encoding,
        color=job.info.color,
        pixel_shape=job.info.pixel_shape,
    ).abort()
