"""Write the table of controls and methods in docs/guidance.md from the catalogue of methods."""

from __future__ import annotations

from pathlib import Path

from impasto.guidance.controls import CONTROLS
from impasto.stylizers.catalog import METHODS

PAGE = Path(__file__).parents[1] / "docs" / "guidance.md"
BEGIN, END = "<!-- controls:begin -->", "<!-- controls:end -->"


def with_table(page: str) -> str:
    """The page with what lies between its two markers written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{control_table()}\n\n{END}{after}"


def control_table() -> str:
    """Every control by every method: yes, yes with a note, or refused."""
    names = list(METHODS)
    rows = [
        f"| control | flag | {' | '.join(f'`{name}`' for name in names)} |",
        "|---" * (len(names) + 2) + "|",
    ]
    for control, spec in CONTROLS.items():
        flags = ", ".join(f"`{flag}`" for flag in spec.flag.split(", ") if flag) or "Python only"
        cells = [_cell(METHODS[name].controls.get(control)) for name in names]
        rows.append(f"| {spec.meaning} | {flags} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _cell(note: str | None) -> str:
    if note is None:
        return "refused"
    return f"yes: {note}" if note else "yes"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
