"""A blend of two styles in equal parts: how the distance to each falls over the steps."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.figures import Cell
from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture
from impasto.image.tensor import tensor_to_picture
from impasto.progress import ProgressEvent
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Curves, Exhibit, Sheet
from impasto.reproduction.judge import Judge
from impasto.reproduction.setup import square
from impasto.sources import find_style
from impasto.stylizers.options import GatysOptions

STYLES = ("great-wave", "candy")
SHARES = {"one alone": (1.0, 0.0), "half and half": (0.5, 0.5), "the other alone": (0.0, 1.0)}
POINTS = 30
"""Points of a curve."""

NOTE = (
    "Gatys with Adam at one size, none of the steps left out. The distance of the painting's "
    "Gram matrices to those of each style is measured on the way, by a max-pooling VGG-19 in "
    "float32; the table has where it ends."
)


@dataclass(frozen=True, kw_only=True)
class Blend:
    """A painting with shares of two styles, and how it came to it.

    Attributes:
        title: Of the shares.
        shares: Of each style.
        painting: The result.
        distances: For each style, the style distance at every point of the curve.
    """

    title: str
    shares: tuple[float, ...]
    painting: Picture
    distances: dict[str, tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The blends.

    Attributes:
        content: The photograph.
        styles: The style images by name.
        steps_a_point: Steps between two points of a curve.
        start: Style distance of the photograph to each style.
        blends: One alone, half and half, the other alone.
    """

    content: Picture
    styles: dict[str, Picture]
    steps_a_point: int
    start: dict[str, float]
    blends: tuple[Blend, ...]


def measure(bench: Bench) -> Result:
    """Paint with each style alone and with both, and judge the pictures on the way."""
    sizes = bench.sizes
    content = square(bench.photographs[0].picture, sizes.curve_px)
    styles = {name: find_style(name) for name in STYLES}
    every = max(1, sizes.curve_steps // POINTS)
    bench.plan(len(SHARES))
    judge = Judge(bench.device)
    blends = []
    for title, shares in SHARES.items():
        blends.append(_blend(bench, judge, content, styles, title, shares, every))
    return Result(
        content=content,
        styles=styles,
        steps_a_point=every,
        start={name: judge.style_distance(content, style) for name, style in styles.items()},
        blends=tuple(blends),
    )


def _blend(
    bench: Bench,
    judge: Judge,
    content: Picture,
    styles: dict[str, Picture],
    title: str,
    shares: tuple[float, ...],
    every: int,
) -> Blend:
    distances: dict[str, list[float]] = {name: [] for name in styles}

    def look(event: ProgressEvent) -> None:
        if event.image is None:
            return
        picture = tensor_to_picture(event.image.cpu())
        for name, style in styles.items():
            distances[name].append(judge.style_distance(picture, style))

    request = RenderRequest(
        content=content,
        styles=tuple(
            StyleUse(style=style, name=name, weight=share)
            for (name, style), share in zip(styles.items(), shares, strict=True)
            if share
        ),
        options=GatysOptions(
            optimizer="adam", levels=1, tolerance=0, iterations=bench.sizes.curve_steps
        ),
    )
    result = bench.paint(title, request, image_every=every, on_progress=look)
    return Blend(
        title=title,
        shares=shares,
        painting=result.picture,
        distances={name: tuple(values) for name, values in distances.items()},
    )


def show(result: Result) -> Exhibit:
    """The curves of the blend, the pictures, and where each ends."""
    middle = next(blend for blend in result.blends if min(blend.shares) > 0)
    curves = Curves(
        lines={f"to {name}": values for name, values in middle.distances.items()},
        steps_a_value=result.steps_a_point,
        y_title="style distance",
        alt="Distance of the blend to each of its two styles over the steps: both fall",
        caption=f"{' and '.join(result.styles)} in equal parts.",
    )
    cells = [Cell(picture=result.content), *(Cell(picture=each) for each in result.styles.values())]
    cells += [Cell(picture=blend.painting) for blend in result.blends]
    titles = ["photograph", *result.styles, *(blend.title for blend in result.blends)]
    rows: list[list[Value]] = [["the photograph", *result.start.values()]]
    for blend in result.blends:
        shares = " : ".join(f"{share:g}" for share in blend.shares)
        ends = [values[-1] if values else None for values in blend.distances.values()]
        rows.append([f"{blend.title} ({shares})", *ends])
    columns = [Column(title="painting")]
    columns += [Column(title=f"distance to {name}", digits=3) for name in result.styles]
    return Exhibit(
        items=[
            curves,
            Sheet(rows=[cells], column_titles=titles),
            Table(columns=columns, rows=rows, note=NOTE),
        ]
    )
