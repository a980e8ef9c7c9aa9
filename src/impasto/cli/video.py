"""``impasto video``: a film in, a painted film out."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import (
    cancel_on_interrupt,
    late_progress_bar,
    print_json,
    stderr,
    stdout,
)
from impasto.cli.film_words import check_film_masks, film_method, parse_time, with_masks
from impasto.cli.guidance_flags import (
    control_flag,
    controls_from_flags,
    guidance_flag,
    plan_guidance,
)
from impasto.cli.option_flags import method_flag, options_from_flags
from impasto.cli.pool_flags import ACTORS, ADDRESS, GPUS, PANEL, open_pool
from impasto.errors import OptionError
from impasto.guidance.mask_words import MASK_HELP
from impasto.stylizers.catalog import get_method
from impasto.video.encoding import CODECS, CONTAINERS, PRESETS, EncodingOptions
from impasto.video.stability import STABILITY_HELP

if TYPE_CHECKING:
    from impasto.video.pipeline import VideoResult
    from impasto.video.plan import VideoPlan, VideoRequest

FILM = "Film"


def film_flag(*names: str, help: str) -> Any:
    """A typer option about how the film is written."""
    return typer.Option(*names, help=help, rich_help_panel=FILM)


def video_command(
    film: Annotated[Path, typer.Argument(help="Any film that FFmpeg reads.")],
    style: Annotated[
        list[str],
        typer.Option(
            "--style",
            "-s",
            help="A style's name, any picture's path, or a blend: a:0.6,b:0.4. Repeatable.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=f"File to write, {', '.join(CONTAINERS)}. Default: named after film and style.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            "-m",
            help="Default: fast, or adain where a style is a picture; gatys takes long.",
        ),
    ] = None,
    stability: Annotated[str, typer.Option(help=STABILITY_HELP)] = "auto",
    size: Annotated[
        int | None, typer.Option(help="Longest side in px. Default: the film's size.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="Where to begin: seconds, or such as 1:02:03.5.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Where to end, as --start.")] = None,
    blend: Annotated[
        str | None,
        guidance_flag("--blend", help="Shares of the styles where they meet, such as 0.7,0.3."),
    ] = None,
    mask: Annotated[
        list[str] | None, guidance_flag("--mask", help=f"On the first frame. {MASK_HELP}")
    ] = None,
    follow_mask: Annotated[
        bool,
        guidance_flag("--follow-mask", help="Masks follow what they cover, by optical flow."),
    ] = False,
    mask_video: Annotated[
        list[Path] | None,
        guidance_flag(
            "--mask-video",
            help="A film whose white is where a style is painted. One for all styles, or one each.",
        ),
    ] = None,
    strength: Annotated[float | None, control_flag("strength")] = None,
    keep_color: Annotated[str | None, control_flag("keep_color")] = None,
    style_scale: Annotated[float | None, control_flag("style_scale")] = None,
    semantic: Annotated[bool, control_flag("semantic")] = False,
    exact_outside: Annotated[bool, control_flag("exact_outside")] = False,
    engine: Annotated[str | None, method_flag("engine")] = None,
    threads: Annotated[int | None, method_flag("threads")] = None,
    level_strengths: Annotated[str | None, method_flag("level_strengths")] = None,
    detail: Annotated[float | None, method_flag("detail")] = None,
    passes: Annotated[int | None, method_flag("passes")] = None,
    iterations: Annotated[int | None, method_flag("iterations")] = None,
    content_weight: Annotated[float | None, method_flag("content_weight")] = None,
    style_weight: Annotated[float | None, method_flag("style_weight")] = None,
    codec: Annotated[
        str, film_flag("--codec", help=f"One of auto, {', '.join(CODECS)}. Auto: h264.")
    ] = "auto",
    quality: Annotated[
        int, film_flag("--quality", help="1 to 100; larger is better and bigger.")
    ] = 75,
    preset: Annotated[
        str, film_flag("--preset", help=f"Speed of the encoder, {PRESETS[0]} to {PRESETS[-1]}.")
    ] = "veryfast",
    encoder_option: Annotated[
        list[str] | None,
        film_flag("--encoder-option", help="NAME=VALUE of FFmpeg's encoder. Repeatable."),
    ] = None,
    distributed: Annotated[
        bool,
        typer.Option(
            "--distributed",
            help="Cut the film at changes of scene and paint its parts side by side.",
            rich_help_panel=PANEL,
        ),
    ] = False,
    address: Annotated[str | None, ADDRESS] = None,
    actors: Annotated[int | None, ACTORS] = None,
    gpus_per_actor: Annotated[float, GPUS] = 0.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Paint a film, keeping its sound, timing, size, subtitles and chapters."""
    from impasto.video.encoding import parse_encoder_option
    from impasto.video.painters import FrameStyle
    from impasto.video.plan import VideoRequest

    flags: dict[str, Any] = {
        "engine": engine,
        "threads": threads,
        "level_strengths": level_strengths,
        "detail": detail,
        "passes": passes,
        "iterations": iterations,
        "content_weight": content_weight,
        "style_weight": style_weight,
    }
    controls: dict[str, Any] = {
        "keep_color": keep_color,
        "style_scale": style_scale,
        "semantic": semantic,
        "exact_outside": exact_outside,
    }
    spec = film_method(method, style)
    if spec.kind == "feed-forward":
        flags["precision"] = precision
    has_own_strength = any(each.name == "strength" for each in fields(spec.options))
    (flags if has_own_strength else controls)["strength"] = strength
    guidance = plan_guidance(
        spec, style, blend=blend, masks=mask or (), controls=controls_from_flags(controls)
    )
    check_film_masks(mask, mask_video, follow_mask, len(style))
    request = VideoRequest(
        path=film,
        style=FrameStyle(
            uses=guidance.uses,
            controls=replace(guidance.controls, exact_outside=False),
            method=spec.name,
            options=options_from_flags(spec.name, flags),
        ),
        stability=stability,
        size=size,
        start=parse_time("--start", start),
        end=parse_time("--end", end),
        encoding=EncodingOptions(
            codec=codec,
            quality=quality,
            preset=preset,
            encoder_options=dict(parse_encoder_option(text) for text in encoder_option or ()),
        ),
    )
    place = output or Path(f"{film.stem}-{guidance.label}{_suffix(film)}")
    request = with_masks(request, guidance, mask_video or (), follow=follow_mask)
    if not distributed and (address is not None or actors is not None or gpus_per_actor):
        raise OptionError(
            "--address, --actors, --gpus-per-actor: expected --distributed with them."
        )
    if distributed:
        result = _distribute(
            request, place, address, actors, gpus_per_actor, threads=threads, device=device
        )
    else:
        result = _run(request, place, device=device, precision=precision)
    if json:
        print_json(_report(result))
    _say(result, quiet=json)
    if not result.is_complete:
        raise typer.Exit(130)


