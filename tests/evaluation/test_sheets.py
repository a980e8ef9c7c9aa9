from collections.abc import Callable
from pathlib import Path

import numpy as np

from impasto.evaluation.files import Findings
from impasto.evaluation.plan import EvaluationPlan
from impasto.evaluation.sheets import CELL_PX, GAP_PX, contact_sheet, save_sheets
from impasto.image.codec import open_image
from impasto.image.picture_resize import resize_samples
from impasto.stylizers.catalog import get_method


def cell(pixels: np.ndarray, row: int, column: int) -> np.ndarray:
    step = CELL_PX + GAP_PX
    top, left = GAP_PX + row * step, GAP_PX + column * step
    return pixels[top : top + CELL_PX, left : left + CELL_PX]


def test_photographs_across_styles_down(findings: Findings, folder: Path, pictures: Path) -> None:
    sheet = contact_sheet(findings.plan, get_method("tint"), folder)
    assert sheet is not None
    assert sheet.pixels.shape == (3 * (CELL_PX + GAP_PX) + GAP_PX,) * 2 + (3,)
    assert (cell(sheet.pixels, 0, 0) == 255).all()
    height = CELL_PX * 72 // 96
    margin = (CELL_PX - height) // 2
    for row, column, path in (
        (0, 2, pictures / "photos" / "dog.png"),
        (2, 0, pictures / "styles" / "red.png"),
        (2, 2, folder / "paintings" / "tint" / "dog--red.png"),
    ):
        shown = cell(sheet.pixels, row, column)[margin : margin + height]
        expected = resize_samples(open_image(path).pixels, (height, CELL_PX))
        np.testing.assert_array_equal(shown, expected)


def test_a_place_without_a_painting_stays_empty(findings: Findings, folder: Path) -> None:
    (folder / "paintings" / "tint" / "cat--red.png").unlink()
    sheet = contact_sheet(findings.plan, get_method("tint"), folder)
    assert sheet is not None
    assert (cell(sheet.pixels, 2, 1) == 255).all()


def test_sheets_are_written_for_methods_that_painted(
    findings: Findings, folder: Path, make_plan: Callable[..., EvaluationPlan]
) -> None:
    assert set(save_sheets(findings.plan, folder)) == {"tint", "faint"}
    assert open_image(folder / "sheets" / "faint.jpg").size[0] > 300
    assert contact_sheet(make_plan("fast"), get_method("fast"), folder) is None
