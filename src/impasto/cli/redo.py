"""``impasto redo``: the picture of a result, made again."""

from __future__ import annotations

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
from impasto.errors import OptionError, OutputError

if TYPE_CHECKING:
    from impasto.provenance.difference import Difference
    from impasto.provenance.record import Record
    from impasto.render import RenderResult


def redo_command(
    result: Annotated[Path, typer.Argument(help="A picture that Impasto made.")],
    photo: Annotated[
        Path | None, typer.Argument(help="The photograph it was made from; none for textures.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write. Default: RESULT-redo.")
    ] = None,
    style_image: Annotated[
        list[str] | None,
        typer.Option(
            "--style-image",
            "-s",
            help="A style that is not found by its name: an image or a network's folder; "
            "repeatable, in any order.",
        ),
    ] = None,
    mask: Annotated[
        list[str] | None,
        typer.Option("--mask", help="Masks that are not where they were; as for stylize."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--start", help="The image it started from, if it moved.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Go on though photograph, style or weights differ.")
    ] = False,
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of JPEG and WebP.")] = 95,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Make a picture again from what its file records, and say whether it is the same."""
    from impasto.image.codec import check_output, open_image
    from impasto.provenance.record import read_record
    from impasto.provenance.redo import GivenInputs, plan_redo, redo
    from impasto.video.encoding import CONTAINERS

    if result.suffix.lower() in CONTAINERS:
        raise OptionError(
            f"{result}: expected a picture, got a film; paint it again with 'impasto video' and "
            f"what 'impasto inspect {result}' prints."
        )
    record = read_record(result)
    path = output or result.with_name(f"{result.stem}-redo{result.suffix}")
    check_output(path)
    for original in filter(None, (result, photo)):
        if path.resolve() == original.resolve():
            raise OutputError(f"{path}: is what it would be made from; choose another name.")
    given = GivenInputs(
        content=None if photo is None else open_image(photo),
        styles=tuple(style_image or ()),
        masks=tuple(mask or ()),
        start=start,
    )
    plan = plan_redo(record, given)
    if not force:
        plan.check()
    for difference in plan.differences:
        stderr.print(f"warning: {difference}")
    with cancel_on_interrupt() as cancellation, late_progress_bar(result.name) as show:
        again = redo(plan, record, on_progress=show, cancellation=cancellation)
    if again.is_painted:
        again.save(path, quality=quality)
    _report(record, again, path, plan.differences, json=json)
    if cancellation.is_cancelled:
        raise typer.Exit(130)


def _report(
    record: Record,
    again: RenderResult,
    path: Path,
    differences: tuple[Difference, ...],
    *,
    json: bool,
) -> None:
    from impasto.provenance.redo import surrounding_differences

    made = again.record
    same = again.is_painted and record.settings.get("result_sha256") == made["result_sha256"]
    other = [*differences, *surrounding_differences(record.settings, made)]
    if json:
        report: dict[str, Any] = {
            "output": str(path) if again.is_painted else None,
            "identical": same,
            "duration_s": round(again.duration_s, 3),
            "differences": [vars(each) for each in other],
        }
        print_json(report)
        return
    if not again.is_painted:
        stderr.print(f"{path}: not written, as there was no step yet")
        return
    verdict = "the same picture, bit for bit" if same else "not the same bits"
    stdout.print(f"{path}  ({again.duration_s:.2f} s, {verdict})")
    if not same:
        why = "; ".join(str(each) for each in other)
        stderr.print(f"what is not as it was: {why or 'nothing that is recorded'}")
