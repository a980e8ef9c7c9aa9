from dataclasses import replace
from pathlib import Path

from impasto.evaluation.examples import chosen_pairs, example_gallery, worst_gallery
from impasto.evaluation.files import Findings
from impasto.evaluation.summary import summarize


def test_pairs_that_all_methods_painted_come_evenly(findings: Findings) -> None:
    common = set(findings.summary.compared_pairs)
    two = chosen_pairs(findings, 2)
    assert len(two) == 2
    assert set(two) <= common
    assert chosen_pairs(findings, 2) == two
    assert set(chosen_pairs(findings, 9)) == common


def test_without_common_pairs_any_is_shown(findings: Findings) -> None:
    measured = findings.outcome.measured
    alone = [next(e for e in measured if e.method == "tint"), measured[-1]]
    apart = replace(findings, summary=summarize(alone, draws=5))
    assert len(chosen_pairs(apart, 9)) == len({(e.content, e.style) for e in measured})


def test_what_each_method_made_of_them(findings: Findings, folder: Path) -> None:
    gallery = example_gallery(findings, folder)
    assert gallery is not None
    assert list(gallery.column_titles) == ["photograph", "style", "tint", "faint"]
    assert len(gallery.rows) == 3
    entry = next(e for e in findings.outcome.measured if e.key[0] == "tint")
    caption = f"{entry.measures['style_left']:.2f}, {entry.measures['content_distance']:.2f}"
    assert caption in [row[2].caption for row in gallery.rows]


def test_what_went_worst_is_shown_too(findings: Findings, folder: Path) -> None:
    gallery = worst_gallery(findings, folder)
    assert gallery is not None
    assert list(gallery.row_titles) == ["tint", "faint"]
    own = [e for e in findings.outcome.measured if e.method == "tint"]
    worst = max(own, key=lambda each: each.measures["content_distance"])
    assert gallery.rows[0][2].alt == f"tint: {worst.content} in {worst.style}"


def test_a_painting_that_is_gone_leaves_its_place_empty(findings: Findings, folder: Path) -> None:
    for path in (folder / "paintings" / "faint").iterdir():
        path.unlink()
    gallery = example_gallery(findings, folder)
    assert gallery is not None
    assert {row[3].caption for row in gallery.rows} == {"–"}
