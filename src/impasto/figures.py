"""Figures like the papers': labelled grids of images, and losses over steps."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import OptionError
from impasto.image.codec import check_output, open_image, save_image
from impasto.image.picture import Picture, change_bit_depth
from impasto.image.picture_resize import resize_samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from impasto.guidance.semantic_match import Matches

QUALITY = 85
CELL_INCHES = 2.6
DPI = 150
DIMMED = 0.2
"""Brightness of what a region does not attend to."""

LONGEST_SIDE_PX = 16_000
"""Long figures get fewer dots per inch: WebP holds sides of 16 383 px."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One picture of a grid and the line under it."""

    picture: Picture
    caption: str = ""


def save_grid(
    rows: Sequence[Sequence[Cell]],
    path: str | Path,
    *,
    column_titles: Sequence[str] = (),
    row_titles: Sequence[str] = (),
) -> Path:
    """Write pictures as a labelled figure.

    Args:
        rows: Rows of cells, each of the same length.
        path: Ends in .png, .jpg, .webp or .tif.
        column_titles: One above each column, or none.
        row_titles: One beside each row, or none.

    Returns:
        The path written.

    Raises:
        OptionError: if the rows differ in length or there are none.
        OutputError: if the figure cannot be written.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or 0 in widths:
        raise OptionError("grid: expected rows of one length, at least one picture in each.")
    check_output(path)
    figure = _new_figure(_grid_inches(rows))
    axes = figure.subplots(len(rows), len(rows[0]), squeeze=False)
    for row, (cells, row_axes) in enumerate(zip(rows, axes, strict=True)):
        for column, (cell, axis) in enumerate(zip(cells, row_axes, strict=True)):
            axis.imshow(_shown(cell.picture))
            axis.set_xticks([])
            axis.set_yticks([])
            axis.set_frame_on(False)
            axis.set_xlabel(cell.caption, fontsize=8, parse_math=False)
            if row == 0 and column < len(column_titles):
                axis.set_title(column_titles[column], fontsize=10, parse_math=False)
            if column == 0 and row < len(row_titles):
                axis.set_ylabel(row_titles[row], fontsize=10, parse_math=False)
    return _save(figure, path)


def save_loss_plot(
    losses: Mapping[str, Sequence[float]],
    path: str | Path,
    *,
    steps_a_value: int = 1,
    y_title: str = "weighted loss",
) -> Path:
    """Plot loss terms over steps on a logarithmic scale.

    Args:
        losses: For each term its values, as
            :attr:`~impasto.render.RenderResult.losses` gives them.
        path: Ends in .png, .jpg, .webp or .tif.
        steps_a_value: How many steps lie between two values.
        y_title: What the values are.

    Raises:
        OutputError: if the figure cannot be written.
    """
    check_output(path)
    figure = _new_figure((7.0, 4.2))
    axis = figure.subplots()
    for name, values in losses.items():
        given = np.asarray(values, dtype=float)
        series = np.where(given > 0, given, np.nan)
        width = 2.0 if name == "total" else 1.2
        marker = "o" if len(series) == 1 else None
        steps = steps_a_value * np.arange(1, len(series) + 1)
        axis.plot(steps, series, label=name, linewidth=width, marker=marker)
    axis.set_yscale("log")
    axis.set_xlabel("loss evaluation")
    axis.set_ylabel(y_title)
    axis.grid(visible=True, which="major", alpha=0.3)
    if losses:
        axis.legend(frameon=False)
    return _save(figure, path)


def save_match_figure(matches: Matches, path: str | Path) -> Path:
    """Show what each region of a photograph attends to in the style images.

    A row is a region: the photograph with that region bright, then each style image, the
    brighter the more it is attended to. Numbers are the attention to the whole image.

    Args:
        matches: As :attr:`~impasto.render.RenderResult.matches` has them.
        path: Ends in .png, .jpg, .webp or .tif.

    Raises:
        OutputError: if the figure cannot be written.
    """
    rows = []
    order = np.argsort(-matches.content.areas, kind="stable")
    for region in order:
        inside = (matches.content.labels == region).astype(np.float32)
        part = f"{matches.content.areas[region]:.0%} of the photograph"
        row = [Cell(picture=_lit(matches.photo, inside), caption=part)]
        for index, regions in enumerate(matches.styles):
            attention = matches.of_style(index)[region]
            most = max(float(matches.attention[region].max()), 1e-9)
            light = (attention / most).astype(np.float32)[regions.labels]
            picture = _lit(matches.pictures[index], light)
            row.append(Cell(picture=picture, caption=f"attention {attention.sum():.2f}"))
        rows.append(row)
    titles = ["region", *(f"style {index + 1}" for index in range(len(matches.styles)))]
    return save_grid(rows, path, column_titles=titles)


def _lit(picture: Picture, light: np.ndarray) -> Picture:
    """A picture in grey and dark, but bright and in colour where ``light`` is 1."""
    small = resize_samples(change_bit_depth(picture.pixels, 8), light.shape[:2])
    grey = small.mean(axis=-1, keepdims=True) * DIMMED
    mixed = grey + light[..., None] * (small - grey)
    return Picture(pixels=np.rint(mixed).astype(np.uint8))


def _new_figure(inches: tuple[float, float]) -> Figure:
    from matplotlib.figure import Figure

    dpi = min(float(DPI), LONGEST_SIDE_PX / max(inches))
    return Figure(figsize=inches, dpi=dpi, layout="constrained")


def _grid_inches(rows: Sequence[Sequence[Cell]]) -> tuple[float, float]:
    heights = [max(cell.picture.size[0] / cell.picture.size[1] for cell in row) for row in rows]
    return CELL_INCHES * len(rows[0]) + 0.3, CELL_INCHES * sum(heights) + 0.35 * len(rows) + 0.2


def _shown(picture: Picture) -> np.ndarray:
    levels = float(2**picture.bit_depth - 1)
    pixels = picture.pixels.astype(np.float32) / levels
    if picture.alpha is None:
        return pixels
    return np.dstack([pixels, picture.alpha.astype(np.float32) / levels])


def _save(figure: Figure, path: str | Path) -> Path:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # A name in letters that the font lacks is drawn with boxes.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="png", facecolor="white")
    return save_image(replace(open_image(buffer.getvalue()), alpha=None), path, quality=QUALITY)
