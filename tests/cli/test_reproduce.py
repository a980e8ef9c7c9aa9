from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.reproduction import setup

TINY = setup.Sizes(
    name="tiny", frames=((120, 180),), clicks=4, repaints=2, curve_px=32, curve_steps=2
)

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "FULL", TINY)


def test_a_part_and_then_another(run: Run, folder: Path) -> None:
    first = run("reproduce", "-o", "report", "--only", "table2", "--device", "cpu")
    assert (first.code, first.out) == (0, "report/index.html\n")
    made = (folder / "report" / "parts" / "table2.json").stat().st_mtime_ns
    flags = ["--only", "losses,table2", "--photos", "a.png"]
    other = run("reproduce", "-o", "report", *flags, "--device", "cpu")
    assert other.code == 1
    assert "another photographs" in other.err
    second = run("reproduce", "-o", "report", "--only", "losses,table2", "--device", "cpu")
    assert (second.code, second.out) == (0, "report/index.html\n")
    assert "done before: table2" in second.err
    assert (folder / "report" / "parts" / "table2.json").stat().st_mtime_ns == made
    html = (folder / "report" / "index.html").read_text("utf-8")
    assert "5.3226" in html
    settings = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    assert settings["sizes"] == "tiny"
    assert (folder / "report" / "losses.png").exists()


def test_ones_own_photographs(run: Run, folder: Path) -> None:
    flags = ["--only", "table2", "--photos", "a.png", "--photos", "b.png", "--device", "cpu"]
    assert run("reproduce", "-o", "report", *flags).code == 0


@pytest.mark.parametrize(
    ("flags", "code", "message"),
    [
        (["--only", "table3"], 2, "Did you mean 'table"),
        (["--photos", "no.jpg"], 1, "no.jpg"),
        (["--photos", "text.jpg"], 1, "text.jpg"),
        (["--device", "quantum"], 1, "device"),
        (["-o", "a.png/report"], 1, "could not be made"),
        (["-o", "."], 1, "expected a new or empty folder"),
        (["--fast"], 2, "No such option"),
    ],
)
def test_refused(run: Run, folder: Path, flags: list[str], code: int, message: str) -> None:
    before = sorted(path.name for path in folder.iterdir())
    given = flags if "-o" in flags else ["-o", "report", *flags]
    outcome = run("reproduce", "--only", "table2", *given)
    assert outcome.code == code
    assert message in outcome.err
    assert sorted(path.name for path in folder.iterdir()) == before
