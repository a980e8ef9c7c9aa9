"""``impasto stylize``: photographs in, paintings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import cancel_on_interrupt, print_json, progress_bar, stderr, stdout
from impasto.cli.files import check_size, expand, plan_outputs
from impasto.cli.option_flags import method_flag, options_from_flags
from impasto.errors import OptionError

if TYPE_CHECKING:
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressEvent
    from impasto.render import RenderRequest, RenderResult


@dataclass(frozen=True, kw_only=True)
class _Task:
    """One photograph on its way to one file."""

    photo: Path
    output: Path
    save_every: int
    quality: int
    keep_profile: bool


def stylize_command(
    photos: Annotated[list[str], typer.Argument(help="Photographs: files or globs.")],
    style: Annotated[
        str, typer.Option("--style", "-s", help="A style's name, or any picture's path.")
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File to write, or a folder for several photographs."),
    ] = None,
    method: Annotated[str, typer.Option("--method", "-m", help="See 'impasto methods'.")] = "gatys",
    size: Annotated[
        int | None, typer.Option(help="Longest side in px. Default: the photograph's size.")
    ] = None,
    iterations: Annotated[int | None, method_flag("iterations")] = None,
    optimizer: Annotated[str | None, method_flag("optimizer")] = None,
    learning_rate: Annotated[float | None, method_flag("learning_rate")] = None,
    content_weight: Annotated[float | None, method_flag("content_weight")] = None,
    style_weight: Annotated[float | None, method_flag("style_weight")] = None,
    tv_weight: Annotated[float | None, method_flag("tv_weight")] = None,
    laplacian_weight: Annotated[float | None, method_flag("laplacian_weight")] = None,
    laplacian_pooling: Annotated[str | None, method_flag("laplacian_pooling")] = None,
    style_layers: Annotated[str | None, method_flag("style_layers")] = None,
    content_layer: Annotated[str | None, method_flag("content_layer")] = None,
    encoder: Annotated[str | None, method_flag("encoder")] = None,
    pooling: Annotated[str | None, method_flag("pooling")] = None,
    normalization: Annotated[str | None, method_flag("normalization")] = None,
    history: Annotated[int | None, method_flag("history")] = None,
    levels: Annotated[int | None, method_flag("levels")] = None,
    tolerance: Annotated[float | None, method_flag("tolerance")] = None,
    init: Annotated[str | None, method_flag("init")] = None,
    seed: Annotated[int | None, method_flag("seed")] = None,
    save_every: Annotated[
        int, typer.Option(min=0, help="Write an intermediate image every N steps.")
    ] = 0,
    plot: Annotated[
        Path | None, typer.Option(help="Write the losses over steps as a figure.")
    ] = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of JPEG and WebP.")] = 95,
    keep_profile: Annotated[
        bool, typer.Option("--keep-profile", help="Write in the photograph's colour profile.")
    ] = False,
    max_pixels: Annotated[
        int | None, typer.Option(min=1, help="Largest photograph to open, in pixels.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Paint photographs in the style of another picture."""
    options = options_from_flags(
        method,
        {
            "iterations": iterations,
            "optimizer": optimizer,
            "learning_rate": learning_rate,
            "content_weight": content_weight,
            "style_weight": style_weight,
            "tv_weight": tv_weight,
            "laplacian_weight": laplacian_weight,
            "laplacian_pooling": laplacian_pooling,
            "style_layers": style_layers,
            "content_layer": content_layer,
            "encoder": encoder,
            "pooling": pooling,
            "normalization": normalization,
            "history": history,
            "levels": levels,
            "tolerance": tolerance,
            "init": init,
            "seed": seed,
        },
    )
    found = expand(photos)
    outputs = plan_outputs(found, output, label=f"{Path(style).stem}-{method}")
    if plot is not None and len(found) > 1:
        raise OptionError(f"--plot: expected one photograph, got {len(found)}.")
    if plot is not None:
        _check_plot(plot, (*found, *outputs))

    from impasto.device import choose_device
    from impasto.image.codec import DEFAULT_MAX_PIXELS
    from impasto.render import RenderRequest
    from impasto.sources import find_style, initial_picture, resolve_size

    limit = max_pixels or DEFAULT_MAX_PIXELS
    chosen = choose_device(device, precision)
    style_picture, initial = find_style(style), initial_picture(options)
    if len(found) > 1:
        # A photograph that cannot be read is found now, not after hours of work on others.
        for photo, path in zip(found, outputs, strict=True):
            _open(photo, path, size, limit)
    reports = []
    with cancel_on_interrupt() as cancellation:
        for photo, path in zip(found, outputs, strict=True):
            content = _open(photo, path, size, limit)
            request = RenderRequest(
                content=content,
                style=style_picture,
                method=method,
                options=options,
                size=resolve_size(size, content.size),
                initial_image=initial,
                style_name=style,
            )
            task = _Task(
                photo=photo,
                output=path,
                save_every=save_every,
                quality=quality,
                keep_profile=keep_profile,
            )
            result = _render(task, request, chosen, cancellation)
            reports.append(_report(task, result))
            if plot is not None and result.trace:
                _plot(result, plot)
            if result.trace and not json:
                stdout.print(f"{path}  ({result.duration_s:.1f} s, {result.reason})")
            if cancellation.is_cancelled:
                break
    if json:
        print_json(reports[0] if len(found) == 1 else reports)
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def _open(photo: Path, output: Path, size: int | None, max_pixels: int) -> Picture:
    """The photograph, once it is known that its result can be made and saved."""
    from impasto.image.codec import open_image
    from impasto.sources import resolve_size

    content = open_image(photo, max_pixels=max_pixels)
    check_size(resolve_size(size, content.size), output=output, max_pixels=max_pixels)
    return content


def _render(
    task: _Task, request: RenderRequest, device: Any, cancellation: Cancellation
) -> RenderResult:
    from impasto.image.codec import save_image
    from impasto.render import intermediate_picture, render

    with progress_bar(task.photo.name) as show:

        def on_progress(event: ProgressEvent) -> None:
            show(event)
            picture = intermediate_picture(event, request)
            if picture is not None:
                step = f"{task.output.stem}-step{event.step:04d}{task.output.suffix}"
                save_image(picture, task.output.with_name(step), quality=task.quality)

        result = render(
            request,
            device=device,
            on_progress=on_progress,
            cancellation=cancellation,
            image_every=task.save_every,
        )
    if result.trace:
        result.save(task.output, quality=task.quality, keep_profile=task.keep_profile)
    else:
        stderr.print(f"{task.output}: not written, as there was no step yet")
    return result


def _report(task: _Task, result: RenderResult) -> dict[str, Any]:
    return {
        "photo": str(task.photo),
        "output": str(task.output) if result.trace else None,
        "duration_s": round(result.duration_s, 3),
        "steps": len(result.trace),
        "reason": result.reason,
        "losses": result.final_losses,
        "settings": result.settings,
    }


def _check_plot(plot: Path, taken: Sequence[Path]) -> None:
    from impasto.image.codec import check_output

    check_output(plot)
    if plot.resolve() in {path.resolve() for path in taken}:
        raise OptionError(f"--plot: {plot} is the photograph or its result; choose another name.")


def _plot(result: RenderResult, plot: Path) -> None:
    from impasto.figures import save_loss_plot

    save_loss_plot(result.losses, plot)
    stderr.print(f"losses: {plot}")
