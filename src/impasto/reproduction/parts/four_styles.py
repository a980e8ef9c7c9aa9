"""The paper's four styles on photographs, each by the network in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean

from impasto.figures import Cell
from impasto.image.picture import Picture
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit, Sheet
from impasto.reproduction.judge import Judge, Judgement
from impasto.sources import find_fast, find_style, resolve_size
from impasto.styles.catalog import STYLES as STYLE_IMAGES

STYLES = ("candy", "feathers", "starry-night", "great-wave")

NOTE = (
    "Means over the photographs. Style left: 1 for the photograph itself, 0 for the style image. "
    "The style images are our own, computed from seeds; the paper's are other pictures of the "
    "same names."
)


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A painting, what the judge says of it, and how long it took."""

    picture: Picture
    judgement: Judgement
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """A photograph in the four styles, in their order."""

    photograph: str
    content: Picture
    paintings: tuple[Painted, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The style images in order, and a row a photograph."""

    styles: dict[str, Picture]
    rows: tuple[Row, ...]


def measure(bench: Bench) -> Result:
    """Paint every photograph in every style, and judge it."""
    photographs = bench.photographs[: bench.sizes.photographs]
    bench.plan(len(photographs) * len(STYLES))
    judge = Judge(bench.device)
    images = {name: find_style(name) for name in STYLES}
    rows = []
    for photograph in photographs:
        content = photograph.picture
        size = resolve_size(bench.sizes.figure_px, content.size)
        paintings = []
        for name in STYLES:
            request = RenderRequest(
                content=content, style=find_fast(name), method="fast", size=size
            )
            result = bench.paint(f"{photograph.name}, {name}", request)
            paintings.append(
                Painted(
                    picture=result.picture,
                    judgement=judge.judge(result.picture, content, images[name]),
                    duration_s=result.duration_s,
                )
            )
        rows.append(Row(photograph=photograph.name, content=content, paintings=tuple(paintings)))
    return Result(styles=images, rows=tuple(rows))


def show(result: Result) -> Exhibit:
    """The pictures under their style images, and the measures of each style."""
    titles = [STYLE_IMAGES[name].title for name in result.styles]
    sheet = [[Cell(picture=row.content), *map(_cell, row.paintings)] for row in result.rows]
    heads = [Cell(picture=picture) for picture in result.styles.values()]
    table: list[list[Value]] = []
    for number, title in enumerate(titles):
        found = [row.paintings[number].judgement for row in result.rows]
        table.append(
            [
                title,
                mean(each.style_left for each in found),
                mean(each.content for each in found),
                mean(each.similarity for each in found),
            ]
        )
    columns = [
        Column(title="style"),
        Column(title="style left", digits=2),
        Column(title="content distance", digits=2),
        Column(title="SSIM", digits=2),
    ]
    return Exhibit(
        items=[
            Sheet(rows=[heads], column_titles=titles, caption="The style images."),
            Sheet(rows=sheet, column_titles=["photograph", *titles]),
            Table(columns=columns, rows=table, note=NOTE),
        ]
    )


def _cell(painted: Painted) -> Cell:
    left = painted.judgement.style_left
    return Cell(picture=painted.picture, caption=f"style left {left:.2f}")
