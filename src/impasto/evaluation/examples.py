"""Which paintings a report shows: some chosen by the seed, and those that went worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from impasto.errors import ImpastoError
from impasto.evaluation.bootstrap import PairName
from impasto.evaluation.files import Findings
from impasto.evaluation.ledger import Measured
from impasto.evaluation.measures import CONTENT_HEADLINE, STYLE_HEADLINE
from impasto.evaluation.painting import open_photo, open_style, painting_path
from impasto.evaluation.plan import Source, Task, choose_pairs
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.reports.blocks import Gallery, Illustration
from impasto.reports.embedding import illustration

SHOWN_PX = 260
SHOWN_PAIRS = 8


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What pictures of a report are looked up by."""

    contents: dict[str, Source]
    styles: dict[str, Source]


def chosen_pairs(findings: Findings, count: int = SHOWN_PAIRS) -> list[PairName]:
    """Pairs that as many methods as possible painted, evenly over photographs and styles."""
    pairs = findings.summary.compared_pairs or tuple(
        sorted({(each.content, each.style) for each in findings.outcome.measured})
    )
    contents = sorted({content for content, _ in pairs})
    styles = sorted({style for _, style in pairs})
    seed = findings.plan.seed
    ordered = choose_pairs(len(contents), len(styles), min(count, len(pairs)), seed)
    even = [
        (contents[content], styles[style])
        for content, style in ordered
        if (contents[content], styles[style]) in set(pairs)
    ]
    return (even + [pair for pair in pairs if pair not in even])[:count]


def example_gallery(findings: Findings, folder: Path) -> Gallery | None:
    """Photograph, style, and what each method made of them, for some pairs."""
    methods = [method.name for method in findings.plan.methods]
    known = _known(findings)
    measured = {each.key: each for each in findings.outcome.measured}
    rows = []
    for content, style in chosen_pairs(findings):
        row = [
            _picture(open_photo(known.contents[content].place), f"the photograph {content}"),
            _picture(open_style(known.styles[style].look), f"the style {style}"),
        ]
        row += [
            _painting(findings, folder, measured.get((method, content, style)), method)
            for method in methods
        ]
        rows.append(row)
    if not rows:
        return None
    return Gallery(
        rows=rows,
        column_titles=["photograph", "style", *methods],
        caption=(
            "Chosen by the seed, not by looks. Below each: style left, content distance. An empty "
            "place was not painted."
        ),
    )


def worst_gallery(findings: Findings, folder: Path) -> Gallery | None:
    """The painting of each method that kept least of its photograph, and of its style."""
    rows = []
    titles = []
    for method in findings.plan.methods:
        own = [each for each in findings.outcome.measured if each.method == method.name]
        if not own:
            continue
        row: list[Illustration] = []
        for name in (CONTENT_HEADLINE, STYLE_HEADLINE):
            worst = max(own, key=lambda each: (each.measures[name], each.key))
            row += _with_sources(findings, folder, worst)
        rows.append(row)
        titles.append(method.name)
    if not rows:
        return None
    return Gallery(
        rows=rows,
        row_titles=titles,
        column_titles=[
            "photograph",
            "style",
            "least content",
            "photograph",
            "style",
            "least style",
        ],
        caption="For each method the pair with the greatest content distance, and most style left.",
    )


def _with_sources(findings: Findings, folder: Path, entry: Measured) -> Sequence[Illustration]:
    known = _known(findings)
    return (
        _picture(open_photo(known.contents[entry.content].place), f"photograph {entry.content}"),
        _picture(open_style(known.styles[entry.style].look), f"style {entry.style}"),
        _painting(findings, folder, entry, entry.method),
    )


def _known(findings: Findings) -> _Shown:
    plan = findings.plan
    return _Shown(
        contents={each.name: each for each in plan.contents},
        styles={each.name: each for each in plan.styles},
    )


def _painting(
    findings: Findings, folder: Path, entry: Measured | None, method: str
) -> Illustration:
    blank = Picture(pixels=np.full((16, 16, 3), 255, np.uint8))
    if entry is None:
        return illustration(blank, alt=f"not painted by {method}", caption="–", packing="PNG")
    known = _known(findings)
    task = Task(
        method=next(each for each in findings.plan.methods if each.name == method),
        content=known.contents[entry.content],
        style=known.styles[entry.style],
    )
    try:
        picture = open_image(painting_path(folder, task))
    except ImpastoError:
        return illustration(blank, alt=f"missing of {method}", caption="–", packing="PNG")
    style, content = (entry.measures[name] for name in (STYLE_HEADLINE, CONTENT_HEADLINE))
    return _picture(picture, task.words, f"{style:.2f}, {content:.2f}")


def _picture(picture: Picture, alt: str, caption: str = "") -> Illustration:
    return illustration(picture, alt=alt, caption=caption, longest_side_px=SHOWN_PX, quality=82)
