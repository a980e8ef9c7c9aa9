"""``impasto compare``: photographs × methods as one labelled figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stdout
from impasto.cli.files import check_size, expand
from impasto.errors import ImageNotFoundError, OptionError
from impasto.stylizers.catalog import MethodKind, MethodSpec, get_method
from impasto.stylizers.options import MethodOptions, OptimizationOptions

if TYPE_CHECKING:
    from impasto.figures import Cell
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation
    from impasto.stylizers.fast_style import FastStyle


@dataclass(frozen=True, kw_only=True)
class ComparedStyle:
    """A style as the figure shows it and as each kind of method takes it."""

    name: str
    shown: Picture
    styles: Mapping[MethodKind, Picture | FastStyle]


def compare_command(
    photos: Annotated[list[str], typer.Argument(help="Photographs: files or globs.")],
    style: Annotated[
        list[str], typer.Option("--style", "-s", help="A style's name or path; repeatable.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Figure to write.")],
    methods: Annotated[
        str, typer.Option(help="Methods to compare, separated by commas.")
    ] = "gatys,lapstyle",
    size: Annotated[int, typer.Option(help="Longest side of each result in px.")] = 448,
    iterations: Annotated[
        int, typer.Option(min=1, help="Steps of each result, for methods that take steps.")
    ] = 200,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """Show photographs, styles and methods side by side, like the papers' figures."""
    from impasto.figures import save_grid
    from impasto.image.codec import check_output, open_image
    from impasto.sources import resolve_size

    specs = [get_method(name.strip()) for name in methods.split(",") if name.strip()]
    if not specs:
        raise OptionError(f"--methods: expected at least one method, got {methods!r}.")
    check_output(output)
    pictures = [open_image(path) for path in expand(photos)]
    styles = [compared_style(name, specs) for name in style]
    for content in pictures:
        check_size(resolve_size(size, content.size))
    pairs = [(content, each) for content in pictures for each in styles]
    with cancel_on_interrupt() as cancellation:
        rows = render_rows(
            pairs,
            specs,
            size=size,
            iterations=iterations,
            device=device,
            cancellation=cancellation,
        )
    if rows:
        titles = ["photograph", "style", *(spec.title for spec in specs)]
        stdout.print(str(save_grid(rows, output, column_titles=titles)))
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def render_rows(
    pairs: Sequence[tuple[Picture, ComparedStyle]],
    specs: Sequence[MethodSpec],
    *,
    size: int,
    iterations: int,
    device: str,
    cancellation: Cancellation,
) -> list[list[Cell]]:
    """One row a pair: photograph, style, and the result of each method, with its time.

    Args:
        pairs: Photograph and style.
        specs: The methods.
        size: Longest side of each result in px.
        iterations: Steps of each result, where the method takes steps.
        device: Where to run.
        cancellation: Leaves out the rows that are not finished.
    """
    from impasto.figures import Cell
    from impasto.render import RenderRequest, device_for, render
    from impasto.sources import resolve_size

    devices = {spec.kind: device_for(spec, device) for spec in specs}
    rows: list[list[Cell]] = []
    for index, (content, style) in enumerate(pairs, start=1):
        row = [Cell(picture=content), Cell(picture=style.shown, caption=style.name)]
        for spec in specs:
            request = RenderRequest(
                content=content,
                style=style.styles[spec.kind],
                method=spec.name,
                options=_options(spec, iterations),
                size=resolve_size(size, content.size),
                style_name=style.name,
            )
            with progress_bar(f"{index}/{len(pairs)} {style.name} {spec.name}") as show:
                result = render(
                    request,
                    device=devices[spec.kind],
                    on_progress=show,
                    cancellation=cancellation,
                )
            if cancellation.is_cancelled:
                return rows
            duration_s = result.duration_s
            caption = f"{duration_s:.0f} s" if duration_s >= 10 else f"{duration_s:.2g} s"
            row.append(Cell(picture=result.picture, caption=caption))
        rows.append(row)
    return rows


def compared_style(name: str, specs: Sequence[MethodSpec]) -> ComparedStyle:
    """What each kind of method takes; a style without an image is shown as a grey square."""
    from impasto.sources import blank_canvas, find_style, style_for

    styles = {spec.kind: style_for(spec, name) for spec in specs}
    shown = styles.get("optimized")
    if shown is None:
        try:
            shown = find_style(name)
        except (OptionError, ImageNotFoundError):
            shown = blank_canvas((64, 64))
    return ComparedStyle(name=Path(name).stem, shown=cast("Picture", shown), styles=styles)


def _options(spec: MethodSpec, iterations: int) -> MethodOptions:
    if issubclass(spec.options, OptimizationOptions):
        return spec.options(iterations=iterations)
    return spec.options()
