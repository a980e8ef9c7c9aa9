"""Objects and backgrounds in styles of their own, by masks from clicks; and a soft mask."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from impasto.figures import Cell
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.render import RenderRequest
from impasto.reports.blocks import Column, Table, Value
from impasto.reproduction.bench import Bench
from impasto.reproduction.exhibit import Exhibit, Sheet
from impasto.reproduction.setup import Photograph
from impasto.segmentation.catalog import open_segmenter
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import MaskArray
from impasto.sources import find_style, resolve_size
from impasto.stylizers.options import GatysOptions

OBJECT_STYLE, BACKGROUND_STYLE = "candy", "starry-night"
SEGMENTER = "click"
CLICK_PART = 0.018
"""Radius of a drawn click as a part of the longest side."""

WHITE, RED = (255, 255, 255), (214, 40, 40)

NOTE = (
    "The mask is the segmenter's first answer to the clicks drawn on the photograph, as it is. "
    "Untouched: the largest difference outside the mask from the photograph at that size, of "
    "255 levels, where only the object is painted; the mask's soft edge is left out."
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A photograph, its mask and three paintings.

    Attributes:
        photograph: Its name.
        clicked: The photograph with the clicks.
        mask: Black and white.
        area: Which part of the photograph the mask is.
        embed_s: Seconds that the segmenter looked at the photograph.
        predict_s: Seconds that it answered in.
        paintings: By what was painted.
        untouched: The largest difference outside the mask.
    """

    photograph: str
    clicked: Picture
    mask: Picture
    area: float
    embed_s: float
    predict_s: float
    paintings: dict[str, Picture]
    untouched: int


@dataclass(frozen=True, kw_only=True)
class Soft:
    """Two styles that blend into each other across the picture."""

    content: Picture
    mask: Picture
    painting: Picture


@dataclass(frozen=True, kw_only=True)
class Result:
    """The rows, and a soft mask."""

    rows: tuple[Row, ...]
    soft: Soft


def measure(bench: Bench) -> Result:
    """Click, segment and paint each photograph, then paint across a linear gradient."""
    photographs = bench.photographs[: min(bench.sizes.photographs, 3)]
    bench.plan(4 * len(photographs) + 1)
    rows = [_row(bench, photograph) for photograph in photographs]
    return Result(rows=tuple(rows), soft=_soft(bench, photographs[-1].picture))


def show(result: Result) -> Exhibit:
    """The rows of pictures with their masks, the soft mask, and what was measured."""
    titles = list(result.rows[0].paintings)
    sheet = [
        [
            Cell(picture=row.clicked),
            Cell(picture=row.mask, caption=f"{row.area:.0%} of the photograph"),
            *(Cell(picture=picture) for picture in row.paintings.values()),
        ]
        for row in result.rows
    ]
    soft = result.soft
    table: list[list[Value]] = [
        [row.photograph, row.embed_s, 1000 * row.predict_s, 100 * row.area, row.untouched]
        for row in result.rows
    ]
    columns = [
        Column(title="photograph"),
        Column(title="looked at in", unit="s", digits=1),
        Column(title="answered in", unit="ms", digits=0),
        Column(title="mask", unit="% of the photograph", digits=0),
        Column(title="untouched, of 255"),
    ]
    return Exhibit(
        items=[
            Sheet(
                rows=sheet,
                column_titles=["photograph and clicks", "mask", *titles],
                caption=f"Objects in {OBJECT_STYLE}, backgrounds in {BACKGROUND_STYLE}.",
            ),
            Table(columns=columns, rows=table, note=NOTE),
            Sheet(
                rows=[[Cell(picture=each) for each in (soft.content, soft.mask, soft.painting)]],
                column_titles=["photograph", "soft mask", "two styles"],
                caption=f"{OBJECT_STYLE} where the mask is white, {BACKGROUND_STYLE} where it is "
                "black, and everything between.",
            ),
        ]
    )


