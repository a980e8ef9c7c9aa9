import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.cli.evaluate import find_sources, parse_limits
from impasto.errors import ImageNotFoundError, OptionError
from impasto.evaluation import omissions

Run = Callable[..., Any]

QUICK = ["--size", "64", "--iterations", "1", "--methods", "gatys,lapstyle", "--no-costs"]


@pytest.fixture(autouse=True)
def _without_vgg16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(omissions, "locate", lambda spec: None)


@pytest.mark.slow
def test_a_whole_evaluation_and_again(run: Run, folder: Path) -> None:
    arguments = ["evaluate", "a.png,b.png", "style.png,candy", "-o", "report", *QUICK]
    first = run(*arguments, "--at-most", "lapstyle=2", "--draws", "50")
    assert (first.code, first.out.strip()) == (0, "report/index.html")
    with (folder / "report" / "pairs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert "lpips" not in rows[0]
    assert "lpips" in (folder / "report" / "index.html").read_text()
    before = {path: path.stat().st_mtime_ns for path in (folder / "report").rglob("*--*.png")}
    again = run(*arguments, "--at-most", "lapstyle=2", "--draws", "50", "--json")
    assert again.code == 0
    report = json.loads(again.out)
    assert report == json.loads((folder / "report" / "report.json").read_text())
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_no_method_can_paint(run: Run, folder: Path) -> None:
    outcome = run("evaluate", "a.png", "style.png", "-o", "report", "--methods", "fast")
    assert outcome.code == 1
    assert "left out: style: 'style.png' is a picture that no network was trained on" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.png", "candy", "-o", "r"], 1, "none.png"),
        (["a.png", "candy", "-o", "r", "--methods", "oil"], 2, "expected one of"),
        (["a.png", "candy", "-o", "r", "--size", "20"], 2, "64 px"),
        (["a.png", "candy", "-o", "r", "--at-most", "gatys"], 2, "METHOD=PAIRS"),
        (["a.png", "candy", "-o", "a.png/r"], 1, "expected a folder"),
        (["a.png", "@none.txt", "-o", "r"], 1, "none.txt"),
    ],
)
def test_bad_input(run: Run, folder: Path, arguments: list[str], code: int, message: str) -> None:
    outcome = run("evaluate", *arguments)
    assert (outcome.code, message in outcome.err) == (code, True)


def test_photographs_and_styles_by_files_patterns_lists_and_names(
    folder: Path, networks: Path
) -> None:
    (folder / "list.txt").write_text("# mine\n a.png \n\nb.png\n")
    assert [each.place for each in find_sources("@list.txt")] == ["a.png", "b.png"]
    assert [each.name for each in find_sources("[ab].png,a.png")] == ["a", "b"]
    styles = find_sources("candy,style.png,stripes=a.png", named=True)
    assert [(each.name, each.place, each.look) for each in styles] == [
        ("candy", "candy", "candy"),
        ("style", "style.png", "style.png"),
        ("stripes", "stripes", "a.png"),
    ]
    with pytest.raises(ImageNotFoundError):
        find_sources("candy")


def test_limits() -> None:
    assert parse_limits([]) == {}
    with pytest.raises(OptionError, match="gatys=25"):
        parse_limits(["gatys=many"])
