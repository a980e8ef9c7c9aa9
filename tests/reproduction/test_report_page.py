from __future__ import annotations

import pytest

from impasto.reports.blocks import Table
from impasto.reports.page import render_page
from impasto.reproduction.catalog import PARTS
from impasto.reproduction.folder import Measured
from impasto.reproduction.papers import PAPERS
from impasto.reproduction.parts import region_latency
from impasto.reproduction.report_page import report_page
from impasto.reproduction.setup import FULL

FACTS = {"machine": "Two <fast> cores"}


def latencies() -> Measured:
    one = region_latency.Latency(
        frame=(800, 1200),
        name="medium",
        box=(300, 400),
        partial_ms=(0.3,),
        tiles_ms=(4.0,),
        whole_ms=(6.0,),
    )
    result = region_latency.Result(latencies=(one,))
    return Measured(
        spec=PARTS["table2"],
        result=result,
        duration_s=95.0,
        others=0.4,
        date="2026-01-02T03:04:05+00:00",
    )


def test_ours_stands_beside_the_papers_with_both_machines() -> None:
    page = report_page({"table2": latencies()}, FACTS, FULL, {})
    assert [section.title for section in page.sections] == [
        "Ours beside the papers' figures",
        PARTS["table2"].title,
        "What is missing",
        "The papers",
    ]
    (table,) = page.sections[0].blocks
    assert isinstance(table, Table)
    assert table.caption == "Here: Two <fast> cores"
    assert list(table.rows[1]) == [
        "Partial update of an object, 1200 × 800",
        "1.5 ms",
        "0.3 ms",
        "5 ×",
        "PKU, table 2",
        "the paper's machine, not named with the table",
    ]
    html = render_page(page)
    assert "Two &lt;fast&gt; cores" in html
    assert "1 min 35 s on 2026-01-02" in html
    assert "other programs took 40% of the processor" in html
    assert all(letters in html for letters in PAPERS)


def test_nothing_made_yet() -> None:
    page = report_page({}, FACTS, FULL, {"table1": "no weights"})
    titles = [section.title for section in page.sections]
    assert titles == ["What is missing", "The papers"]
    assert "no weights" in render_page(page)


@pytest.mark.parametrize("name", PARTS)
def test_parts_say_how_to_make_them(name: str) -> None:
    assert PARTS[name].title
    assert PARTS[name].source.split(",")[0] in PAPERS