def _row(bench: Bench, photograph: Photograph) -> Row:
    bench.begin(f"{photograph.name}, segmenting")
    content = photograph.picture
    mask, embed_s, predict_s = _segment(bench, photograph)
    inside = StyleUse.of(find_style(OBJECT_STYLE), name=OBJECT_STYLE, mask=mask)
    outside = StyleUse.of(find_style(BACKGROUND_STYLE), name=BACKGROUND_STYLE, mask=~mask)
    plans = {"object": (inside,), "background": (outside,), "both": (inside, outside)}
    paintings = {}
    for title, styles in plans.items():
        exact = Controls(exact_outside=len(styles) == 1)
        words = f"{photograph.name}, {title}"
        paintings[title] = _paint(bench, words, content, styles, exact)
    shape = paintings["object"].size
    return Row(
        photograph=photograph.name,
        clicked=_clicked(photograph),
        mask=_mask_picture(mask.astype(np.float32)),
        area=float(mask.mean()),
        embed_s=embed_s,
        predict_s=predict_s,
        paintings=paintings,
        untouched=_difference_outside(paintings["object"], content, mask, shape),
    )


def _segment(bench: Bench, photograph: Photograph) -> tuple[MaskArray, float, float]:
    """The mask of a photograph's object, and the seconds of both steps."""
    height, width = photograph.picture.size
    prompts = Prompts()
    for x, y in photograph.points:
        prompts = prompts.add(x * (width - 1), y * (height - 1))
    segmenter = open_segmenter(SEGMENTER)
    start_s = time.perf_counter()
    embedding = segmenter.embed(photograph.picture, cancellation=bench.cancellation)
    looked_s = time.perf_counter()
    mask = segmenter.predict(embedding, prompts).best
    return mask, looked_s - start_s, time.perf_counter() - looked_s


def _soft(bench: Bench, content: Picture) -> Soft:
    """A linear gradient from left to right, the style of objects on the right."""
    height, width = content.size
    ramp = np.broadcast_to(np.linspace(0, 1, width, dtype=np.float32), (height, width))
    styles = (
        StyleUse.of(find_style(OBJECT_STYLE), name=OBJECT_STYLE, mask=ramp),
        StyleUse.of(find_style(BACKGROUND_STYLE), name=BACKGROUND_STYLE, mask=1 - ramp),
    )
    painting = _paint(bench, "a soft mask", content, styles, Controls())
    return Soft(content=content, mask=_mask_picture(ramp), painting=painting)


def _paint(
    bench: Bench, words: str, content: Picture, styles: tuple[StyleUse, ...], controls: Controls
) -> Picture:
    request = RenderRequest(
        content=content,
        styles=styles,
        options=GatysOptions(iterations=bench.sizes.iterations),
        size=resolve_size(bench.sizes.figure_px, content.size),
        controls=controls,
    )
    return bench.paint(words, request).picture


def _clicked(photograph: Photograph) -> Picture:
    """The photograph with a ringed dot at each click."""
    picture = photograph.picture
    pixels = picture.pixels.copy()
    height, width = picture.size
    radius = CLICK_PART * max(height, width)
    full = np.iinfo(pixels.dtype).max // 255
    for x, y in photograph.points:
        rows = np.arange(height)[:, None] - y * (height - 1)
        columns = np.arange(width) - x * (width - 1)
        distance = np.hypot(rows, columns)
        pixels[distance <= radius] = np.array(WHITE, pixels.dtype) * full
        pixels[distance <= 0.7 * radius] = np.array(RED, pixels.dtype) * full
    return replace(picture, pixels=pixels)


def _mask_picture(mask: np.ndarray) -> Picture:
    levels = np.rint(255 * mask).astype(np.uint8)
    return Picture(pixels=np.repeat(levels[..., None], 3, axis=-1))


def _difference_outside(
    painting: Picture, content: Picture, mask: MaskArray, shape: tuple[int, int]
) -> int:
    """The largest difference where the reduced mask is black."""
    from impasto.stylizers.optimized_painting import photo_at

    blank = RenderRequest(content=content, style=content, size=shape)
    there = resize_samples(np.where(mask, 255, 0).astype(np.uint8), shape) > 0
    difference = np.abs(painting.pixels.astype(int) - photo_at(blank).pixels.astype(int))
    return int(difference[~there].max(initial=0))
