from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.image.picture import Picture
from impasto.reproduction.catalog import PARTS
from impasto.reproduction.folder import Measured, open_report
from impasto.reproduction.parts.loss_summary import TERMS, Curve, Result

LOSSES = PARTS["losses"]
SETTINGS = {"sizes": "tiny", "machine": "a machine"}


def measured(level: int = 90) -> Measured:
    picture = Picture(pixels=np.full((8, 8, 3), level, np.uint8))
    losses = dict.fromkeys(TERMS, (2.0, 1.0))
    curves = tuple(Curve(start=s, losses=losses, painting=picture) for s in ("content", "noise"))
    result = Result(content=picture, curves=curves)
    return Measured(
        spec=LOSSES, result=result, duration_s=3.5, others=0.1, date="2026-01-02T03:04:05+00:00"
    )


def test_a_part_is_found_as_it_was_kept(tmp_path: Path) -> None:
    with open_report(tmp_path / "new" / "report", SETTINGS) as report:
        assert report.find(LOSSES) is None
        report.keep(measured())
        found = report.find(LOSSES)
    assert found is not None
    assert (found.duration_s, found.others, found.date) == (3.5, 0.1, measured().date)
    assert found.result.curves[0].losses == measured().result.curves[0].losses
    assert (found.result.content.pixels == 90).all()


@pytest.mark.parametrize("damage", ["{", "[]", '{"result": {}}', "\0"])
def test_a_damaged_part_is_made_again(tmp_path: Path, damage: str) -> None:
    with open_report(tmp_path, SETTINGS) as report:
        report.keep(measured())
        (tmp_path / "parts" / "losses.json").write_text(damage)
        assert report.find(LOSSES) is None


def test_a_part_without_its_pictures_is_made_again(tmp_path: Path) -> None:
    with open_report(tmp_path, SETTINGS) as report:
        report.keep(measured())
        (tmp_path / "parts" / "losses" / "content.png").unlink()
        assert report.find(LOSSES) is None


def test_other_settings_are_not_mixed(tmp_path: Path) -> None:
    with open_report(tmp_path, SETTINGS) as report:
        report.keep(measured())
    with (
        pytest.raises(OutputError, match=r"another machine and another sizes.*--restart"),
        open_report(tmp_path, {"sizes": "full", "machine": "another"}),
    ):
        pass
    with open_report(tmp_path, {"sizes": "full"}, restart=True) as report:
        assert report.find(LOSSES) is None


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with (
        pytest.raises(OutputError, match=r"expected a new or empty folder"),
        open_report(tmp_path, SETTINGS, restart=True),
    ):
        pass
    assert (tmp_path / "index.html").read_text() == "mine"
    with (
        pytest.raises(OutputError, match="could not be made"),
        open_report(tmp_path / "index.html", SETTINGS),
    ):
        pass


def test_restarting_removes_only_what_is_the_reports(tmp_path: Path) -> None:
    with open_report(tmp_path, SETTINGS) as report:
        report.keep(measured())
        for name in ("losses.png", "losses-2.png", "notes.txt", "index.html"):
            (tmp_path / name).write_text("")
    with open_report(tmp_path, SETTINGS, restart=True):
        left = sorted(path.name for path in tmp_path.iterdir() if path.name != ".lock")
    assert left == ["notes.txt", "report.json"]


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        open_report(tmp_path, SETTINGS),
        pytest.raises(OutputError, match="another process"),
        open_report(tmp_path, SETTINGS),
    ):
        pass


def test_files_are_json_for_everybody(tmp_path: Path) -> None:
    with open_report(tmp_path, SETTINGS) as report:
        report.keep(measured())
    entry = json.loads((tmp_path / "parts" / "losses.json").read_text("utf-8"))
    assert entry["title"] == LOSSES.title
    assert entry["result"]["content"] == "content.png"
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == SETTINGS
