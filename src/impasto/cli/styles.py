"""``impasto styles``: the styles that ship."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from impasto.cli.console import print_entry, print_json, stdout
from impasto.styles.catalog import STYLES, style_path


def styles_command(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the styles that ship, each with its image and how it was made."""
    listed: list[dict[str, Any]] = [
        {
            "name": spec.name,
            "title": spec.title,
            "image": str(style_path(spec)),
            "fast": False,
            "made_by": spec.made_by,
            "licence": spec.licence,
        }
        for spec in STYLES.values()
    ]
    if json:
        print_json(listed)
        return
    for style in listed:
        fast = "yes" if style["fast"] else "no"
        print_entry(style["name"], style["made_by"], f"fast: {fast}", style["image"])
    stdout.print("\nAny other picture works too: impasto stylize PHOTO --style PICTURE.jpg")
