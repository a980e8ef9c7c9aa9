"""A film in, a painted film out: the one way there, and on from where it was left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.video.film_record import film_record
from impasto.video.joining import join_segments
from impasto.video.plan import VideoPlan, VideoRequest, plan_video
from impasto.video.segment_styling import style_segments
from impasto.video.video_info import VideoInfo
from impasto.video.work_folder import WorkFolder

if TYPE_CHECKING:
    from impasto.device import DeviceChoice


@dataclass(frozen=True, kw_only=True)
class VideoResult:
    """A painted film.

    Attributes:
        path: The film.
        frames: How many it has.
        painted: How many of them were painted this time and not before.
        duration: Seconds of film.
        elapsed_s: Seconds of work.
        stability: ``off``, ``trained`` or ``flow``.
        notes: What was changed, left out or broken, for people.
        is_complete: Whether the work was not stopped before its end.
    """

    path: Path
    frames: int
    painted: int
    duration: Fraction
    elapsed_s: float
    stability: str
    notes: tuple[str, ...]
    is_complete: bool


def stylize_video(
    request: VideoRequest,
    output: Path,
    *,
    device: DeviceChoice | None = None,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
    on_plan: Callable[[VideoPlan], object] = lambda _: None,
) -> VideoResult:
    """Paint a film, keeping its timing, size, sound, subtitles, chapters and facts.

    Work that ends early, however it does, is gone on with when the same is asked again: the
    segments that were finished lie in a hidden folder beside the output.

    Args:
        request: What is asked.
        output: The film to make; its ending names the container.
        device: Where the painter runs; ``None`` to choose.
        on_progress: Told of every frame.
        cancellation: Ends the work; what is painted becomes a film that plays.
        on_plan: Told of the plan before the work begins.

    Raises:
        ImpastoError: if the film cannot be read, painted or written.
    """
    watch, stop = Stopwatch(), cancellation or Cancellation()
    plan = plan_video(request, output)
    on_plan(plan)
    settings = plan.settings()
    work = WorkFolder(output, settings)
    try:
        done = work.finished(plan.segments)
        before = sum(len(segment.times) for segment in done)
        left = plan.segments[len(done) :]
        problems = list(done[-1].problems) if done else []
        if left:
            painter = plan.painter(device=device)
            painter.restore(work.state_after(len(done) - 1))
            report = _Report(plan.frames, before, on_progress)
            done += style_segments(
                plan.job,
                left,
                painter,
                work,
                first_index=before,
                on_frame=report,
                cancellation=stop,
            )
        is_complete = len(done) == len(plan.segments) and not done[-1].is_partial
        joined = join_segments(
            plan.job,
            done,
            output,
            record=film_record(settings),
            start=request.start,
            end=request.end if is_complete else _film_time(plan.job.info, done[-1].end),
        )
        if is_complete:
            work.remove()
    finally:
        work.release()
    problems += done[-1].problems
    return VideoResult(
        path=output,
        frames=joined.frames,
        painted=joined.frames - before,
        duration=joined.duration,
        elapsed_s=watch.elapsed_s,
        stability=plan.stability,
        notes=tuple(dict.fromkeys((*joined.notes, *problems))),
        is_complete=is_complete,
    )


class _Report:
    """Counts frames and tells how many come in a second, and how long the rest will take."""

    def __init__(
        self, total: int | None, before: int, on_progress: ProgressCallback | None
    ) -> None:
        self._total, self._before, self._on_progress = total, before, on_progress
        self._painted = 0
        self._watch = Stopwatch()

    def __call__(self) -> None:
        self._painted += 1
        if self._on_progress is None:
            return
        step = self._before + self._painted
        total = max(step, self._total or 0)
        rate = self._painted / max(1e-9, self._watch.elapsed_s)
        left = self._watch.remaining_s(self._painted, total - self._before)
        self._on_progress(
            ProgressEvent(
                stage=f"{rate:.1f} fps",
                step=step,
                total=total,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=left if self._total else None,
            )
        )


def _film_time(info: VideoInfo, ticks: int) -> Fraction:
    return ticks * info.time_base - max(Fraction(0), info.start)
