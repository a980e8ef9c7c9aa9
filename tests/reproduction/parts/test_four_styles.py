from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impasto.reports.blocks import Table
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.four_styles import STYLES, Result


def test_every_photograph_in_every_style(
    make_part: Callable[[str], tuple[Result, Exhibit]],
) -> None:
    result, exhibit = make_part("styles")
    assert list(result.styles) == list(STYLES)
    assert [len(row.paintings) for row in result.rows] == [4, 4]
    assert all(each.judgement.style_left > 0 for row in result.rows for each in row.paintings)
    table = exhibit.items[-1]
    assert isinstance(table, Table)
    means: list[Any] = [row[1] for row in table.rows]
    expected = [
        sum(row.paintings[number].judgement.style_left for row in result.rows) / 2
        for number in range(4)
    ]
    assert means == expected
