"""The files of a report that programs read: CSV and JSON, the same for the same paintings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from impasto.evaluation.art_fid import ArtFid
from impasto.evaluation.bootstrap import Interval
from impasto.evaluation.cost import Cost
from impasto.evaluation.measures import format_measure
from impasto.evaluation.plan import EvaluationPlan
from impasto.evaluation.run import Outcome
from impasto.evaluation.summary import MethodSummary, Score, Summary
from impasto.image.destination import replace_file
from impasto.version import __version__


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that a report tells.

    Attributes:
        plan: What was painted.
        judge: What measured, in words.
        outcome: The measured pairs and those that failed.
        summary: Of the measured pairs.
        art_fids: ArtFID of each method, where it could be had.
        costs: Time and memory of each method, where they were measured.
        left_out: Measures that could not be had, and why.
        draws: Of the bootstrap.
    """

    plan: EvaluationPlan
    judge: str
    outcome: Outcome
    summary: Summary
    art_fids: Sequence[ArtFid]
    costs: Sequence[Cost]
    left_out: Mapping[str, str]
    draws: int


def write_files(findings: Findings, folder: Path) -> list[Path]:
    """Write ``pairs.csv``, ``methods.csv``, ``report.json`` and, with times, ``costs.json``.

    Times are in ``costs.json`` alone: the other files are the same, byte for byte, whenever the
    same paintings are measured on the same machine.

    Raises:
        OutputError: if one cannot be written.
    """
    written = [
        _write(folder / "pairs.csv", _csv(pair_rows(findings))),
        _write(folder / "methods.csv", _csv(method_rows(findings))),
        _write(folder / "report.json", _json(report(findings))),
    ]
    if findings.costs:
        costs = [
            {**asdict(cost), "size": list(cost.size), "median_s": cost.median_s}
            for cost in findings.costs
        ]
        written.append(_write(folder / "costs.json", _json(costs)))
    return written


def pair_rows(findings: Findings) -> list[list[str]]:
    """A row for every painting, sorted by method, photograph and style."""
    names = findings.summary.measures
    rows = [["method", "photograph", "style", *names]]
    for entry in sorted(findings.outcome.measured, key=lambda each: each.key):
        rows.append([*entry.key, *(repr(entry.measures[name]) for name in names)])
    return rows


def method_rows(findings: Findings) -> list[list[str]]:
    """A row for every method: over the pairs that all have, then over its own."""
    names = findings.summary.measures
    columns = ("mean", "low", "high", "rank", "share_best")
    rows = [
        ["over", "method", "pairs", "mean_rank"]
        + [f"{name}_{column}" for name in names for column in columns]
    ]
    for over, summaries in (
        ("common pairs", findings.summary.compared),
        ("its own pairs", findings.summary.alone),
    ):
        for each in summaries:
            cells: list[Any] = [over, each.method, each.count, each.mean_rank]
            for name in names:
                score = each.scores[name]
                cells += _rounded(score.crossed).values()
                cells += [score.rank, format_measure(score.share_best)]
            rows.append([str(cell) for cell in cells])
    return rows


def report(findings: Findings) -> dict[str, Any]:
    """Everything but times, as plain JSON values."""
    plan, summary = findings.plan, findings.summary
    return {
        "impasto": __version__,
        "seed": plan.seed,
        "draws": findings.draws,
        "size": plan.size,
        "iterations": plan.iterations,
        "judge": findings.judge,
        "photographs": [each.name for each in plan.contents],
        "styles": [each.name for each in plan.styles],
        "methods": [method.name for method in plan.methods],
        "at_most": dict(plan.at_most),
        "complete": findings.outcome.is_complete,
        "measures": list(summary.measures),
        "left_out": dict(findings.left_out),
        "methods_left_out": {
            f"{method}, {style}": reason for (method, style), reason in plan.left_out.items()
        },
        "failures": {", ".join(key): reason for key, reason in findings.outcome.failures.items()},
        "common_pairs": [list(pair) for pair in summary.compared_pairs],
        "compared": [_summary(each) for each in summary.compared],
        "alone": [_summary(each) for each in summary.alone],
        "art_fid": [
            {
                "method": each.method,
                "pairs": each.count,
                "art_fid": format_measure(each.value),
                "lpips_alex": format_measure(each.perceptual),
                "frechet_distance": format_measure(each.frechet),
            }
            for each in findings.art_fids
        ],
    }


def _summary(each: MethodSummary) -> dict[str, Any]:
    return {
        "method": each.method,
        "pairs": each.count,
        "mean_rank": each.mean_rank,
        "dominated_by": list(each.dominated_by),
        "scores": {name: _score(score) for name, score in each.scores.items()},
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        **_rounded(score.crossed),
        "independent_pairs": _rounded(score.pairs),
        "rank": score.rank,
        "share_best": format_measure(score.share_best),
    }


def _rounded(interval: Interval) -> dict[str, float]:
    return {name: format_measure(value) for name, value in asdict(interval).items()}


def _csv(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> Path:
    with replace_file(path) as file:
        file.write(text.encode("utf-8"))
    return path
