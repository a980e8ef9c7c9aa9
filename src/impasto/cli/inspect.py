"""``impasto inspect``: how a result was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from impasto.cli.console import print_columns, print_json, stderr, stdout
from impasto.errors import ImpastoError

if TYPE_CHECKING:
    from impasto.provenance.record import Record


def inspect_command(
    results: Annotated[list[str], typer.Argument(help="Results: files, globs or folders.")],
    json: Annotated[bool, typer.Option("--json", help="Print all that is recorded.")] = False,
) -> None:
    """Say how results were made: method, styles, options, weights, seed, engine, version."""
    from impasto.cli.files import expand
    from impasto.provenance.description import describe

    paths = expand(results)
    found = {}
    failed = False
    for path in paths:
        try:
            record = _record(path)
        except ImpastoError as error:
            if len(paths) == 1:
                raise
            failed = True
            stderr.print(Text.assemble(("error:", "bold red"), f" {error}"))
            continue
        found[str(path)] = dict(record.settings)
        if not json:
            if len(found) > 1:
                stdout.print()
            stdout.print(Text(str(path), style="bold"))
            print_columns([["  " + label, words] for label, words in describe(record)])
    if json:
        print_json(next(iter(found.values())) if len(paths) == 1 else found)
    if failed:
        raise typer.Exit(1)


def _record(path: Path) -> Record:
    """What a picture or a film says about itself."""
    from impasto.video.encoding import CONTAINERS

    if path.suffix.lower() in CONTAINERS:
        from impasto.video.film_record import read_film_record

        return read_film_record(path)
    from impasto.provenance.record import read_record

    return read_record(path)
