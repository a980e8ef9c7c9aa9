"""Gatys beside LapStyle at the same style distance: who keeps the contours."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.figures import Cell
from impasto.image.picture import Picture
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit, Sheet
from impasto.reproduction.judge import Judge, Judgement
from impasto.reproduction.setup import Photograph
from impasto.sources import find_style, resolve_size
from impasto.stylizers.options import GatysOptions, LapStyleOptions

STYLES = ("starry-night", "feathers", "mosaic", "fjord-sunset")
SAME_STYLE = 0.1
ATTEMPTS = 3
LEAST = 1e-9
ELASTICITY = 1.6
"""How strongly the style distance answers to the style weight, about."""

NOTE = (
    "LapStyle's style weight is changed until both have the same style distance within "
    f"{SAME_STYLE:.0%}, or {ATTEMPTS} times: only then does the Laplacian distance, equation "
    "(6), say who keeps the contours. A max-pooling VGG-19 in float32 judges; both were painted "
    "through average pooling."
)


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A painting and what the judge says of it."""

    picture: Picture
    judgement: Judgement
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A photograph in a style, by both methods.

    Attributes:
        photograph: Its name.
        style: Its name.
        content: The photograph.
        style_image: The style.
        gatys: By Gatys.
        lapstyle: By LapStyle.
        style_weight: LapStyle's, for that.
    """

    photograph: str
    style: str
    content: Picture
    style_image: Picture
    gatys: Painted
    lapstyle: Painted
    style_weight: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """The pairs."""

    pairs: tuple[Pair, ...]


def measure(bench: Bench) -> Result:
    """Paint each photograph in a style by both methods."""
    photographs = bench.photographs[: min(bench.sizes.photographs, 3)]
    bench.plan(3 * len(photographs))
    judge = Judge(bench.device)
    pairs = [
        compare(bench, judge, photograph, style)
        for photograph, style in zip(photographs, STYLES, strict=False)
    ]
    return Result(pairs=tuple(pairs))


def compare(bench: Bench, judge: Judge, photograph: Photograph, style_name: str) -> Pair:
    """Paint by Gatys, then by LapStyle until it has the same style distance."""
    content, style = photograph.picture, find_style(style_name)
    size = resolve_size(bench.sizes.figure_px, content.size)

    def paint(method: str, options: GatysOptions) -> Painted:
        request = RenderRequest(
            content=content, style=style, method=method, options=options, size=size
        )
        result = bench.paint(f"{photograph.name} by {method}", request)
        return Painted(
            picture=result.picture,
            judgement=judge.judge(result.picture, content, style),
            duration_s=result.duration_s,
        )

    gatys = paint("gatys", GatysOptions(iterations=bench.sizes.iterations))
    weight = LapStyleOptions().style_weight
    for attempt in range(ATTEMPTS):
        options = LapStyleOptions(style_weight=weight, iterations=bench.sizes.iterations)
        lapstyle = paint("lapstyle", options)
        ratio = lapstyle.judgement.style / max(gatys.judgement.style, LEAST)
        if abs(ratio - 1) <= SAME_STYLE or attempt == ATTEMPTS - 1:
            break
        weight *= ratio**ELASTICITY
    return Pair(
        photograph=photograph.name,
        style=style_name,
        content=content,
        style_image=style,
        gatys=gatys,
        lapstyle=lapstyle,
        style_weight=weight,
    )


def show(result: Result) -> Exhibit:
    """The pictures, and the measures of both."""
    table: list[list[Value]] = []
    sheet = []
    for pair in result.pairs:
        gatys, lapstyle = pair.gatys.judgement, pair.lapstyle.judgement
        table.append(
            [
                f"{pair.photograph} × {pair.style}",
                f"{pair.style_weight:.0f}",
                f"{gatys.style:.3f} → {lapstyle.style:.3f}",
                f"{gatys.content:.2f} → {lapstyle.content:.2f}",
                f"{gatys.similarity:.2f} → {lapstyle.similarity:.2f}",
                f"{gatys.laplacian:.4f} → {lapstyle.laplacian:.4f}",
                lapstyle.laplacian / gatys.laplacian if gatys.laplacian else None,
            ]
        )
        cells = [Cell(picture=picture) for picture in (pair.content, pair.style_image)]
        for painted in (pair.gatys, pair.lapstyle):
            caption = (
                f"style {painted.judgement.style:.3f}, "
                f"Laplacian {painted.judgement.laplacian:.4f}, {painted.duration_s:.0f} s"
            )
            cells.append(Cell(picture=painted.picture, caption=caption))
        sheet.append(cells)
    columns = [
        Column(title="Gatys → LapStyle"),
        Column(title="LapStyle's style weight", align="right"),
        Column(title="style distance", align="right"),
        Column(title="content distance", align="right"),
        Column(title="SSIM", align="right"),
        Column(title="Laplacian distance", align="right"),
        Column(title="part of Gatys'", digits=2),
    ]
    titles = ["photograph", "style", "Gatys", "LapStyle"]
    return Exhibit(
        items=[
            Table(columns=columns, rows=table, note=NOTE),
            Sheet(rows=sheet, column_titles=titles),
        ]
    )
