from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from impasto.reports.blocks import Table
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.method_times import MethodTime, Result, measure, show
from impasto.reproduction.setup import FULL

SQUARE = (FULL.table_px, FULL.table_px)


def test_every_method_is_timed(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, exhibit = make_part("table1")
    assert [each.name for each in result.times] == [
        "gatys",
        "lapstyle",
        "gatys-300",
        "fast",
        "live",
    ]
    assert all(min(each.warm_s) > 0 for each in result.times)
    assert all(each.cold_s == () for each in result.times)
    assert [each.evaluations for each in result.times][2:] == [3, None, None]
    assert list(result.paintings) == ["gatys", "lapstyle", "fast"]
    assert not exhibit.comparisons, "at another size than the papers'"


@pytest.mark.slow
def test_processes_of_their_own(bench: Bench) -> None:
    bench.sizes = dataclasses.replace(bench.sizes, cold_runs=1, iterations=1)
    result = measure(bench)
    assert [len(each.cold_s) for each in result.times] == [1, 1, 0, 3, 0]
    assert min(result.times[0].cold_s) > result.times[0].median_s


def timed(name: str, size: tuple[int, int], seconds: float, evaluations: int | None) -> MethodTime:
    return MethodTime(
        name=name,
        title=name,
        size=size,
        cold_s=(2 * seconds,),
        warm_s=(seconds, seconds / 2, 3 * seconds),
        evaluations=evaluations,
    )


def test_only_the_papers_size_is_compared(
    make_part: Callable[[str], tuple[Any, Exhibit]], bench: Bench
) -> None:
    result = Result(
        times=(
            timed("gatys", SQUARE, 20.0, 170),
            timed("gatys-300", SQUARE, 50.0, 120),
            timed("fast", (256, 256), 0.01, None),
            timed("live", FULL.live_size, 0.05, None),
        ),
        photograph=bench.photographs[0].picture,
        paintings={},
    )
    exhibit = show(result)
    found = {each.figure.what: each.ours for each in exhibit.comparisons}
    assert found == {"Gatys, 512 × 512": 20.0, "Live video": 20.0}
    table = exhibit.items[0]
    assert isinstance(table, Table)
    assert table.rows[0][3:] == ["40.0", "20.0 (10.0–60.0)", "15.0"]
    assert table.rows[2][3:] == ["0.02", "0.010 (0.005–0.030)", "0.04"]
