"""``impasto compare``: photographs × styles × methods × controls as one labelled figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stdout
from impasto.cli.files import check_size, expand
from impasto.errors import ImageNotFoundError, OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.stylizers.catalog import MethodSpec, StyleKind, get_method
from impasto.stylizers.control_check import check_controls
from impasto.stylizers.options import MethodOptions, OptimizationOptions

if TYPE_CHECKING:
    from impasto.figures import Cell
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation
    from impasto.stylizers.fast_style import FastStyle

WITH_HELP = (
    "Controls to compare as a column of their own, such as keep-color=luminance or "
    "strength=0.5,style-scale=2; repeatable."
)


@dataclass(frozen=True, kw_only=True)
class ComparedStyle:
    """A style as the figure shows it and as each kind of method takes it."""

    name: str
    shown: Picture
    styles: Mapping[StyleKind, Picture | FastStyle]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A method and what steers it.

    Attributes:
        method: The method.
        controls: What steers the picture.
        words: The controls as they were asked for; empty for none.
    """

    method: MethodSpec
    controls: Controls = field(default_factory=Controls)
    words: str = ""

    @property
    def title(self) -> str:
        """What stands above the column."""
        return "\n".join([self.method.title, *filter(None, [self.words.replace(",", "\n")])])


def compare_command(
    photos: Annotated[list[str], typer.Argument(help="Photographs: files or globs.")],
    style: Annotated[
        list[str], typer.Option("--style", "-s", help="A style's name or path; repeatable.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Figure to write.")],
    methods: Annotated[
        str, typer.Option(help="Methods to compare, separated by commas.")
    ] = "gatys,lapstyle",
    with_: Annotated[list[str] | None, typer.Option("--with", help=WITH_HELP)] = None,
    size: Annotated[int, typer.Option(help="Longest side of each result in px.")] = 448,
    iterations: Annotated[
        int, typer.Option(min=1, help="Steps of each result, for methods that take steps.")
    ] = 200,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """Show photographs, styles, methods and controls side by side, like the papers' figures."""
    from impasto.figures import save_grid
    from impasto.image.codec import check_output, open_image
    from impasto.sources import resolve_size

    columns = plan_columns(methods, with_ or ())
    specs = [column.method for column in columns]
    check_output(output)
    pictures = [open_image(path) for path in expand(photos)]
    styles = [compared_style(name, specs) for name in style]
    for content in pictures:
        check_size(resolve_size(size, content.size))
    pairs = [(content, each) for content in pictures for each in styles]
    with cancel_on_interrupt() as cancellation:
        rows = render_rows(
            pairs,
            columns,
            size=size,
            iterations=iterations,
            device=device,
            cancellation=cancellation,
        )
    if rows:
        titles = ["photograph", "style", *(column.title for column in columns)]
        stdout.print(str(save_grid(rows, output, column_titles=titles)))
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def plan_columns(methods: str, words: Sequence[str]) -> list[Column]:
    """Each method as it is, then with each set of controls.

    Args:
        methods: Names separated by commas.
        words: Controls as ``name=value``, several of a column separated by commas.

    Raises:
        OptionError: if a control is none, or a method does not honour it.
        UnknownNameError: if there is no such method.
    """
    specs = [get_method(name.strip()) for name in methods.split(",") if name.strip()]
    if not specs:
        raise OptionError(f"--methods: expected at least one method, got {methods!r}.")
    columns = []
    for spec in specs:
        columns.append(Column(method=spec))
        for text in words:
            controls = parse_controls(text)
            check_controls(spec, [StyleUse(style="")], controls)
            columns.append(Column(method=spec, controls=controls, words=text))
    return columns


def parse_controls(text: str) -> Controls:
    """Controls from ``strength=0.5,semantic``: names as on the command line, and values.

    Raises:
        OptionError: if a name is no control, or a value does not suit it.

    Example:
        >>> parse_controls("strength=0.5,keep-color=luminance").given()
        {'keep_color': 'luminance', 'strength': 0.5}
    """
    known = {declared.name: declared for declared in fields(Controls)}
    values: dict[str, Any] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = word.partition("=")
        name = name.replace("-", "_")
        if name not in known:
            listed = ", ".join(each.replace("_", "-") for each in known)
            raise OptionError(f"--with: expected one of {listed}, got {word!r}.")
        values[name] = _value(word, value, known[name].default)
    return Controls(**values)


def render_rows(
    pairs: Sequence[tuple[Picture, ComparedStyle]],
    columns: Sequence[Column],
    *,
    size: int,
    iterations: int,
    device: str,
    cancellation: Cancellation,
) -> list[list[Cell]]:
    """One row a pair: photograph, style, and the result of each column, with its time.

    Args:
        pairs: Photograph and style.
        columns: The methods and what steers them.
        size: Longest side of each result in px.
        iterations: Steps of each result, where the method takes steps.
        device: Where to run.
        cancellation: Leaves out the rows that are not finished.
    """
    from impasto.figures import Cell
    from impasto.render import RenderRequest, device_for, render
    from impasto.sources import resolve_size

    specs = [column.method for column in columns]
    devices = {spec.kind: device_for(spec, device) for spec in specs}
    rows: list[list[Cell]] = []
    for index, (content, style) in enumerate(pairs, start=1):
        row = [Cell(picture=content), Cell(picture=style.shown, caption=style.name)]
        for column in columns:
            spec = column.method
            request = RenderRequest(
                content=content,
                style=style.styles[spec.takes],
                controls=column.controls,
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

    styles = {spec.takes: style_for(spec, name) for spec in specs}
    shown = styles.get("picture")
    if shown is None:
        try:
            shown = find_style(name)
        except (OptionError, ImageNotFoundError):
            shown = blank_canvas((64, 64))
    return ComparedStyle(name=Path(name).stem, shown=cast("Picture", shown), styles=styles)


def _value(word: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text:
            raise OptionError(f"--with: {word.partition('=')[0]} takes no value, got {word!r}.")
        return True
    if not isinstance(default, float):
        return text
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(f"--with: expected a number, got {word!r}.") from error


def _options(spec: MethodSpec, iterations: int) -> MethodOptions:
    if issubclass(spec.options, OptimizationOptions):
        return spec.options(iterations=iterations)
    return spec.options()
