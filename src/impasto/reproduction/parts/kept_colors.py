"""Three ways to keep the photograph's colours, beside what Gatys paints without."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean

from impasto.figures import Cell
from impasto.guidance.controls import KEEP_COLOR, Controls
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.chroma_distance import chroma_distance
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit, Sheet
from impasto.sources import find_style, resolve_size
from impasto.stylizers.options import GatysOptions

STYLES = ("great-wave", "starry-night", "feathers")
AS_IT_IS = "the style's colours"

NOTE = (
    "Chroma distance: root mean square of the difference in I and Q of YIQ, pixel by pixel, from "
    "the photograph; means over the rows. Luminance takes I and Q from the photograph itself, so "
    "that only what leaves the range of colours differs; histogram and statistics match the "
    "style image's colours to the photograph's before the transfer, and keep its palette, not "
    "its pixels."
)


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A painting and how far its colours are from the photograph's."""

    picture: Picture
    chroma: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """A photograph in a style, by each way to keep colours; the first keeps none."""

    photograph: str
    style: str
    content: Picture
    style_image: Picture
    paintings: dict[str, Painted]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The rows."""

    rows: tuple[Row, ...]


def measure(bench: Bench) -> Result:
    """Paint each photograph in a style, once for each way to keep colours and once without."""
    photographs = bench.photographs[: min(bench.sizes.photographs, len(STYLES))]
    ways: dict[str, str | None] = {AS_IT_IS: None, **{name: name for name in KEEP_COLOR}}
    bench.plan(len(photographs) * len(ways))
    rows = []
    for photograph, style_name in zip(photographs, STYLES, strict=False):
        content, style = photograph.picture, find_style(style_name)
        size = resolve_size(bench.sizes.figure_px, content.size)
        target = resize(image_to_tensor(content), size)
        paintings = {}
        for title, way in ways.items():
            request = RenderRequest(
                content=content,
                style=style,
                options=GatysOptions(iterations=bench.sizes.iterations),
                size=size,
                controls=Controls(keep_color=way),
            )
            picture = bench.paint(f"{photograph.name}, {title}", request).picture
            distance = chroma_distance(image_to_tensor(picture), target)
            paintings[title] = Painted(picture=picture, chroma=distance)
        rows.append(
            Row(
                photograph=photograph.name,
                style=style_name,
                content=content,
                style_image=style,
                paintings=paintings,
            )
        )
    return Result(rows=tuple(rows))


def show(result: Result) -> Exhibit:
    """The rows of pictures, and the chroma distance of each way."""
    titles = list(result.rows[0].paintings)
    sheet = [
        [
            Cell(picture=row.content),
            Cell(picture=row.style_image),
            *(
                Cell(picture=painted.picture, caption=f"chroma {painted.chroma:.3f}")
                for painted in row.paintings.values()
            ),
        ]
        for row in result.rows
    ]
    table: list[list[Value]] = [
        [title, mean(row.paintings[title].chroma for row in result.rows)] for title in titles
    ]
    columns = [Column(title="colours kept by"), Column(title="chroma distance", digits=3)]
    return Exhibit(
        items=[
            Sheet(rows=sheet, column_titles=["photograph", "style", *titles]),
            Table(columns=columns, rows=table, note=NOTE),
        ]
    )
