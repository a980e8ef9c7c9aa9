"""Painting the photographs of a batch: what happens in each process of a pool."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from impasto.batch import storage
from impasto.batch.job import PhotoJob
from impasto.batch.opened_recipe import OpenedRecipe, open_recipe
from impasto.batch.recipe import read_recipe
from impasto.batch.work import ATTEMPTS, Run, State, Task, TaskResult
from impasto.errors import (
    CancelledError,
    DeviceError,
    ImageSizeError,
    ImpastoError,
    JobError,
    MissingPackageError,
    OptionError,
    ShapeError,
    UnknownNameError,
)
from impasto.image.codec import encode_image, open_header, open_image
from impasto.pipeline import FileOutcome, FileSteps, render_files
from impasto.progress import Cancellation
from impasto.render import RenderResult, device_for, render
from impasto.stylizers.catalog import get_method
from impasto.stylizers.options import with_threads

if TYPE_CHECKING:
    from impasto.stylizers.request import RenderRequest

DIGEST = "job_sha256"
"""The setting in a result that tells whether painting it again would give the same."""

FINAL = (
    DeviceError,
    ImageSizeError,
    MissingPackageError,
    OptionError,
    ShapeError,
    UnknownNameError,
)
"""Errors that trying again does not mend."""

OPEN_RECIPES = 8
PAUSE_S = 0.2
"""Before another attempt at what a network has to bring, and twice as long before the next."""

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


@dataclass(frozen=True, kw_only=True)
class PaintPhotos:
    """The work of a batch of photographs.

    Attributes:
        tag: Of the run, in the names of files that are not complete.
        started_s: When the run began, in seconds since 1970.
        threads: Processor threads of one process, where a recipe does not say; ``None`` for
            all cores.
        device: As :func:`~impasto.render.device_for` takes it.
        overwrite: Paint also what is done.
    """

    tag: str
    started_s: float
    threads: int | None = None
    device: str = "auto"
    overwrite: bool = False

    def open(self, cancellation: Cancellation) -> Run:
        """What paints the photographs of tasks, jobs as JSON."""
        if self.threads is not None:
            os.environ.setdefault("OMP_NUM_THREADS", str(self.threads))
        return _Painter(self, cancellation)


class _Painter:
    def __init__(self, work: PaintPhotos, cancellation: Cancellation) -> None:
        self._work, self._stop = work, cancellation
        self._recipe = lru_cache(maxsize=OPEN_RECIPES)(self._open_recipe)

    def __call__(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        pending = [_Numbered(task.number, PhotoJob.from_json(task.text)) for task in tasks]
        for attempt in range(1, ATTEMPTS + 1):
            again = []
            for outcome in self._outcomes(pending):
                if _is_worth_trying(outcome.error) and attempt < ATTEMPTS:
                    again.append(outcome.job)
                else:
                    yield self._result(outcome, attempt)
            pending = again
            if not pending or self._stop.is_cancelled:
                break
            if any(storage.is_uri(each.job.content) for each in pending):
                time.sleep(PAUSE_S * 2 ** (attempt - 1))

    def _outcomes(self, jobs: Sequence[_Numbered]) -> Iterator[FileOutcome[_Numbered]]:
        steps = FileSteps(
            read=_caught(self._read), paint=_caught(self._paint), write=_caught(self._write)
        )
        return render_files(jobs, steps, cancellation=self._stop)

    def _result(self, outcome: FileOutcome[_Numbered], attempts: int) -> TaskResult:
        number, state, error = outcome.job.number, "done", ""
        if isinstance(outcome.error, CancelledError):
            state = "undone"
        elif outcome.error is not None:
            state = "failed"
            error = f"{type(outcome.error).__name__}: {' '.join(str(outcome.error).splitlines())}"
        elif outcome.result is None and not self._is_of_this_run(outcome.job.job):
            state = "skipped"
        return TaskResult(number=number, state=cast("State", state), error=error, attempts=attempts)

    def _is_of_this_run(self, job: PhotoJob) -> bool:
        """Whether a process that died has done a job before it could say so."""
        return (storage.modified_s(job.output) or 0.0) >= self._work.started_s

    def _open_recipe(self, words: str) -> OpenedRecipe:
        recipe = read_recipe(json.loads(words))
        options = with_threads(recipe.options, self._work.threads)
        return open_recipe(replace(recipe, options=options))

    def _read(self, numbered: _Numbered) -> tuple[OpenedRecipe, RenderRequest] | None:
        job = numbered.job
        recipe = self._recipe(json.dumps(job.words, sort_keys=True))
        if not self._work.overwrite and self._is_done(job, recipe):
            return None
        source = storage.image_source(job.content)
        photo = open_image(source, max_pixels=recipe.recipe.max_pixels)
        return recipe, recipe.request(photo)

    def _paint(self, opened: tuple[OpenedRecipe, RenderRequest]) -> RenderResult:
        recipe, request = opened
        device = device_for(get_method(request.method), self._work.device, recipe.recipe.precision)
        result = render(request, device=device, cancellation=self._stop)
        if result.reason == "cancelled":
            raise CancelledError("interrupted before it was finished.")
        return replace(result, settings={**result.settings, DIGEST: recipe.digest})

    def _write(self, numbered: _Numbered, result: RenderResult) -> None:
        job = numbered.job
        recipe = self._recipe(json.dumps(job.words, sort_keys=True)).recipe
        content = encode_image(
            result.picture,
            job.output,
            quality=recipe.quality,
            keep_profile=recipe.keep_profile,
            image_text={"impasto": json.dumps(result.settings)},
        )
        storage.write(job.output, content, tag=self._work.tag)

    def _is_done(self, job: PhotoJob, recipe: OpenedRecipe) -> bool:
        written_s = storage.modified_s(job.output)
        if written_s is None:
            return False
        return written_s >= (storage.modified_s(job.content) or 0.0) and (
            _settings_in(job.output).get(DIGEST) == recipe.digest
        )


@dataclass(frozen=True)
class _Numbered:
    """A job and the number of its task."""

    number: int
    job: PhotoJob

    @property
    def name(self) -> str:
        """The photograph's, without its folder."""
        return self.job.name


def _caught(step: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """A step whose every error is one of Impasto: a job never stops the rest."""

    def call(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        try:
            return step(*args, **kwargs)
        except ImpastoError:
            raise
        except Exception as error:
            raise JobError(f"{type(error).__name__}: {error}") from error

    return call


def _is_worth_trying(error: ImpastoError | None) -> bool:
    """Whether a failed job may succeed the next time."""
    return error is not None and not isinstance(error, (*FINAL, CancelledError))


def _settings_in(place: str) -> Mapping[str, Any]:
    """The settings in a result; empty where the file is none."""
    try:
        found = json.loads(open_header(storage.image_source(place)).metadata.text["impasto"])
    except (ImpastoError, LookupError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
