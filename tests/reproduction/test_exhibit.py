from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.figures import Cell
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.reports.blocks import Chart, Gallery, Prose
from impasto.reproduction.exhibit import SHOWN_PX, Curves, Exhibit, Sheet


def sheet(columns: int = 1) -> Sheet:
    picture = Picture(pixels=np.full((30, 2 * SHOWN_PX, 3), 90, np.uint8))
    cell = Cell(picture=picture, caption="grey")
    return Sheet(rows=[[cell]], column_titles=["a"] * columns, row_titles=["b"], caption="c")


CURVES = Curves(lines={"x": [3.0, 1.0]}, steps_a_value=10, y_title="y", alt="x falls")


def test_pictures_are_reduced_and_described() -> None:
    block = sheet().block()
    assert isinstance(block, Gallery)
    shown = block.rows[0][0]
    assert shown.size == (15, SHOWN_PX)
    assert (shown.alt, shown.caption) == ("a, b", "grey")
    with pytest.raises((OptionError, ValueError)):
        sheet(columns=2).block()


def test_curves_begin_after_the_first_value() -> None:
    block = CURVES.block()
    assert isinstance(block, Chart)
    assert ">20<" in block.svg
    assert block.alt == "x falls"


def test_figures_are_numbered(tmp_path: Path) -> None:
    prose = Prose(text="words")
    exhibit = Exhibit(items=[sheet(), prose, CURVES])
    assert exhibit.blocks()[1] is prose
    paths = exhibit.save_figures(tmp_path, "part")
    assert [path.name for path in paths] == ["part.png", "part-2.png"]
    assert all(open_image(path).size[1] > 300 for path in paths)
