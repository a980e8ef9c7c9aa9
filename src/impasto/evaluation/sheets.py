"""Contact sheets: all paintings of a method on one, photographs across and styles down."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from impasto.errors import ImpastoError
from impasto.evaluation.painting import open_photo, open_style, painting_path
from impasto.evaluation.plan import EvaluationPlan, Task
from impasto.image.codec import open_image, save_image
from impasto.image.picture import Picture, PixelArray, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import fit_size
from impasto.stylizers.catalog import MethodSpec

FOLDER = "sheets"
CELL_PX, GAP_PX = 144, 6
PAPER = 255
MOST_PX = 16_000
"""Longer sheets get smaller cells."""


def contact_sheet(plan: EvaluationPlan, method: MethodSpec, folder: Path) -> Picture | None:
    """The paintings of a method that are there, as one picture.

    The first row shows the photographs, the first column the styles. A place without a
    painting stays empty.

    Args:
        plan: What was painted.
        method: By what.
        folder: Of the report.

    Returns:
        ``None`` where there is no painting.
    """
    pairs = plan.pairs(method)
    contents = sorted({pair.content for pair in pairs})
    styles = sorted({pair.style for pair in pairs})
    if not pairs:
        return None
    cell = min(CELL_PX, MOST_PX // (max(len(contents), len(styles)) + 1) - GAP_PX)
    sheet = _Sheet(len(styles) + 1, len(contents) + 1, cell)
    for column, content in enumerate(contents, start=1):
        sheet.put(0, column, open_photo(plan.contents[content].place))
    for row, style in enumerate(styles, start=1):
        sheet.put(row, 0, open_style(plan.styles[style].look))
    any_there = False
    for pair in pairs:
        task = Task(
            method=method, content=plan.contents[pair.content], style=plan.styles[pair.style]
        )
        try:
            painting = open_image(painting_path(folder, task))
        except ImpastoError:
            continue
        any_there = True
        sheet.put(styles.index(pair.style) + 1, contents.index(pair.content) + 1, painting)
    return Picture(pixels=sheet.pixels) if any_there else None


def save_sheets(plan: EvaluationPlan, folder: Path) -> dict[str, Path]:
    """Write the contact sheet of every method that has a painting, by its name.

    Raises:
        OutputError: if one cannot be written.
    """
    written = {}
    for method in plan.methods:
        sheet = contact_sheet(plan, method, folder)
        if sheet is None:
            continue
        (folder / FOLDER).mkdir(exist_ok=True)
        written[method.name] = save_image(sheet, folder / FOLDER / f"{method.name}.jpg", quality=88)
    return written


class _Sheet:
    """A grid of square cells on white paper."""

    def __init__(self, rows: int, columns: int, cell: int) -> None:
        self._cell, step = cell, cell + GAP_PX
        shape = (rows * step + GAP_PX, columns * step + GAP_PX, 3)
        self.pixels: PixelArray = np.full(shape, PAPER, np.uint8)

    def put(self, row: int, column: int, picture: Picture) -> None:
        """Lay a picture into the middle of a cell, reduced to fit."""
        height, width = fit_size(picture.size, self._cell)
        small = resize_samples(change_bit_depth(picture.pixels, 8), (height, width))
        step = self._cell + GAP_PX
        top = GAP_PX + row * step + (self._cell - height) // 2
        left = GAP_PX + column * step + (self._cell - width) // 2
        self.pixels[top : top + height, left : left + width] = small
