"""All loss terms over 300 steps, from the photograph and from noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from impasto.figures import Cell
from impasto.image.picture import Picture
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Prose, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Curves, Exhibit, Sheet
from impasto.reproduction.setup import square
from impasto.sources import find_style
from impasto.stylizers.options import GatysOptions

STYLE = "starry-night"
THEIR_UNIT = 255 * 0.226
"""Their VGG sees colours divided by a deviation of 0.226, ours sees 0 to 255: features differ
by this factor, content losses by its square and style losses by its fourth power."""

THEIR_STYLE_WEIGHT = 1e5

OPTIONS = GatysOptions(
    normalization="tutorial",
    optimizer="adam",
    levels=1,
    tolerance=0,
    content_weight=1 / THEIR_UNIT**2,
    style_weight=THEIR_STYLE_WEIGHT / THEIR_UNIT**4,
    tv_weight=0.1,
)
"""The paper's objective in its own units: content 1, style 10⁵."""

STARTS = {"content": "from the photograph", "noise": "from noise"}
TERMS = ("content", "style", "total variation", "total")
ROWS = (1, 10, 50, 100, 200, 300)

THEIRS: Mapping[str, tuple[str, str]] = {
    "content": ("6.3007", "5.3226"),
    "style": ("0.0012", "0.0001"),
    "total": ("115.2", "stable"),
}
"""First and last, from SP, figure 1."""

NOTE = (
    "Style is shown without its weight of 10⁵, as the paper has it; content and total are "
    "weighted. The photograph, the style and the size are not the paper's, so that the shape of "
    "the curves is what can be compared: style falls by an order of magnitude, content settles, "
    "the total becomes stable. From the photograph, content begins at 0; from noise it falls."
)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The losses of one start: weighted, a value a step, by term."""

    start: str
    losses: dict[str, tuple[float, ...]]
    painting: Picture


@dataclass(frozen=True, kw_only=True)
class Result:
    """The curves, and what was painted."""

    content: Picture
    curves: tuple[Curve, ...]


def measure(bench: Bench) -> Result:
    """Optimise from both starts."""
    content = square(bench.photographs[0].picture, bench.sizes.curve_px)
    bench.plan(len(STARTS))
    curves = []
    for start, title in STARTS.items():
        options = replace(OPTIONS, init=start, iterations=bench.sizes.curve_steps)
        request = RenderRequest(content=content, style=find_style(STYLE), options=options)
        result = bench.paint(title, request)
        losses = {name: tuple(values) for name, values in result.losses.items()}
        curves.append(Curve(start=start, losses=losses, painting=result.picture))
    return Result(content=content, curves=tuple(curves))


def show(result: Result) -> Exhibit:
    """First and last beside the paper's, the curves, and the pictures."""
    items: list[Prose | Table | Curves | Sheet] = [_summary(result)]
    for curve in result.curves:
        title = STARTS[curve.start]
        items.append(
            Curves(
                lines={name: curve.losses[name] for name in TERMS},
                steps_a_value=1,
                y_title="weighted loss",
                alt=f"Content, style, total variation and total loss over the steps, {title}",
                caption=f"{title[0].upper()}{title[1:]}.",
            )
        )
    cells = [Cell(picture=result.content)]
    cells += [Cell(picture=curve.painting) for curve in result.curves]
    titles = ["photograph", *(STARTS[curve.start] for curve in result.curves)]
    items.append(Sheet(rows=[cells], column_titles=titles, caption=f"Style: {STYLE}."))
    return Exhibit(items=items)


def table(losses: Mapping[str, tuple[float, ...]]) -> list[list[Value]]:
    """Weighted terms at chosen steps, a row each."""
    last = len(losses["total"])
    return [[step, *(losses[name][step - 1] for name in TERMS)] for step in ROWS if step <= last]


def _summary(result: Result) -> Table:
    rows: list[list[Value]] = []
    for name in ("content", "style", "total"):
        unit = THEIR_STYLE_WEIGHT if name == "style" else 1.0
        row: list[Value] = [name, " → ".join(THEIRS[name])]
        for curve in result.curves:
            first, last = (curve.losses[name][at] / unit for at in (0, -1))
            row.append(f"{first:.4g} → {last:.4g}")
        rows.append(row)
    columns = [Column(title="loss, first → last"), Column(title="SP, figure 1", align="right")]
    columns += [
        Column(title=f"here, {STARTS[curve.start]}", align="right") for curve in result.curves
    ]
    return Table(columns=columns, rows=rows, note=NOTE)
