from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError, OutputError
from impasto.figures import LONGEST_SIDE_PX, Cell, save_grid, save_loss_plot, save_match_figure
from impasto.guidance.semantic_match import Matches
from impasto.guidance.semantic_regions import SemanticRegions
from impasto.image.codec import open_image
from impasto.image.picture import Picture


def flat(color: tuple[int, int, int], dtype: type = np.uint8, **others: object) -> Picture:
    pixels = np.empty((24, 32, 3), dtype)
    pixels[:] = color
    return Picture(pixels=pixels, **others)  # type: ignore[arg-type]


def test_grid_shows_pictures_of_every_depth(tmp_path: Path) -> None:
    transparent = flat((0, 0, 255), alpha=np.zeros((24, 32), np.uint8))
    rows = [
        [Cell(picture=flat((255, 0, 0)), caption="$a$ $_$"), Cell(picture=transparent)],
        [Cell(picture=flat((0, 65535, 0), np.uint16)), Cell(picture=flat((0, 0, 0)))],
    ]
    path = save_grid(
        rows, tmp_path / "grid.png", column_titles=["$x", "寿司"], row_titles=["one", "two"]
    )
    colors = {tuple(pixel) for pixel in open_image(path).pixels.reshape(-1, 3)}
    assert {(255, 0, 0), (0, 255, 0), (0, 0, 0), (255, 255, 255)} <= colors
    assert (0, 0, 255) not in colors


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tif"])
def test_formats(suffix: str, tmp_path: Path) -> None:
    path = save_grid([[Cell(picture=flat((9, 9, 9)))]], tmp_path / f"grid{suffix}")
    assert open_image(path).size[1] > 300


def test_refused_grids(tmp_path: Path) -> None:
    cell = Cell(picture=flat((0, 0, 0)))
    for rows in ([], [[]], [[cell], [cell, cell]]):
        with pytest.raises(OptionError, match="one length"):
            save_grid(rows, tmp_path / "grid.png")
    for name in ("grid.gif", "no/grid.png"):
        with pytest.raises(OutputError):
            save_grid([[cell]], tmp_path / name)
        with pytest.raises(OutputError):
            save_loss_plot({"total": [1.0]}, tmp_path / name)


def test_long_figures_stay_within_what_formats_hold(tmp_path: Path) -> None:
    tall = Picture(pixels=np.zeros((16 * 60, 16, 3), np.uint8))
    path = save_grid([[Cell(picture=tall)]], tmp_path / "grid.webp")
    assert max(open_image(path).size) <= LONGEST_SIDE_PX


@pytest.mark.parametrize(
    "losses",
    [
        {"total": [3.0, 2.0, 1.0], "style": [float("nan"), 0.0, 0.5]},
        {"total": [3.0]},
        {"total": [0.0, float("nan")]},
        {"total": []},
        {},
    ],
)
def test_loss_plot(losses: dict[str, list[float]], tmp_path: Path) -> None:
    assert open_image(save_loss_plot(losses, tmp_path / "losses.png")).size == (630, 1050)


def test_loss_plot_leaves_the_numbers_alone(tmp_path: Path) -> None:
    values = np.array([1.0, 0.0, -1.0])
    save_loss_plot({"total": values}, tmp_path / "losses.png")  # type: ignore[dict-item]
    np.testing.assert_array_equal(values, [1.0, 0.0, -1.0])


def test_match_figure_has_a_row_a_region_and_a_column_a_style(tmp_path: Path) -> None:
    labels = np.zeros((24, 32), np.int64)
    labels[:, 10:] = 1
    regions = SemanticRegions(
        labels=labels, features=np.zeros((2, 4), np.float32), colors=np.zeros((2, 3), np.float32)
    )
    pictures = (flat((250, 0, 0)), flat((0, 65_535, 0), np.uint16))
    matches = Matches(
        photo=flat((0, 0, 250)),
        pictures=pictures,
        content=regions,
        styles=(regions, regions),
        attention=np.array([[0.5, 0.5, 0, 0], [0, 0, 0.1, 0.9]]),
    )
    height, width = open_image(save_match_figure(matches, tmp_path / "matches.png")).size
    assert width > height
