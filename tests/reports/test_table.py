from html import escape

import pytest

from impasto.reports.blocks import Column, Table, Value
from impasto.reports.table import markdown_table, number_text, render_table


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (7, None, "7"),
        (0.0, None, "0.00"),
        (123456.0, None, "123456"),
        (-1.5, None, "−1.50"),
        (1e-12, None, "0.00000000"),
        (15.04, 1, "15.0"),
        (float("inf"), 2, "–"),
    ],
)
def test_numbers(value: float, digits: int | None, text: str) -> None:
    assert number_text(value, digits) == text


def test_numbers_stand_right_and_the_best_is_bold() -> None:
    columns = [
        Column(title="method"),
        Column(title="time", unit="s", digits=2, best="lowest"),
        Column(title="SSIM", best="highest"),
        Column(title="paper", align="right"),
    ]
    rows: list[list[Value]] = [
        ["a", 1.5, None, "15 ± 1"],
        ["b", 0.25, 0.5, "–"],
        ["c", float("nan"), 0.75, "–"],
    ]
    html = render_table(Table(columns=columns, rows=rows, caption="c & d", note="n"), escape)
    assert '<th scope="col" class="number">time, s</th>' in html
    assert '<td class="number"><strong>0.25</strong></td>' in html
    assert '<td class="number"><strong>0.750</strong></td>' in html
    assert html.count("<strong>") == 2
    assert '<th scope="row">a</th>' in html
    assert '<td class="number">15 ± 1</td>' in html
    assert "<caption>c &amp; d</caption>" in html
    assert html.count("–") == 4


def test_one_number_is_not_the_best_of_many() -> None:
    columns = [Column(title="a"), Column(title="b", best="lowest")]
    assert "<strong>" not in render_table(Table(columns=columns, rows=[["x", 1.0]]), escape)


def test_a_table_without_rows() -> None:
    html = render_table(Table(columns=[Column(title="a")], rows=[]), escape)
    assert "<tbody></tbody>" in html


def test_as_markdown() -> None:
    columns = [Column(title="a|b"), Column(title="time", unit="s", digits=1, best="lowest")]
    table = Table(columns=columns, rows=[["x", 2.0], ["y", 1.0], ["z", None]])
    assert markdown_table(table).splitlines() == [
        r"| a\|b | time, s |",
        "| --- | --: |",
        "| x | 2.0 |",
        "| y | **1.0** |",
        "| z | – |",
    ]
