"""``impasto stylize``: photographs in, paintings out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from impasto.cli.files import FilePlan, expand, plan_outputs
from impasto.cli.option_flags import method_flag, options_from_flags, suits
from impasto.errors import OptionError
from impasto.stylizers.catalog import get_method

if TYPE_CHECKING:
    from impasto.stylizers.options import FastOptions


def stylize_command(
    photos: Annotated[list[str], typer.Argument(help="Photographs: files, globs or folders.")],
    style: Annotated[
        str,
        typer.Option(
            "--style", "-s", help="A style's name, any picture's path, or a blend: a:0.6,b:0.4."
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File to write, or a folder; FOLDER/ is made."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            "-m",
            help="See 'impasto methods'. Default: fast for a fast style, else gatys.",
        ),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Longest side in px. Default: the photograph's size.")
    ] = None,
    strength: Annotated[float | None, method_flag("strength")] = None,
    engine: Annotated[str | None, method_flag("engine")] = None,
    threads: Annotated[int | None, method_flag("threads")] = None,
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
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Paint also what is done already (fast).")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Paint photographs in the style of another picture."""
    flags: dict[str, Any] = {
        "strength": strength,
        "engine": engine,
        "threads": threads,
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
    }
    watched = {"--save-every": save_every > 0, "--plot": plot is not None}
    spec = get_method(method or _default_method(style, flags, optimized=any(watched.values())))
    is_fast = spec.kind == "feed-forward"
    if is_fast:
        flags["precision"] = precision
    options = options_from_flags(spec.name, flags)
    if is_fast and any(watched.values()):
        flag = next(flag for flag, given in watched.items() if given)
        raise OptionError(f"{flag} is of methods that take steps; {spec.name} takes none.")

    from impasto.image.codec import DEFAULT_MAX_PIXELS
    from impasto.pipeline import FileJob
    from impasto.render import device_for
    from impasto.sources import find_fast, find_style

    fast_style = find_fast(style) if is_fast else None
    found = expand(photos)
    label = fast_style.label if fast_style is not None else Path(style).stem
    outputs = plan_outputs(found, output, label=f"{label}-{spec.name}")
    if plot is not None and len(found) > 1:
        raise OptionError(f"--plot: expected one photograph, got {len(found)}.")
    if plot is not None:
        _check_plot(plot, (*found, *outputs))
    chosen = device_for(spec, device, precision)
    jobs = [FileJob(photo=photo, output=path) for photo, path in zip(found, outputs, strict=True)]
    plan = FilePlan(
        size=size,
        max_pixels=max_pixels or DEFAULT_MAX_PIXELS,
        quality=quality,
        keep_profile=keep_profile,
    )
    if fast_style is not None:
        from impasto.cli.fast_files import stylize_fast

        stylize_fast(
            jobs,
            fast_style,
            cast("FastOptions", options),
            plan,
            device=chosen,
            overwrite=overwrite,
            json=json,
        )
        return
    from impasto.cli.optimized_files import stylize_optimized

    stylize_optimized(
        jobs,
        find_style(style),
        options,
        plan,
        method=spec.name,
        style_name=style,
        device=chosen,
        save_every=save_every,
        plot=plot,
        json=json,
    )


def _default_method(style: str, flags: dict[str, Any], *, optimized: bool) -> str:
    """``fast`` for a fast style, unless flags ask for what only an optimised method has."""
    from impasto.sources import default_method

    chosen = default_method(style)
    return "gatys" if optimized or not suits(chosen, flags) else chosen


def _check_plot(plot: Path, taken: Sequence[Path]) -> None:
    from impasto.image.codec import check_output

    check_output(plot)
    if plot.resolve() in {path.resolve() for path in taken}:
        raise OptionError(f"--plot: {plot} is the photograph or its result; choose another name.")
