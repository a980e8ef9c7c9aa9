"""A report as a folder: one page to read, files for programs, contact sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from impasto.evaluation.bootstrap import LEVEL
from impasto.evaluation.chart import pareto_chart
from impasto.evaluation.examples import example_gallery, worst_gallery
from impasto.evaluation.files import Findings, write_files
from impasto.evaluation.measures import CONTENT_HEADLINE, MEASURES, STYLE_HEADLINE
from impasto.evaluation.sheets import save_sheets
from impasto.evaluation.summary import MethodSummary, Summary
from impasto.image.codec import open_image
from impasto.reports.blocks import (
    Block,
    Bullets,
    Column,
    Page,
    Prose,
    Section,
    Table,
    Value,
)
from impasto.reports.embedding import illustration
from impasto.reports.page import save_page
from impasto.version import __version__

PAGE = "index.html"
SHEET_PX = 1600


def write_report(findings: Findings, folder: Path, *, machine: Mapping[str, str]) -> Path:
    """Write all of a report.

    Args:
        findings: What was found.
        folder: Where; the paintings lie in it.
        machine: What the times were measured on.

    Returns:
        The page.

    Raises:
        OutputError: if something cannot be written.
    """
    write_files(findings, folder)
    sheets = save_sheets(findings.plan, folder)
    return save_page(report_page(findings, folder, sheets, machine), folder / PAGE)


def report_page(
    findings: Findings, folder: Path, sheets: Mapping[str, Path], machine: Mapping[str, str]
) -> Page:
    """The page of a report."""
    plan, summary = findings.plan, findings.summary
    facts = {
        "photographs": str(len(plan.contents)),
        "styles": str(len(plan.styles)),
        "paintings": str(len(findings.outcome.measured)),
        "longest side": f"{plan.size} px",
        "judge": findings.judge,
        "seed": str(plan.seed),
        "Impasto": __version__,
    }
    if plan.iterations is not None:
        facts["steps of methods that take steps"] = str(plan.iterations)
    sections = [
        Section(title="Ranking", blocks=_ranking(summary)),
        Section(title="All measures", blocks=_measures(summary)),
        Section(title="ArtFID", blocks=_art_fid(findings)),
        Section(title="Time and memory", blocks=_costs(findings, machine)),
        Section(title="Pictures", blocks=_given(example_gallery(findings, folder))),
        Section(title="What went worst", blocks=_given(worst_gallery(findings, folder))),
        Section(title="Contact sheets", blocks=_sheets(sheets)),
        Section(title="Left out", blocks=_left_out(findings)),
        Section(title="How to read this", blocks=_reading(summary)),
    ]
    unfinished = (
        "" if findings.outcome.is_complete else " It is not complete: work was interrupted."
    )
    return Page(
        title="Methods of style transfer, compared",
        lead=(
            f"{len(plan.methods)} methods on {len(plan.contents)} photographs and "
            f"{len(plan.styles)} styles.{unfinished}"
        ),
        facts=facts,
        sections=[section for section in sections if section.blocks],
        footer=f"Made by Impasto {__version__}: `impasto evaluate`.",
    )


def _ranking(summary: Summary) -> list[Block]:
    if not summary.compared:
        return [Prose(text="There is no pair that every method painted, and so no ranking.")]
    headlines = (STYLE_HEADLINE, CONTENT_HEADLINE)
    rows: list[list[Value]] = []
    for each in summary.compared:
        cells: list[Value] = [each.method, each.mean_rank]
        for name in headlines:
            score = each.scores[name]
            cells += [score.crossed.mean, _interval(each, name), f"{score.share_best:.0%}"]
        cells.append(", ".join(each.dominated_by) or "none")
        rows.append(cells)
    columns = [Column(title="method"), Column(title="mean rank", digits=1, best="lowest")]
    for name in headlines:
        title = MEASURES[name].title
        columns += [
            Column(title=title, best="lowest"),
            Column(title=f"{LEVEL:.0%} interval", align="right"),
            Column(title="best in", align="right"),
        ]
    columns.append(Column(title="dominated by"))
    table = Table(
        columns=columns,
        rows=rows,
        caption=f"Over the {len(summary.compared_pairs)} pairs that every method painted",
        note=(
            "Sorted by the mean of the ranks in style left and content distance. The two pull "
            "against each other; a method is better than another only where it has less of both. "
            "“Best in” is the part of the draws in which it is the best of all."
        ),
    )
    return [table, pareto_chart(summary.compared)]


def _measures(summary: Summary) -> list[Block]:
    blocks: list[Block] = []
    if summary.compared:
        caption = f"Over the {len(summary.compared_pairs)} pairs that every method painted"
        blocks.append(_measure_table(summary.compared, summary.measures, caption))
    if summary.alone:
        blocks.append(
            _measure_table(
                summary.alone,
                summary.measures,
                "Each method over all pairs that it painted: not the same pairs, so not to be "
                "compared across rows",
                compared=False,
            )
        )
    return blocks


def _measure_table(
    summaries: Sequence[MethodSummary],
    names: Sequence[str],
    caption: str,
    *,
    compared: bool = True,
) -> Table:
    columns = [Column(title="method"), Column(title="pairs")]
    for name in names:
        measure = MEASURES[name]
        arrow = "↓" if measure.better == "lower" else "↑"
        best: Literal["lowest", "highest"] | None = None
        if compared:
            best = "lowest" if measure.better == "lower" else "highest"
        columns.append(Column(title=f"{measure.title} {arrow}", best=best))
    rows: list[list[Value]] = []
    for each in summaries:
        cells: list[Value] = [each.method, each.count]
        cells += [each.scores[name].crossed.mean for name in names]
        rows.append(cells)
    note = "↓ lower is better, ↑ higher is better. Intervals are in `methods.csv`."
    return Table(columns=columns, rows=rows, caption=caption, note=note)


def _interval(each: MethodSummary, name: str) -> str:
    interval = each.scores[name].crossed
    return f"{interval.low:.3g} to {interval.high:.3g}"


def _art_fid(findings: Findings) -> list[Block]:
    if not findings.art_fids:
        return []
    rows: list[list[Value]] = [
        [each.method, each.count, each.value, each.perceptual, each.frechet]
        for each in findings.art_fids
    ]
    columns = [
        Column(title="method"),
        Column(title="paintings"),
        Column(title="ArtFID ↓", best="lowest"),
        Column(title="LPIPS, AlexNet"),
        Column(title="Fréchet distance"),
    ]
    note = (
        "(1 + LPIPS) · (1 + FID), Wright and Ommer 2022. The Fréchet distance is too large where "
        "there are fewer paintings than its 2048 features: compare methods with as many paintings, "
        "and not with published values."
    )
    return [Table(columns=columns, rows=rows, note=note)]


def _costs(findings: Findings, machine: Mapping[str, str]) -> list[Block]:
    if not findings.costs:
        return []
    rows: list[list[Value]] = []
    for cost in findings.costs:
        low, high = cost.spread_s
        spread = f"{low:.3g} to {high:.3g}" if cost.seconds else "one run"
        memory = None if cost.peak_mib is None else cost.peak_mib / 1024
        rows.append([cost.method, cost.median_s, spread, cost.first_s, memory, cost.engine])
    columns = [
        Column(title="method"),
        Column(title="a painting", unit="s", best="lowest"),
        Column(title="spread", align="right"),
        Column(title="the first", unit="s"),
        Column(title="peak memory", unit="GiB", best="lowest"),
        Column(title="computed by"),
    ]
    first = findings.costs[0]
    size = f"{first.size[1]} x {first.size[0]} px"
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    return [
        Table(
            columns=columns,
            rows=rows,
            caption=f"The photograph {first.content} at {size}, in a process for each method",
            note=(
                f"Median of repeated paintings. The first one includes loading. Memory is that of "
                f"the whole process, Python and libraries too. On {told}."
            ),
        )
    ]


def _sheets(sheets: Mapping[str, Path]) -> list[Block]:
    return [
        illustration(
            open_image(path),
            alt=f"All paintings of {method}: photographs across, styles down.",
            caption=f"`{method}`; larger in `sheets/{path.name}`",
            longest_side_px=SHEET_PX,
            quality=80,
        )
        for method, path in sheets.items()
    ]


def _left_out(findings: Findings) -> list[Block]:
    lines = [f"`{name}`: {reason}." for name, reason in findings.left_out.items()]
    plan = findings.plan
    for method in plan.methods:
        count = sum(name == method.name for name, _ in plan.left_out)
        if count:
            reason = next(why for (name, _), why in plan.left_out.items() if name == method.name)
            lines.append(f"`{method.name}` on {count} of {len(plan.styles)} styles: {reason}")
        if method.name in plan.at_most:
            lines.append(
                f"`{method.name}` painted {len(plan.pairs(method))} pairs, as asked: "
                "chosen by the seed, evenly over photographs and styles."
            )
    lines += [
        f"{', '.join(key)} failed: {reason}" for key, reason in findings.outcome.failures.items()
    ]
    return [Bullets(items=lines)] if lines else []


def _reading(summary: Summary) -> list[Block]:
    meanings = [
        f"{MEASURES[name].title}: {MEASURES[name].meaning}. "
        + ("Lower is better." if MEASURES[name].better == "lower" else "Higher is better.")
        for name in summary.measures
    ]
    return [
        Prose(
            text=(
                "Intervals come from drawing photographs and styles again, with replacement: they "
                "say what other photographs and styles of the same kind would give. Narrower ones, "
                "as if pairs were independent, are in `report.json`."
            )
        ),
        Bullets(items=meanings),
        Prose(text="No number replaces looking at the pictures."),
    ]


def _given(block: Block | None) -> list[Block]:
    return [] if block is None else [block]
