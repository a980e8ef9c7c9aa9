import re

from impasto.evaluation.chart import pareto_chart
from impasto.evaluation.files import Findings


def test_every_method_is_a_point_with_a_name(findings: Findings) -> None:
    chart = pareto_chart(findings.summary.compared)
    assert chart.svg.startswith("<svg")
    shown = re.findall(r">([^<>]+)</text>", chart.svg)
    assert {"tint", "faint"} <= set(shown)
    assert any("content distance" in text for text in shown)
    assert "dominated" in chart.caption
