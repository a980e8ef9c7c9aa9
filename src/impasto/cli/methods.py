"""``impasto methods``: the methods and their options."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from impasto.cli.console import print_entry, print_json
from impasto.stylizers.catalog import METHODS


def methods_command(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the methods, where they come from, and what they are good at."""
    if json:
        print_json(
            [
                {
                    "name": spec.name,
                    "title": spec.title,
                    "description": spec.description,
                    "source": spec.source,
                    "defaults": asdict(spec.options()),
                }
                for spec in METHODS.values()
            ]
        )
        return
    for spec in METHODS.values():
        print_entry(spec.name, spec.description, spec.source)
