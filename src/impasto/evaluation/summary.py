"""Measured pairs as a summary: means, intervals, ranks, and who is better than whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from impasto.evaluation.bootstrap import (
    DRAWS,
    Interval,
    PairName,
    resample_crossed,
    resample_pairs,
    share_best,
)
from impasto.evaluation.ledger import Measured
from impasto.evaluation.measures import CONTENT_HEADLINE, MEASURES, STYLE_HEADLINE

Values = dict[str, dict[str, dict[PairName, float]]]
"""By method, measure and pair."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One measure of one method.

    Attributes:
        crossed: Mean, and the interval for other photographs and styles of the same kind.
        pairs: The same mean, and the interval for pairs as if they were independent.
        rank: 1 for the best method.
        share_best: In which part of the draws it is the best.
    """

    crossed: Interval
    pairs: Interval
    rank: int
    share_best: float


@dataclass(frozen=True, kw_only=True)
class MethodSummary:
    """One method over some pairs.

    Attributes:
        method: Its name.
        count: How many pairs.
        scores: By measure.
        mean_rank: Mean of its ranks in style left and content distance.
        dominated_by: Methods that have less style left and less content distance.
    """

    method: str
    count: int
    scores: Mapping[str, Score]
    mean_rank: float
    dominated_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """All methods.

    Attributes:
        compared: Over the pairs that every method painted, best mean rank first; empty where
            there is no such pair.
        compared_pairs: Those pairs.
        alone: Each method over all of its own pairs; empty where that says nothing more.
        measures: What was measured of every painting.
    """

    compared: tuple[MethodSummary, ...]
    compared_pairs: tuple[PairName, ...]
    alone: tuple[MethodSummary, ...]
    measures: tuple[str, ...]


def summarize(measured: Sequence[Measured], *, seed: int = 0, draws: int = DRAWS) -> Summary:
    """Summarise measured pairs.

    Args:
        measured: At least one.
        seed: Of the bootstrap.
        draws: Of the bootstrap.
    """
    values = _by_method(measured)
    names = tuple(name for name in MEASURES if all(name in each for each in values.values()))
    owned = {method: set(each[STYLE_HEADLINE]) for method, each in values.items()}
    common = tuple(sorted(set.intersection(*owned.values())))
    differs = any(len(pairs) > len(common) for pairs in owned.values())
    compared = _summaries(_only(values, common), names, seed, draws) if common else ()
    alone: list[MethodSummary] = []
    for method in values if differs else ():
        alone.extend(_summaries({method: values[method]}, names, seed, draws))
    return Summary(
        compared=tuple(sorted(compared, key=lambda each: (each.mean_rank, each.method))),
        compared_pairs=common,
        alone=tuple(alone),
        measures=names,
    )


def pareto_front(summaries: Sequence[MethodSummary]) -> list[str]:
    """The methods that no other one is better than in both style and content."""
    return [each.method for each in summaries if not each.dominated_by]


def _summaries(
    values: Values, names: Sequence[str], seed: int, draws: int
) -> tuple[MethodSummary, ...]:
    pairs = sorted({pair for each in values.values() for pair in each[STYLE_HEADLINE]})
    crossed = resample_crossed(pairs, draws=draws, seed=seed)
    independent = resample_pairs(pairs, draws=draws, seed=seed)
    scores: dict[str, dict[str, Score]] = {method: {} for method in values}
    for name in names:
        lower = MEASURES[name].better == "lower"
        means = {method: crossed.means(each[name]) for method, each in values.items()}
        best = share_best(means, lower=lower)
        found = {method: crossed.interval(each[name]) for method, each in values.items()}
        for method, interval in found.items():
            better = sum(
                other.mean < interval.mean if lower else other.mean > interval.mean
                for other in found.values()
            )
            scores[method][name] = Score(
                crossed=interval,
                pairs=independent.interval(values[method][name]),
                rank=1 + better,
                share_best=best[method],
            )
    return tuple(
        MethodSummary(
            method=method,
            count=len(values[method][STYLE_HEADLINE]),
            scores=each,
            mean_rank=(each[STYLE_HEADLINE].rank + each[CONTENT_HEADLINE].rank) / 2,
            dominated_by=tuple(other for other in scores if _dominates(scores[other], each)),
        )
        for method, each in scores.items()
    )


def _dominates(one: Mapping[str, Score], other: Mapping[str, Score]) -> bool:
    """Whether one has no more style left and content distance than another, and less of one."""
    ours, theirs = (
        [each[name].crossed.mean for name in (STYLE_HEADLINE, CONTENT_HEADLINE)]
        for each in (one, other)
    )
    return ours != theirs and all(a <= b for a, b in zip(ours, theirs, strict=True))


def _by_method(measured: Sequence[Measured]) -> Values:
    values: Values = {}
    for entry in measured:
        for name, value in entry.measures.items():
            by_pair = values.setdefault(entry.method, {}).setdefault(name, {})
            by_pair[entry.content, entry.style] = value
    return values


def _only(values: Values, pairs: Sequence[PairName]) -> Values:
    return {
        method: {name: {pair: each[pair] for pair in pairs} for name, each in by_name.items()}
        for method, by_name in values.items()
    }
