"""``impasto compare``: photographs × methods as one labelled figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stdout
from impasto.cli.files import check_size, expand
from impasto.errors import OptionError
from impasto.stylizers.catalog import MethodSpec, get_method

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.figures import Cell
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation


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
    iterations: Annotated[int, typer.Option(min=1, help="Steps of each result.")] = 200,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """Show photographs, styles and methods side by side, like the papers' figures."""
    from impasto.device import choose_device
    from impasto.figures import save_grid
    from impasto.image.codec import check_output, open_image
    from impasto.sources import find_style, resolve_size

    specs = [get_method(name.strip()) for name in methods.split(",") if name.strip()]
    if not specs:
        raise OptionError(f"--methods: expected at least one method, got {methods!r}.")
    check_output(output)
    chosen = choose_device(device)
    pictures = [open_image(path) for path in expand(photos)]
    styles = [(name, find_style(name)) for name in style]
    for content in pictures:
        check_size(resolve_size(size, content.size))
    pairs = [(content, *named) for content in pictures for named in styles]
    with cancel_on_interrupt() as cancellation:
        rows = render_rows(
            pairs,
            specs,
            size=size,
            iterations=iterations,
            device=chosen,
            cancellation=cancellation,
        )
    if rows:
        titles = ["photograph", "style", *(spec.title for spec in specs)]
        stdout.print(str(save_grid(rows, output, column_titles=titles)))
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def render_rows(
    pairs: Sequence[tuple[Picture, str, Picture]],
    specs: Sequence[MethodSpec],
    *,
    size: int,
    iterations: int,
    device: DeviceChoice,
    cancellation: Cancellation,
) -> list[list[Cell]]:
    """One row a pair: photograph, style, and the result of each method, with its time.

    Args:
        pairs: Photograph, name of the style, style image.
        specs: The methods.
        size: Longest side of each result in px.
        iterations: Steps of each result.
        device: Where to run.
        cancellation: Leaves out the rows that are not finished.
    """
    from impasto.figures import Cell
    from impasto.render import RenderRequest, render
    from impasto.sources import resolve_size

    rows: list[list[Cell]] = []
    for index, (content, name, style) in enumerate(pairs, start=1):
        row = [Cell(picture=content), Cell(picture=style, caption=Path(name).stem)]
        for spec in specs:
            request = RenderRequest(
                content=content,
                style=style,
                method=spec.name,
                options=spec.options(iterations=iterations),
                size=resolve_size(size, content.size),
                style_name=name,
            )
            with progress_bar(f"{index}/{len(pairs)} {Path(name).stem} {spec.name}") as show:
                result = render(request, device=device, on_progress=show, cancellation=cancellation)
            if cancellation.is_cancelled:
                return rows
            row.append(Cell(picture=result.picture, caption=f"{result.duration_s:.0f} s"))
        rows.append(row)
    return rows
