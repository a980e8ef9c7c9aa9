from dataclasses import replace
from pathlib import Path

from impasto.evaluation.art_fid import ArtFid
from impasto.evaluation.cost import Cost
from impasto.evaluation.files import Findings
from impasto.evaluation.report import report_page, write_report
from impasto.evaluation.run import Outcome
from impasto.evaluation.summary import summarize
from impasto.reports.blocks import Bullets, Prose, Table
from impasto.reports.page import render_page

MACHINE = {"machine": "two cores"}


def test_everything_lies_in_one_page(findings: Findings, folder: Path) -> None:
    page = write_report(findings, folder, machine=MACHINE)
    text = page.read_text("utf-8")
    assert page == folder / "index.html"
    for title in ("Ranking", "Pictures", "What went worst", "Contact sheets", "Left out"):
        assert f">{title}<" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "its backbone is not here" in text
    assert "3 pairs, as asked" in text
    assert (folder / "report.json").exists()
    assert (folder / "sheets" / "tint.jpg").exists()


def test_the_ranking_is_sorted_and_says_who_is_dominated(findings: Findings, folder: Path) -> None:
    ranking = report_page(findings, folder, {}, MACHINE).sections[0]
    table = ranking.blocks[0]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [each.method for each in findings.summary.compared]
    assert table.rows[0][2] == findings.summary.compared[0].scores["style_left"].crossed.mean


def test_costs_and_art_fid_have_their_tables(findings: Findings, folder: Path) -> None:
    cost = Cost(
        method="tint",
        content="cat",
        style="red",
        size=(48, 64),
        first_s=2.0,
        seconds=(),
        peak_mib=512.0,
        engine="numpy, float32",
    )
    fid = ArtFid(method="tint", count=4, perceptual=0.5, frechet=3.0)
    page = report_page(replace(findings, costs=[cost], art_fids=[fid]), folder, {}, MACHINE)
    tables = {section.title: section.blocks[0] for section in page.sections}
    shown = tables["Time and memory"]
    assert isinstance(shown, Table)
    assert shown.rows[0][:5] == ["tint", 2.0, "one run", 2.0, 0.5]
    assert "two cores" in shown.note
    assert isinstance(tables["ArtFID"], Table)
    assert tables["ArtFID"].rows[0][2] == 6


def test_what_is_unfinished_or_failed_is_said(findings: Findings, folder: Path) -> None:
    measured = [findings.outcome.measured[0], findings.outcome.measured[-1]]
    outcome = Outcome(
        measured=tuple(measured),
        failures={("tint", "cat", "red"): "no such file"},
        is_complete=False,
    )
    given = replace(findings, outcome=outcome, summary=summarize(measured, draws=5))
    page = report_page(given, folder, {}, MACHINE)
    assert "not complete" in page.lead
    first = page.sections[0].blocks[0]
    assert isinstance(first, Prose)
    assert "no ranking" in first.text
    left_out = next(section for section in page.sections if section.title == "Left out")
    assert isinstance(left_out.blocks[0], Bullets)
    assert "tint, cat, red failed: no such file" in left_out.blocks[0].items
    assert render_page(page)
