"""``impasto stylize``: photographs in, paintings out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from impasto.cli.files import FilePlan, expand, plan_outputs
from impasto.cli.guidance_flags import (
    control_flag,
    controls_from_flags,
    guidance_flag,
    plan_guidance,
)
from impasto.cli.option_flags import method_flag, options_from_flags, suits
from impasto.errors import OptionError
from impasto.guidance.mask_words import MASK_HELP
from impasto.stylizers.catalog import get_method


def stylize_command(
    photos: Annotated[list[str], typer.Argument(help="Photographs: files, globs or folders.")],
    style: Annotated[
        list[str],
        typer.Option(
            "--style",
            "-s",
            help="A style's name, any picture's path, or a blend: a:0.6,b:0.4. Repeatable.",
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
    blend: Annotated[
        str | None,
        guidance_flag("--blend", help="Shares of the styles where they meet, such as 0.7,0.3."),
    ] = None,
    mask: Annotated[list[str] | None, guidance_flag("--mask", help=MASK_HELP)] = None,
    strength: Annotated[float | None, control_flag("strength")] = None,
    keep_color: Annotated[str | None, control_flag("keep_color")] = None,
    style_scale: Annotated[float | None, control_flag("style_scale")] = None,
    semantic: Annotated[bool, control_flag("semantic")] = False,
    texture: Annotated[bool, control_flag("texture")] = False,
    silhouette: Annotated[bool, control_flag("silhouette")] = False,
    exact_outside: Annotated[bool, control_flag("exact_outside")] = False,
    matches: Annotated[
        Path | None,
        guidance_flag("--matches", help="Write what --semantic matched as a figure."),
    ] = None,
    engine: Annotated[str | None, method_flag("engine")] = None,
    threads: Annotated[int | None, method_flag("threads")] = None,
    level_strengths: Annotated[str | None, method_flag("level_strengths")] = None,
    detail: Annotated[float | None, method_flag("detail")] = None,
    passes: Annotated[int | None, method_flag("passes")] = None,
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
        bool, typer.Option("--overwrite", help="Paint also what is done already.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Paint photographs in the style of another picture."""
    flags: dict[str, Any] = {
        "engine": engine,
        "threads": threads,
        "level_strengths": level_strengths,
        "detail": detail,
        "passes": passes,
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
    controls: dict[str, Any] = {
        "keep_color": keep_color,
        "style_scale": style_scale,
        "semantic": semantic,
        "texture": texture,
        "silhouette": silhouette,
        "exact_outside": exact_outside,
    }
    watched = {"--save-every": save_every > 0, "--plot": plot is not None}
    asked = [name for name, value in controls.items() if value]
    spec = get_method(method or _default_method(style, flags, asked, any(watched.values())))
    is_fast = spec.kind == "feed-forward"
    if is_fast:
        flags["precision"] = precision
    has_own_strength = any(each.name == "strength" for each in fields(spec.options))
    (flags if has_own_strength else controls)["strength"] = strength
    options = options_from_flags(spec.name, flags)
    if is_fast and any(watched.values()):
        flag = next(flag for flag, given in watched.items() if given)
        raise OptionError(f"{flag} is of methods that take steps; {spec.name} takes none.")

    from impasto.image.codec import DEFAULT_MAX_PIXELS
    from impasto.pipeline import FileJob
    from impasto.render import device_for

    plan = plan_guidance(
        spec, style, blend=blend, masks=mask or (), controls=controls_from_flags(controls)
    )
    found = expand(photos)
    outputs = plan_outputs(found, output, label=f"{plan.label}-{spec.name}")
    for flag, path in (("--plot", plot), ("--matches", matches)):
        if path is not None:
            _check_figure(flag, path, found, outputs)
    if matches is not None and not semantic:
        raise OptionError("--matches: expected --semantic with it; nothing is matched without.")
    chosen = device_for(spec, device, precision)
    jobs = [FileJob(photo=photo, output=path) for photo, path in zip(found, outputs, strict=True)]
    files = FilePlan(
        size=size,
        max_pixels=max_pixels or DEFAULT_MAX_PIXELS,
        quality=quality,
        keep_profile=keep_profile,
    )
    if is_fast:
        from impasto.cli.fast_files import stylize_fast

        stylize_fast(
            jobs,
            plan,
            options,
            files,
            method=spec.name,
            device=chosen,
            overwrite=overwrite,
            matches=matches,
            json=json,
        )
        return
    from impasto.cli.optimized_files import stylize_optimized

    stylize_optimized(
        jobs,
        plan,
        options,
        files,
        method=spec.name,
        device=chosen,
        save_every=save_every,
        plot=plot,
        matches=matches,
        json=json,
    )


def _default_method(
    styles: Sequence[str], flags: dict[str, Any], controls: Sequence[str], optimized: bool
) -> str:
    """``fast`` for fast styles, unless flags ask for what only an optimised method has."""
    from impasto.sources import default_method

    chosen = {default_method(style) for style in styles}
    if len(chosen) > 1 or optimized:
        return "gatys"
    method = chosen.pop()
    honoured = set(controls) <= get_method(method).controls.keys()
    return method if honoured and suits(method, flags) else "gatys"


def _check_figure(flag: str, path: Path, photos: Sequence[Path], outputs: Sequence[Path]) -> None:
    from impasto.image.codec import check_output

    if len(photos) > 1:
        raise OptionError(f"{flag}: expected one photograph, got {len(photos)}.")
    check_output(path)
    if path.resolve() in {each.resolve() for each in (*photos, *outputs)}:
        raise OptionError(f"{flag}: {path} is the photograph or its result; choose another name.")