def _run(request: VideoRequest, output: Path, *, device: str, precision: str) -> VideoResult:
    from impasto.render import device_for
    from impasto.video.pipeline import stylize_video

    chosen = device_for(get_method(request.style.method), device, precision)
    with cancel_on_interrupt() as cancellation, late_progress_bar(request.path.name) as show:
        return stylize_video(
            request,
            output,
            device=chosen,
            on_progress=show,
            cancellation=cancellation,
            on_plan=_warn,
        )


def _distribute(
    request: VideoRequest,
    output: Path,
    address: str | None,
    actors: int | None,
    gpus: float,
    *,
    threads: int | None,
    device: str,
) -> VideoResult:
    from impasto.batch.film import stylize_film

    if address is None and actors is None:
        actors = os.cpu_count() or 1
    with (
        cancel_on_interrupt() as cancellation,
        late_progress_bar(request.path.name) as show,
        open_pool(address, actors, gpus, threads) as (pool, _, cores),
    ):
        return stylize_film(
            request,
            output,
            pool,
            threads=cores,
            device="cuda" if gpus and device == "auto" else device,
            on_progress=show,
            cancellation=cancellation,
            on_plan=_warn,
        )


def _warn(plan: VideoPlan) -> None:
    for warning in plan.warnings:
        stderr.print(f"note: {warning}")


def _say(result: VideoResult, *, quiet: bool) -> None:
    for note in result.notes:
        stderr.print(f"note: {note}")
    kept = result.frames - result.painted
    if kept:
        stderr.print(f"{kept} of {result.frames} frames were painted already")
    if not result.is_complete:
        stderr.print(
            f"interrupted: {result.path} has the first {float(result.duration):.1f} s; "
            "the same command goes on from there"
        )
    if not quiet:
        rate = result.painted / max(1e-9, result.elapsed_s)
        stdout.print(
            f"{result.path}  ({result.frames} frames, {result.elapsed_s:.1f} s, {rate:.1f} fps, "
            f"stability {result.stability})"
        )


def _report(result: VideoResult) -> dict[str, Any]:
    return {
        "output": str(result.path),
        "frames": result.frames,
        "painted": result.painted,
        "film_s": float(result.duration),
        "duration_s": round(result.elapsed_s, 3),
        "stability": result.stability,
        "notes": list(result.notes),
        "complete": result.is_complete,
    }


def _suffix(film: Path) -> str:
    """The film's own ending, where films are written with it."""
    suffix = film.suffix.lower()
    return suffix if suffix in CONTAINERS else ".mp4"
