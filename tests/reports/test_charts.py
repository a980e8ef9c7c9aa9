import re
from xml.etree import ElementTree

import pytest

from impasto.reports.charts import chart_of, chart_style, line_chart, new_figure


def test_letters_are_letters_in_the_pages_color() -> None:
    chart = line_chart(
        {"<content> & $x$": [3.0, 2.0, 1.0], "one": [2.0]}, alt="falls", x_title="step", y_title="L"
    )
    tree = ElementTree.fromstring(chart.svg)
    words = {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"<content> & $x$", "one", "step", "L"} <= words
    assert "currentColor" in chart.svg
    assert "#010203" not in chart.svg
    assert "width" not in tree.attrib
    assert "viewBox" in tree.attrib


def test_the_same_chart_is_the_same_and_another_shares_no_names() -> None:
    first, again, other = (
        line_chart({"a": [1.0, 2.0]}, alt=alt, x_title="x", y_title="y")
        for alt in ("one", "one", "two")
    )
    names = [set(re.findall(r'id="([^"]+)"', chart.svg)) for chart in (first, other)]
    assert first.svg == again.svg
    assert names[0]
    assert not names[0] & names[1]
    assert set(re.findall(r'(?:#|href="#)([\w-]+)[)"]', first.svg)) <= names[0]


def test_logarithms_leave_out_what_has_none() -> None:
    chart = line_chart(
        {"a": [0.0, 10.0, float("nan"), 1e4]},
        alt="a",
        x_title="x",
        y_title="y",
        x=[0, 5, 10, 15],
        logarithmic=True,
    )
    tree = ElementTree.fromstring(chart.svg)
    words = {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"10", "100", "1000", "10000"} <= words


@pytest.mark.parametrize("values", [[4.0, 0.6], [1.0, 1e-6], [2.0, 3.0]])
def test_numbers_on_logarithmic_scales_are_plain(values: list[float]) -> None:
    chart = line_chart({"a": values}, alt="a", x_title="x", y_title="y", logarithmic=True)
    tree = ElementTree.fromstring(chart.svg)
    words = [text.text or "" for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert not [word for word in words if "$" in word or "\\" in word]
    assert len(words) >= 8


@pytest.mark.parametrize("caption", ["", "Points."])
def test_any_figure(caption: str) -> None:
    with chart_style():
        figure = new_figure((3, 2))
        figure.subplots().scatter([1, 2], [3, 4])
        chart = chart_of(figure, alt="two points", caption=caption)
    assert chart.caption == caption
    assert "<metadata>" not in chart.svg
