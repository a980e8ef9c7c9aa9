"""A film painted in parts, each a task of a pool, and joined with its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from impasto.batch.film_cuts import PART_S, FilmParts, find_parts
from impasto.batch.work import ATTEMPTS, Pool, Run, Task, TaskResult
from impasto.errors import CancelledError, ImpastoError, JobError, OptionError
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.render import device_for
from impasto.stylizers.catalog import get_method
from impasto.stylizers.options import with_threads
from impasto.video.film_record import film_record
from impasto.video.joining import join_segments
from impasto.video.pipeline import VideoResult
from impasto.video.plan import VideoPlan, VideoRequest, plan_video
from impasto.video.region_masks import FollowedMasks
from impasto.video.segment_styling import style_segments
from impasto.video.work_folder import SegmentFolder, WorkFolder


@dataclass(frozen=True, kw_only=True, eq=False)
class PaintParts:
    """The work of a film.

    Attributes:
        plan: What is painted; its segments are the parts.
        first_frames: Number of the first frame of each.
        folder: Where parts are kept until they are joined; the same for all processes.
        device: As :func:`~impasto.render.device_for` takes it.
        threads: Processor threads of one process, unless the options say; ``None`` for all.
    """

    plan: VideoPlan
    first_frames: tuple[int, ...]
    folder: Path
    device: str = "auto"
    threads: int | None = None

    def open(self, cancellation: Cancellation) -> Run:
        """What paints the parts of tasks."""

        def run(tasks: Sequence[Task]) -> Iterator[TaskResult]:
            for task in tasks:
                yield self._result(task.number, cancellation)

        return run

    def _result(self, number: int, cancellation: Cancellation) -> TaskResult:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._paint(number, cancellation)
                return TaskResult(number=number, state="done", attempts=attempt)
            except CancelledError:
                break
            except ImpastoError as error:
                words = f"{type(error).__name__}: {error}"
                if attempt == ATTEMPTS or isinstance(error, OptionError):
                    return TaskResult(number=number, state="failed", error=words, attempts=attempt)
        return TaskResult(number=number, state="undone")

    def _paint(self, number: int, cancellation: Cancellation) -> None:
        segment, kept = self.plan.segments[number], SegmentFolder(self.folder)
        if kept.finished([segment]):
            return
        style = self.plan.style
        options = with_threads(style.options or get_method(style.method).options(), self.threads)
        plan = replace(self.plan, style=replace(style, options=options))
        (styled,) = style_segments(
            plan.job,
            [segment],
            plan.painter(device=device_for(get_method(style.method), self.device)),
            kept,
            first_index=self.first_frames[number],
            cancellation=cancellation,
        )
        if styled.is_partial:
            raise CancelledError("interrupted before it was finished.")


def stylize_film(
    request: VideoRequest,
    output: Path,
    pool: Pool,
    *,
    threads: int | None = None,
    device: str = "auto",
    part_s: Fraction = PART_S,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
    on_plan: Callable[[VideoPlan], object] = lambda _: None,
) -> VideoResult:
    """Paint a film in parts, several at a time, as if it had been painted in one go.

    Parts that are finished lie in a hidden folder beside the output, which all processes of
    the pool have to reach; the same command goes on with them.

    Args:
        request: What is asked.
        output: The film to make.
        pool: Who paints.
        threads: Processor threads of each process.
        device: Where painters run.
        part_s: Seconds of film that a part has at least.
        on_progress: Told of the frames of every part that is finished.
        cancellation: Ends the work; the finished parts from the start become a film.
        on_plan: Told of the plan before the work begins.

    Raises:
        OptionError: if masks follow what they cover, which needs the film from its start.
        JobError: if a part cannot be painted; the others are kept.
        ImpastoError: if the film cannot be read or written.
    """
    if isinstance(request.masks, FollowedMasks):
        raise OptionError(
            "--follow-mask: masks that follow need the film from its start and cannot be "
            "distributed; leave out one of --follow-mask and --distributed."
        )
    watch, stop = Stopwatch(), cancellation or Cancellation()
    plan, parts = _plan(request, output, part_s, stop)
    on_plan(plan)
    settings = plan.settings()
    work = WorkFolder(output, settings)
    try:
        before = sum(len(each.times) for each in work.finished(plan.segments))
        paint = PaintParts(
            plan=plan,
            first_frames=parts.first_frames,
            folder=work.path,
            device=device,
            threads=threads,
        )
        report, failures = _Report(parts, watch, on_progress), []
        tasks = ([Task(number=each.number, text="")] for each in plan.segments)
        for result in pool.run(paint, tasks, stop):
            if result.state == "failed":
                failures.append(result)
            elif result.state == "done":
                report(result.number)
        if failures:
            raise JobError(_message(plan, failures[0], len(failures)))
        done = work.finished(plan.segments)
        is_complete = len(done) == len(plan.segments)
        if not done:
            raise CancelledError("interrupted before a part of the film was finished.")
        joined = join_segments(
            plan.job,
            done,
            output,
            record=film_record(settings),
            start=request.start,
            end=request.end if is_complete else parts.cuts[len(done) - 1],
        )
        if is_complete:
            work.remove()
    finally:
        work.release()
    return VideoResult(
        path=output,
        frames=joined.frames,
        painted=joined.frames - before,
        duration=joined.duration,
        elapsed_s=watch.elapsed_s,
        stability=plan.stability,
        notes=tuple(dict.fromkeys((*joined.notes, *(p for each in done for p in each.problems)))),
        is_complete=is_complete,
    )


def _plan(
    request: VideoRequest, output: Path, part_s: Fraction, stop: Cancellation
) -> tuple[VideoPlan, FilmParts]:
    whole = plan_video(request, output, cuts=())
    parts = find_parts(
        whole.job.info,
        whole.job.size,
        start=request.start,
        end=request.end,
        only_at_scenes=whole.stability == "flow",
        part_s=part_s,
        cancellation=stop,
    )
    if stop.is_cancelled:
        raise CancelledError("interrupted before the film was cut into parts.")
    return plan_video(request, output, cuts=parts.cuts), parts


def _message(plan: VideoPlan, first: TaskResult, count: int) -> str:
    info, segment = plan.job.info, plan.segments[first.number]
    begin = float(segment.start * info.time_base - info.start)
    return (
        f"{info.path}: {count} of {len(plan.segments)} parts could not be painted; the first, from "
        f"{max(0.0, begin):.1f} s on: {first.error} The others are kept; run the command again."
    )


class _Report:
    """Counts the frames of finished parts."""

    def __init__(
        self, parts: FilmParts, watch: Stopwatch, on_progress: ProgressCallback | None
    ) -> None:
        self._parts, self._watch, self._on_progress = parts, watch, on_progress
        self._begun_s, self._frames = watch.elapsed_s, 0

    def __call__(self, number: int) -> None:
        self._frames += self._parts.frames_of(number)
        if self._on_progress is None:
            return
        spent_s = self._watch.elapsed_s - self._begun_s
        rate = self._frames / max(1e-9, spent_s)
        self._on_progress(
            ProgressEvent(
                stage=f"{rate:.1f} fps",
                step=self._frames,
                total=self._parts.frames,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=(self._parts.frames - self._frames) / max(1e-9, rate),
            )
        )
