"""The work of an evaluation: paint what is not painted, measure what is not measured."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from impasto.errors import ImpastoError, OutputError
from impasto.evaluation.judge import Encoded, Judge, Size
from impasto.evaluation.ledger import Ledger, Measured
from impasto.evaluation.measures import format_measure
from impasto.evaluation.painting import (
    find_painting,
    open_style,
    paint,
    painting_path,
    request_for,
)
from impasto.evaluation.plan import EvaluationPlan, Task
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.render import RenderRequest
from impasto.stylizers.guidance_settings import picture_digest


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an evaluation.

    Attributes:
        measured: Every pair that is done, in the order of the plan.
        failures: Why a pair, by method, photograph and style, could not be painted.
        is_complete: Whether nothing is left to do: no cancellation came between.
    """

    measured: tuple[Measured, ...]
    failures: Mapping[tuple[str, str, str], str]
    is_complete: bool


def evaluate(
    plan: EvaluationPlan,
    folder: Path,
    judge: Judge,
    *,
    judge_name: str,
    device: str = "auto",
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Outcome:
    """Paint and measure all pairs of a plan.

    What is in the folder already is not painted or measured again. A pair that fails does not
    stop the others.

    Args:
        plan: What to paint.
        folder: Where paintings and measures are kept; it must exist.
        judge: What measures.
        judge_name: What tells this judge from others; measures of others are not taken.
        device: Where methods run, as for :func:`~impasto.device.choose_device`.
        on_progress: Told after every pair.
        cancellation: Ends the work; the pairs that are done are kept.

    Raises:
        OutputError: if the folder cannot be written.
    """
    stop = cancellation or Cancellation()
    tasks = list(plan.tasks())
    work = _Work(plan, folder, judge, judge_name, device, stop)
    clock = _Clock(tasks, on_progress)
    measured, failures = [], {}
    for task in tasks:
        if stop.is_cancelled:
            break
        began = time.perf_counter()
        try:
            entry = work.do(task)
        except OutputError:
            raise
        except ImpastoError as error:
            failures[task.key] = str(error)
        else:
            if entry is None:
                break
            measured.append(entry)
        clock.tick(task, time.perf_counter() - began)
    return Outcome(
        measured=tuple(measured),
        failures=failures,
        is_complete=len(measured) + len(failures) == len(tasks),
    )


class _Work:
    """Does one task after the other."""

    def __init__(
        self,
        plan: EvaluationPlan,
        folder: Path,
        judge: Judge,
        judge_name: str,
        device: str,
        cancellation: Cancellation,
    ) -> None:
        self._plan, self._folder, self._judge = plan, folder, judge
        self._judge_name, self._device, self._cancellation = judge_name, device, cancellation
        self._ledger = Ledger(folder, judge_name)
        self._photo: tuple[str, Size, Encoded] | None = None

    def do(self, task: Task) -> Measured | None:
        """A pair painted and measured; ``None`` where it was interrupted."""
        request = request_for(self._plan, task)
        path = painting_path(self._folder, task)
        record = find_painting(path, request)
        if record is None:
            result = paint(request, task, self._device, self._cancellation)
            if self._cancellation.is_cancelled and result.reason == "cancelled":
                return None
            _make_folder(path.parent)
            result.save(path)
            painting, checksum = result.picture, str(result.record["result_sha256"])
            duration_s = result.duration_s
        else:
            checksum = str(record.settings.get("result_sha256"))
            known = self._ledger.find(task.key, checksum)
            if known is not None:
                return known
            painting, duration_s = open_image(path), self._ledger.duration_s(task.key)
        return self._ledger.add(
            Measured(
                method=task.method.name,
                content=task.content.name,
                style=task.style.name,
                painting=checksum,
                judge=self._judge_name,
                measures=self._measures(request, task, painting),
                duration_s=round(duration_s, 4),
            )
        )

    def _measures(self, request: RenderRequest, task: Task, painting: Picture) -> dict[str, float]:
        assert request.size is not None
        checksum = picture_digest(request.content)
        if self._photo is None or self._photo[:2] != (checksum, request.size):
            photo = self._judge.encode_content(request.content, request.size)
            self._photo = (checksum, request.size, photo)
        style = self._judge.encode_style(open_style(task.style.look), request.size)
        found = self._judge.measure(painting, self._photo[2], style)
        return {name: format_measure(value) for name, value in found.items()}


class _Clock:
    """Tells progress; the time left is what each method has taken a pair so far."""

    def __init__(self, tasks: list[Task], on_progress: ProgressCallback | None) -> None:
        self._on_progress, self._watch = on_progress, Stopwatch()
        self._total, self._done = len(tasks), 0
        self._left: dict[str, int] = {}
        for task in tasks:
            self._left[task.method.name] = self._left.get(task.method.name, 0) + 1
        self._spent: dict[str, list[float]] = {}

    def tick(self, task: Task, duration_s: float) -> None:
        self._done += 1
        self._left[task.method.name] -= 1
        self._spent.setdefault(task.method.name, []).append(duration_s)
        if self._on_progress is None:
            return
        self._on_progress(
            ProgressEvent(
                stage=task.words,
                step=self._done,
                total=self._total,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._remaining_s(),
            )
        )

    def _remaining_s(self) -> float | None:
        """``None`` until every method that is left has painted a pair."""
        if any(count and name not in self._spent for name, count in self._left.items()):
            return None
        return sum(
            count * sum(self._spent[name][-20:]) / len(self._spent[name][-20:])
            for name, count in self._left.items()
            if count
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder to write into, but: {error}.") from error
