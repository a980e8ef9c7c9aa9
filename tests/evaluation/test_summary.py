from typing import Any

import pytest

from impasto.evaluation.ledger import Measured
from impasto.evaluation.summary import pareto_front, summarize


def entry(
    method: str, content: str, style: str, left: float, moved: float, **more: Any
) -> Measured:
    return Measured(
        method=method,
        content=content,
        style=style,
        painting="",
        judge="",
        measures={"style_left": left, "content_distance": moved, **more},
        duration_s=0,
    )


def grid(method: str, left: float, moved: float, ssim: float = 0.5) -> list[Measured]:
    return [
        entry(method, content, style, left + 0.01 * i, moved + 0.01 * k, ssim=ssim)
        for i, content in enumerate("ab")
        for k, style in enumerate("xyz")
    ]


MEASURED = [*grid("bold", 0.1, 0.9, 0.2), *grid("shy", 0.8, 0.1, 0.9), *grid("poor", 0.9, 0.95)]


def test_ranks_means_and_who_beats_whom() -> None:
    summary = summarize(MEASURED, draws=200)
    found = {each.method: each for each in summary.compared}
    assert found["bold"].scores["style_left"].crossed.mean == pytest.approx(0.105)
    assert {name: each.scores["style_left"].rank for name, each in found.items()} == {
        "bold": 1,
        "shy": 2,
        "poor": 3,
    }
    assert {name: each.scores["ssim"].rank for name, each in found.items()} == {
        "shy": 1,
        "poor": 2,
        "bold": 3,
    }
    assert [each.method for each in summary.compared] == ["bold", "shy", "poor"]
    assert found["bold"].mean_rank == found["shy"].mean_rank == 1.5
    assert found["poor"].dominated_by == ("bold", "shy")
    assert set(pareto_front(summary.compared)) == {"bold", "shy"}
    assert found["bold"].scores["style_left"].share_best == 1
    assert len(summary.compared_pairs) == 6
    assert not summary.alone


def test_methods_are_compared_on_the_pairs_that_all_painted() -> None:
    few = [each for each in grid("slow", 0.0, 0.5) if (each.content, each.style) == ("a", "z")]
    summary = summarize([*MEASURED, *few], draws=50)
    assert summary.compared_pairs == (("a", "z"),)
    assert {each.count for each in summary.compared} == {1}
    assert {each.method: each.count for each in summary.alone} == {
        "bold": 6,
        "shy": 6,
        "poor": 6,
        "slow": 1,
    }


def test_no_pair_in_common_makes_no_ranking() -> None:
    summary = summarize([entry("a", "p", "x", 1, 1), entry("b", "q", "x", 1, 1)], draws=20)
    assert (summary.compared, summary.compared_pairs) == ((), ())
    assert len(summary.alone) == 2


def test_equal_methods_share_a_rank_and_do_not_dominate() -> None:
    summary = summarize([*grid("one", 0.1, 0.2), *grid("two", 0.1, 0.2)], draws=20)
    assert {each.scores["style_left"].rank for each in summary.compared} == {1}
    assert not any(each.dominated_by for each in summary.compared)


def test_measures_that_not_all_have_are_left_out() -> None:
    extra = entry("more", "a", "x", 0.1, 0.2, ssim=0.1, lpips=0.4)
    assert summarize([*MEASURED, extra], draws=20).measures == (
        "style_left",
        "content_distance",
        "ssim",
    )
