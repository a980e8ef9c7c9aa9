"""Write the option tables of docs/options.md from the dataclasses of the methods."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import typer.main

from impasto.cli.app import app
from impasto.stylizers.catalog import METHODS, MethodSpec

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
BEGIN, END = "<!-- options:begin -->", "<!-- options:end -->"


def with_tables(page: str) -> str:
    """The page with what lies between its two markers written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n\n".join(method_table(spec) for spec in METHODS.values())
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def method_table(spec: MethodSpec) -> str:
    rows = [option_row(declared) for declared in fields(spec.options)]
    heading = f"## {spec.name}: {spec.options.__name__}"
    header = "| option | flag | default | allowed | meaning |\n|---|---|---|---|---|"
    return "\n".join([f"{heading}\n\n{spec.title}: {spec.description}.\n\n{header}", *rows])


def option_row(declared: Field[Any]) -> str:
    flag = f"--{declared.name.replace('_', '-')}"
    cells = (
        f"`{declared.name}`",
        f"`{flag}`" if flag in stylize_flags() else "Python only",
        shown_default(declared.default),
        shown_bounds(declared.metadata),
        declared.metadata["help"].replace("|", r"\|"),
    )
    return f"| {' | '.join(cells)} |"


def stylize_flags() -> set[str]:
    command: Any = typer.main.get_command(app)
    parameters = command.commands["stylize"].params
    return {flag for parameter in parameters for flag in parameter.opts}


def shown_default(default: Any) -> str:
    if default is None:
        return "automatic"
    if isinstance(default, tuple):
        return ", ".join(f"`{item}`" for item in default)
    return f"`{default}`"


def shown_bounds(metadata: Any) -> str:
    if metadata["choices"]:
        return ", ".join(f"`{choice}`" for choice in metadata["choices"])
    if metadata["minimum"] is None:
        return ""
    if metadata["maximum"] < 10**9:
        return f"{metadata['minimum']} to {metadata['maximum']}"
    return f"≥ {metadata['minimum']}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
