"""``impasto reproduce``: the papers' tables and figures, made again on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import cancel_on_interrupt, progress_bar, stderr, stdout
from impasto.reproduction.catalog import PARTS, choose_parts

if TYPE_CHECKING:
    from impasto.reproduction.making import Outcome


def reproduce_command(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the report; new, or one begun.")
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"Parts to make: {', '.join(PARTS)}; repeatable, or with commas."),
    ] = None,
    photos: Annotated[
        list[str] | None,
        typer.Option(
            help="Photographs of your own, a folder or files; repeatable. "
            "Default: some that come with scikit-image."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Smaller and shorter, for a first look.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, whatever is there of a report.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
) -> None:
    """Make the papers' tables and figures again, beside the papers' own.

    Open index.html in the folder. The same command goes on with the parts not done yet.
    """
    parts = choose_parts(name for given in only or () for name in given.split(",") if name)

    from impasto.cli.files import expand
    from impasto.device import choose_device
    from impasto.reproduction.bench import Bench
    from impasto.reproduction.making import reproduce
    from impasto.reproduction.setup import FULL, QUICK, bundled_photographs, read_photographs

    choose_device(device)
    pictures = read_photographs(expand(photos)) if photos else bundled_photographs()
    with cancel_on_interrupt() as cancellation, progress_bar("reproduce") as show:
        bench = Bench(
            sizes=QUICK if quick else FULL,
            photographs=pictures,
            device=device,
            cancellation=cancellation,
        )
        outcome = reproduce(output, bench, parts=parts, restart=restart, on_progress=show)
    _report(outcome)
    if cancellation.is_cancelled:
        raise typer.Exit(130)
    if outcome.failed:
        raise typer.Exit(1)


def _report(outcome: Outcome) -> None:
    if outcome.kept:
        stderr.print(f"done before: {', '.join(outcome.kept)}")
    for name, reason in outcome.failed.items():
        stderr.print(f"{name}: not made: {reason}")
    stdout.print(str(outcome.page))
