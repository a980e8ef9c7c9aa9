"""Tables as HTML and Markdown: numbers aligned, the best in bold, dashes where there is nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import TypeGuard

from impasto.reports.blocks import Column, Table, Value

NOTHING = "–"
SIGNIFICANT = 3


def render_table(table: Table, inline: Callable[[str], str]) -> str:
    """A table as HTML.

    Args:
        table: What is shown.
        inline: Escapes text.
    """
    columns = _shown(table)
    head = "".join(
        f'<th scope="col"{shown.attributes()}>{inline(shown.title)}</th>' for shown in columns
    )
    rows = []
    for number in range(len(table.rows)):
        first, *rest = (
            inline(shown.words(number)).join(
                ("<strong>", "</strong>") if shown.is_best(number) else ("", "")
            )
            for shown in columns
        )
        name = f'<th scope="row"{columns[0].attributes()}>{first}</th>'
        others = "".join(
            f"<td{shown.attributes()}>{text}</td>"
            for shown, text in zip(columns[1:], rest, strict=True)
        )
        rows.append(f"<tr>{name}{others}</tr>")
    caption = f"<caption>{inline(table.caption)}</caption>" if table.caption else ""
    note = f'<p class="note">{inline(table.note)}</p>' if table.note else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(table.caption or "Table")}"><table class="data" '
        f'style="--columns: {len(columns)}">{caption}'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{note}"
    )


def markdown_table(table: Table) -> str:
    """A table as Markdown, for pages that are written in it; without its caption and note."""
    columns = _shown(table)
    lines = [
        [shown.title for shown in columns],
        ["--:" if shown.attributes() else "---" for shown in columns],
    ]
    for number in range(len(table.rows)):
        lines.append(
            [
                shown.words(number).join(("**", "**") if shown.is_best(number) else ("", ""))
                for shown in columns
            ]
        )
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def number_text(value: float, digits: int | None = None) -> str:
    """A number as people read it.

    Args:
        value: Any number.
        digits: Behind the point; by default as many as three significant ones need.

    Example:
        >>> [number_text(each) for each in (1234.5, 0.012345, 3.0, float("nan"))]
        ['1234', '0.0123', '3.00', '–']
    """
    if not math.isfinite(value):
        return NOTHING
    if isinstance(value, int):
        return str(value)
    if digits is None:
        size = math.floor(math.log10(abs(value))) if value else 0
        digits = max(0, min(SIGNIFICANT - 1 - size, 8))
    return f"{value:.{digits}f}".replace("-", "−")


def _shown(table: Table) -> list[_Shown]:
    cells = list(zip(*table.rows, strict=True)) or [() for _ in table.columns]
    return [_Shown(column, values) for column, values in zip(table.columns, cells, strict=True)]


class _Shown:
    """A column with its values."""

    def __init__(self, column: Column, values: Sequence[Value]) -> None:
        self._column, self._values = column, values
        self._numbers = [value for value in values if _is_number(value)]

    @property
    def title(self) -> str:
        unit = f", {self._column.unit}" if self._column.unit else ""
        return f"{self._column.title}{unit}"

    def attributes(self) -> str:
        align = self._column.align
        if align == "auto":
            align = "right" if self._numbers else "left"
        return ' class="number"' if align == "right" else ""

    def words(self, row: int) -> str:
        value = self._values[row]
        if value is None:
            return NOTHING
        return value if isinstance(value, str) else number_text(value, self._column.digits)

    def is_best(self, row: int) -> bool:
        value, best = self._values[row], self._column.best
        if best is None or not _is_number(value) or len(self._numbers) < 2:
            return False
        return value == (min if best == "lowest" else max)(self._numbers)


def _is_number(value: Value) -> TypeGuard[float | int]:
    return isinstance(value, int | float) and math.isfinite(value)
