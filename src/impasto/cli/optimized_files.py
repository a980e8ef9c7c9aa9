"""Files through the optimised methods, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.cli.console import cancel_on_interrupt, progress_bar, stderr
from impasto.cli.files import FilePlan, open_photo, save_matches
from impasto.cli.outcomes import Outcomes
from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.image.codec import save_image
from impasto.pipeline import FileJob
from impasto.render import RenderRequest, RenderResult, intermediate_picture, render
from impasto.sources import initial_picture, resolve_size

if TYPE_CHECKING:
    from impasto.cli.guidance_flags import GuidancePlan
    from impasto.device import DeviceChoice
    from impasto.progress import Cancellation, ProgressEvent
    from impasto.stylizers.options import MethodOptions


def stylize_optimized(
    jobs: Sequence[FileJob],
    guidance: GuidancePlan,
    options: MethodOptions,
    plan: FilePlan,
    *,
    method: str,
    device: DeviceChoice | None,
    save_every: int,
    plot: Path | None,
    matches: Path | None = None,
    json: bool,
) -> None:
    """Paint photographs by an optimised method; all of them are opened before the first.

    Args:
        jobs: Photographs and where their results go.
        guidance: The styles, their masks, and what steers the picture.
        options: Those of the method.
        plan: How photographs are opened and results saved.
        method: Its name.
        device: Where to run.
        save_every: Write an intermediate image every so many steps; 0 for none.
        plot: Write the losses of the only photograph as this figure.
        matches: Write what its regions were matched with as this one.
        json: Print JSON.

    Raises:
        ImpastoError: if a photograph cannot be opened, or the only one not be painted.
        typer.Exit: with 130 if interrupted, or 1 if one of several photographs failed.
    """
    initial = initial_picture(options)
    if len(jobs) > 1:
        # A photograph that cannot be read is found now, not after hours of work on others.
        for job in jobs:
            open_photo(job.photo, job.output, plan)
    outcomes = Outcomes(len(jobs), json=json)
    with cancel_on_interrupt() as cancellation:
        for job in jobs:
            try:
                content = open_photo(job.photo, job.output, plan)
                request = guidance.request(
                    content,
                    method=method,
                    options=options,
                    size=resolve_size(plan.size, content.size),
                    initial_image=initial,
                )
                result = _painted(job, request, plan, device, cancellation, save_every)
                if plot is not None and result.trace:
                    _plot(result, plot)
                save_matches(result, matches)
            except (OptionError, UnknownNameError):
                raise
            except ImpastoError as error:
                outcomes.failed(job, error)
            else:
                outcomes.painted(job, result)
            if cancellation.is_cancelled:
                break
    outcomes.finish(cancelled=cancellation.is_cancelled)


def _painted(
    job: FileJob,
    request: RenderRequest,
    plan: FilePlan,
    device: DeviceChoice | None,
    cancellation: Cancellation,
    save_every: int,
) -> RenderResult:
    with progress_bar(job.photo.name) as show:

        def on_progress(event: ProgressEvent) -> None:
            show(event)
            picture = intermediate_picture(event, request)
            if picture is not None:
                step = f"{job.output.stem}-step{event.step:04d}{job.output.suffix}"
                save_image(picture, job.output.with_name(step), quality=plan.quality)

        result = render(
            request,
            device=device,
            on_progress=on_progress,
            cancellation=cancellation,
            image_every=save_every,
        )
    if result.is_painted:
        result.save(job.output, quality=plan.quality, keep_profile=plan.keep_profile)
    return result


def _plot(result: RenderResult, plot: Path) -> None:
    from impasto.figures import save_loss_plot

    save_loss_plot(result.losses, plot)
    stderr.print(f"losses: {plot}")
