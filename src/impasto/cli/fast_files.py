"""Files through the feed-forward methods: the part of ``impasto stylize`` without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.cli.console import cancel_on_interrupt, late_progress_bar
from impasto.cli.files import FilePlan, open_photo, save_matches
from impasto.cli.outcomes import Outcomes
from impasto.image.codec import open_header
from impasto.image.color_profile import srgb_profile
from impasto.image.picture import Picture
from impasto.pipeline import FileJob, FileSteps, is_done, render_files
from impasto.render import render
from impasto.sources import resolve_size
from impasto.stylizers.catalog import get_method
from impasto.stylizers.fast import shared_engine
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.feature_engines import shared_feature_engine
from impasto.stylizers.guidance_settings import networks_settings, use_settings
from impasto.stylizers.options import ArbitraryOptions, FastOptions

if TYPE_CHECKING:
    from impasto.cli.guidance_flags import GuidancePlan
    from impasto.device import DeviceChoice
    from impasto.progress import ProgressCallback
    from impasto.render import RenderResult
    from impasto.stylizers.options import MethodOptions


def stylize_fast(
    jobs: Sequence[FileJob],
    guidance: GuidancePlan,
    options: MethodOptions,
    plan: FilePlan,
    *,
    method: str = "fast",
    device: DeviceChoice | None,
    overwrite: bool,
    matches: Path | None = None,
    json: bool,
) -> None:
    """Paint photographs with a trained network; reading and writing overlap with painting.

    Of several photographs, those whose file is there, newer and made with the same settings
    are left out. One that fails does not stop the others.

    Args:
        jobs: Photographs and where their results go.
        guidance: The styles, their masks, and what steers the picture.
        options: Those of the method: engine, and what else it has.
        plan: How photographs are opened and results saved.
        method: A feed-forward one.
        device: A GPU, if one was asked for.
        overwrite: Paint also what is done.
        matches: Write what regions of the only photograph were matched with as this figure.
        json: Print JSON.

    Raises:
        ImpastoError: if nothing can be painted, or the only photograph cannot.
        typer.Exit: with 130 if interrupted, or 1 if one of several photographs failed.
    """
    if plan.size is not None:
        resolve_size(plan.size, (plan.size, plan.size))
    skips = len(jobs) > 1 and not overwrite and not guidance.depends_on_photo
    settings: dict[str, Any] = {}
    if skips:
        settings = _settings(guidance, options, method)
    outcomes = Outcomes(len(jobs), json=json)

    def read(job: FileJob) -> Picture | None:
        if skips and _is_done(job, settings, plan):
            return None
        return open_photo(job.photo, job.output, plan)

    def prepare() -> None:
        _open_engines(guidance, options, device)

    with cancel_on_interrupt() as cancellation, late_progress_bar(guidance.label) as show:

        def paint(content: Picture) -> RenderResult:
            request = guidance.request(
                content,
                method=get_method(method).name,
                options=options,
                size=resolve_size(plan.size, content.size),
            )
            tiles: ProgressCallback | None = show if len(jobs) == 1 else None
            return render(request, device=device, on_progress=tiles, cancellation=cancellation)

        def write(job: FileJob, result: RenderResult) -> None:
            result.save(job.output, quality=plan.quality, keep_profile=plan.keep_profile)
            save_matches(result, matches)

        steps = FileSteps(read=read, paint=paint, write=write, prepare=prepare)
        files: ProgressCallback | None = show if len(jobs) > 1 else None
        for outcome in render_files(jobs, steps, on_progress=files, cancellation=cancellation):
            if outcome.error is not None:
                outcomes.failed(outcome.job, outcome.error)
            elif outcome.result is None:
                outcomes.skipped(outcome.job)
            else:
                outcomes.painted(outcome.job, outcome.result)
    outcomes.finish(cancelled=cancellation.is_cancelled)


def _open_engines(
    guidance: GuidancePlan, options: MethodOptions, device: DeviceChoice | None
) -> None:
    """Open what will paint, so that it is not done while a photograph waits."""
    if isinstance(options, ArbitraryOptions):
        if guidance.controls.strength > 0:
            shared_feature_engine(options, device)
    elif isinstance(options, FastOptions) and options.strength > 0:
        for use in guidance.uses:
            if isinstance(use.style, FastStyle):
                shared_engine(use.style.network, options, device)


def _settings(guidance: GuidancePlan, options: MethodOptions, method: str) -> dict[str, Any]:
    """The settings in a file that tell whether it is what painting again would give."""
    return {
        "method": method,
        "options": asdict(options),
        "controls": guidance.controls.given(),
        "styles": [use_settings(use) for use in guidance.settled_uses()],
        **networks_settings(options),
    }


def _is_done(job: FileJob, settings: dict[str, Any], plan: FilePlan) -> bool:
    """Whether a job's file is what painting it again would give."""
    if not job.output.is_file():
        return False
    header = open_header(job.photo)
    size = list(resolve_size(plan.size, header.size))
    if not is_done(job, {**settings, "size": size}):
        return False
    profile = header.metadata.icc_profile
    if profile in (None, srgb_profile()):
        return True
    return (open_header(job.output).metadata.icc_profile == profile) == plan.keep_profile
