import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from impasto.evaluation.art_fid import ArtFid
from impasto.evaluation.cost import Cost
from impasto.evaluation.files import Findings, write_files
from impasto.evaluation.judge import Judge
from impasto.evaluation.plan import EvaluationPlan
from impasto.evaluation.run import evaluate
from impasto.evaluation.summary import summarize


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_every_painting(findings: Findings, folder: Path) -> None:
    write_files(findings, folder)
    rows = read(folder / "pairs.csv")
    assert len(rows) == 7
    assert rows == sorted(rows, key=lambda row: (row["method"], row["photograph"], row["style"]))
    entry = next(each for each in findings.outcome.measured if each.key == ("tint", "dog", "red"))
    row = next(row for row in rows if (row["method"], row["photograph"], row["style"]) == entry.key)
    assert {name: float(row[name]) for name in entry.measures} == entry.measures


def test_a_row_for_every_method(findings: Findings, folder: Path) -> None:
    write_files(findings, folder)
    rows = read(folder / "methods.csv")
    assert [(row["over"], row["method"], row["pairs"]) for row in rows] == [
        ("common pairs", findings.summary.compared[0].method, "3"),
        ("common pairs", findings.summary.compared[1].method, "3"),
        ("its own pairs", "tint", "4"),
        ("its own pairs", "faint", "3"),
    ]
    low, mean, high = (float(rows[2][f"ssim_{name}"]) for name in ("low", "mean", "high"))
    assert low <= mean <= high
    own = [e.measures["ssim"] for e in findings.outcome.measured if e.method == "tint"]
    assert mean == pytest.approx(sum(own) / 4, rel=1e-5)


def test_the_report_says_everything_but_times(findings: Findings, folder: Path) -> None:
    given = replace(
        findings, art_fids=[ArtFid(method="tint", count=4, perceptual=0.5, frechet=3.0)]
    )
    assert [path.name for path in write_files(given, folder)] == [
        "pairs.csv",
        "methods.csv",
        "report.json",
    ]
    found = json.loads((folder / "report.json").read_text())
    assert found["photographs"] == ["cat", "dog"]
    assert found["left_out"] == {"lpips": "its backbone is not here"}
    assert (found["complete"], found["at_most"]) == (True, {"faint": 3})
    assert found["art_fid"][0]["art_fid"] == 6
    assert len(found["common_pairs"]) == 3
    assert '_s"' not in json.dumps(found)


def test_the_same_paintings_give_the_same_bytes(
    findings: Findings,
    folder: Path,
    tmp_path: Path,
    judge: Judge,
    make_plan: Callable[..., EvaluationPlan],
) -> None:
    write_files(findings, folder)
    other = tmp_path / "other"
    other.mkdir()
    outcome = evaluate(make_plan(at_most={"faint": 3}), other, judge, judge_name="slim")
    again = replace(findings, outcome=outcome, summary=summarize(outcome.measured, draws=50))
    for path in write_files(again, other):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_times_are_in_a_file_of_their_own(findings: Findings, folder: Path) -> None:
    cost = Cost(
        method="tint",
        content="cat",
        style="red",
        size=(48, 64),
        first_s=2.0,
        seconds=(1.0,),
        peak_mib=None,
        engine="numpy",
    )
    write_files(replace(findings, costs=[cost]), folder)
    found = json.loads((folder / "costs.json").read_text())
    assert (found[0]["median_s"], found[0]["size"]) == (1.0, [48, 64])
