from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from impasto.reports.blocks import Table
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.loss_summary import TERMS, THEIR_STYLE_WEIGHT, Result, table


def test_both_starts_and_all_terms(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, exhibit = make_part("losses")
    photograph, noise = result.curves
    for curve in result.curves:
        assert set(curve.losses) == set(TERMS)
        assert all(len(values) == 12 for values in curve.losses.values())
        parts = sum(curve.losses[name][0] for name in TERMS[:-1])
        assert curve.losses["total"][0] == pytest.approx(parts, rel=1e-4)
    assert photograph.losses["content"][0] == 0
    assert noise.losses["content"][0] > 1
    summary = exhibit.items[0]
    assert isinstance(summary, Table)
    style: Any = summary.rows[1]
    first = photograph.losses["style"][0] / THEIR_STYLE_WEIGHT
    assert style[:2] == ["style", "0.0012 → 0.0001"]
    assert style[2].startswith(f"{first:.4g} → ")


def test_chosen_steps() -> None:
    losses = {name: tuple(float(step) for step in range(1, 61)) for name in TERMS}
    assert [row[0] for row in table(losses)] == [1, 10, 50]
    assert table(losses)[1] == [10, 10.0, 10.0, 10.0, 10.0]
