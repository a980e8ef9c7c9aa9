"""The page of a report: ours beside the papers' figures, then a section a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from impasto.reports.blocks import Bullets, Column, Page, Prose, Section, Table
from impasto.reproduction.catalog import PARTS
from impasto.reproduction.folder import Measured
from impasto.reproduction.papers import PAPERS, Comparison
from impasto.reproduction.setup import Sizes

LEAD = (
    "The tables and figures of four papers on neural style transfer, made again by one command "
    "on the machine named here, beside the papers' own."
)

DISTURBED = 0.15
"""From which part of the processor on the work of others is mentioned."""

NOT_THE_SAME = (
    "The hardware differs, and where the papers do not name theirs a ratio says only what "
    "somebody who sits before this machine gets. Times are medians; those of optimised pictures "
    "depend on where the loss stabilises, which depends on the picture."
)


def report_page(
    done: Mapping[str, Measured], facts: Mapping[str, str], sizes: Sizes, failed: Mapping[str, str]
) -> Page:
    """The page of what is done so far.

    Args:
        done: The parts that are done, by name.
        facts: Of the machine.
        sizes: Those of the report.
        failed: Names of the parts that failed just now, and why.
    """
    found = [done[name] for name in PARTS if name in done]
    exhibits = [(each, each.spec.load().show(each.result)) for each in found]
    comparisons = [one for _, exhibit in exhibits for one in exhibit.comparisons]
    sections = []
    if comparisons:
        table = summary_table(comparisons, facts["machine"])
        sections.append(Section(title="Ours beside the papers' figures", blocks=[table]))
    for each, exhibit in exhibits:
        spec = each.spec
        made = Prose(
            text=f"After {spec.source}. Made in {_minutes(each.duration_s)} on {each.date[:10]}: "
            f"`impasto reproduce --only {spec.name}`.{disturbance(each.others)}"
        )
        sections.append(Section(title=spec.title, blocks=[made, *exhibit.blocks()]))
    missing = [spec for spec in PARTS.values() if spec.name not in done]
    if missing:
        items = [
            f"{spec.title} (`{spec.name}`): {failed.get(spec.name, 'not made yet')}"
            for spec in missing
        ]
        sections.append(Section(title="What is missing", blocks=[Bullets(items=items)]))
    papers = [f"{letters}: {title}." for letters, title in PAPERS.items()]
    sections.append(Section(title="The papers", blocks=[Bullets(items=papers)]))
    duration_s = sum(each.duration_s for each in found)
    return Page(
        title="The papers' tables and figures, made again",
        lead=LEAD,
        facts={**facts, "sizes": _sizes(sizes), "made in": _minutes(duration_s)},
        sections=sections,
        footer="Made by `impasto reproduce`. Every figure and every picture lies in this folder.",
    )


def summary_table(comparisons: Sequence[Comparison], machine: str) -> Table:
    """Figures of the papers beside ours, with both machines.

    Args:
        comparisons: At least one.
        machine: What ours were measured on.
    """
    rows = []
    for comparison in comparisons:
        figure = comparison.figure
        rows.append(
            [
                figure.what,
                f"{figure.shown} {figure.unit}",
                f"{comparison.ours:.3g} {figure.unit}",
                f"{comparison.times_better:.2g} ×",
                figure.place,
                figure.hardware,
            ]
        )
    columns = [
        Column(title=""),
        Column(title="the paper", align="right"),
        Column(title="here", align="right"),
        Column(title="times better here", align="right"),
        Column(title="where"),
        Column(title="the paper's hardware"),
    ]
    return Table(columns=columns, rows=rows, caption=f"Here: {machine}", note=NOT_THE_SAME)


def disturbance(others: float) -> str:
    """A warning where other programs kept the processor from us."""
    if others < DISTURBED:
        return ""
    return (
        f" Meanwhile other programs took {others:.0%} of the processor: with it to itself, the "
        "work takes less time than is written here."
    )


def _sizes(sizes: Sizes) -> str:
    return (
        f"{sizes.name}: {sizes.table_px} × {sizes.table_px} px in table 1, {sizes.figure_px} px "
        f"on the longest side in figures, {sizes.curve_px} × {sizes.curve_px} px for curves"
    )


def _minutes(seconds: float) -> str:
    """How long something took.

    Example:
        >>> _minutes(31.4), _minutes(200)
        ('31 s', '3 min 20 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
