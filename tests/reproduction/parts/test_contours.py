from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impasto.reports.blocks import Table
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.judge import Judge, Judgement
from impasto.reproduction.parts import contours
from impasto.reproduction.parts.contours import ATTEMPTS, SAME_STYLE, Result, compare


def test_both_methods_paint_every_pair(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, exhibit = make_part("lapstyle")
    assert [pair.photograph for pair in result.pairs] == ["cat", "coffee"]
    assert isinstance(exhibit.items[0], Table)
    for pair in result.pairs:
        ratio = pair.lapstyle.judgement.style / pair.gatys.judgement.style
        assert abs(ratio - 1) <= SAME_STYLE or pair.style_weight != 20


def test_the_weight_is_steered_towards_the_same_style(bench: Bench, monkeypatch: Any) -> None:
    """Where LapStyle is twice as far from the style, its weight grows; where nearer, it falls."""
    judged = iter([1.0, 2.0, 0.8, 1.05])

    class Scripted(Judge):
        def __init__(self) -> None:
            pass

        def judge(self, *_pictures: Any) -> Judgement:
            style = next(judged)
            return Judgement(style=style, style_left=1, content=1, similarity=1, laplacian=0.1)

    weights = []
    real = contours.LapStyleOptions

    def options(**given: Any) -> Any:
        weights.append(given.get("style_weight"))
        return real(**given)

    monkeypatch.setattr(contours, "LapStyleOptions", options)
    pair = compare(bench, Scripted(), bench.photographs[0], "candy")
    _, first, second, third = weights
    assert second > 2 * first
    assert first < third < second
    assert pair.style_weight == third
    assert len(weights) == 1 + ATTEMPTS
