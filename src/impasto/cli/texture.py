"""``impasto texture``: a style alone, on a canvas of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stderr, stdout
from impasto.cli.files import check_size
from impasto.cli.option_flags import method_flag, options_from_flags
from impasto.errors import OptionError


def texture_command(
    style: Annotated[str, typer.Argument(help="A style's name, or any picture's path.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    size: Annotated[str, typer.Option(help="Width x height in px.")] = "512x512",
    iterations: Annotated[int | None, method_flag("iterations")] = None,
    tv_weight: Annotated[float | None, method_flag("tv_weight")] = None,
    style_layers: Annotated[str | None, method_flag("style_layers")] = None,
    seed: Annotated[int | None, method_flag("seed")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """Synthesise a texture from a style: no photograph, only the style's manner."""
    options = options_from_flags(
        "texture",
        {
            "iterations": iterations,
            "tv_weight": tv_weight,
            "style_layers": style_layers,
            "seed": seed,
        },
    )
    shape = _parsed_size(size)

    from impasto.device import choose_device
    from impasto.image.codec import check_output
    from impasto.render import RenderRequest, render
    from impasto.sources import blank_canvas, find_style

    check_output(output)
    check_size(shape, output=output)
    request = RenderRequest(
        content=blank_canvas(shape),
        style=find_style(style),
        method="texture",
        options=options,
        style_name=style,
    )
    with cancel_on_interrupt() as cancellation, progress_bar(Path(style).stem) as show:
        result = render(
            request,
            device=choose_device(device),
            on_progress=show,
            cancellation=cancellation,
        )
    if result.trace:
        stdout.print(f"{result.save(output)}  ({result.duration_s:.1f} s, {result.reason})")
    else:
        stderr.print(f"{output}: not written, as there was no step yet")
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def _parsed_size(text: str) -> tuple[int, int]:
    """(H, W) from ``640x480`` or ``512``."""
    words = text.lower().split("x")
    try:
        width, height = (int(words[0]), int(words[-1]))
    except ValueError as error:
        raise OptionError(
            f"--size: expected WIDTHxHEIGHT such as 640x480, got {text!r}."
        ) from error
    if len(words) > 2 or min(width, height) < 16:
        raise OptionError(f"--size: expected two sides of 16 px or more, got {text!r}.")
    return height, width
