from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ImageNotFoundError, OptionError
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.reproduction.setup import (
    FULL,
    QUICK,
    bundled_photographs,
    read_photographs,
    square,
)


def test_the_bundled_photographs_and_their_clicks() -> None:
    found = bundled_photographs()
    assert len(found) >= FULL.photographs
    assert found[0].picture.size == (512, 512)
    for photograph in found:
        assert min(photograph.picture.size) >= 300
        assert all(0 < part < 1 for point in photograph.points for part in point)


def test_ones_own_photographs(tmp_path: Path) -> None:
    picture = Picture(pixels=np.zeros((20, 30, 3), np.uint8))
    path = save_image(picture, tmp_path / "holiday.png")
    (found,) = read_photographs([path])
    assert (found.name, found.picture.size, found.points) == ("holiday", (20, 30), ((0.5, 0.5),))
    with pytest.raises(OptionError, match="at least one"):
        read_photographs([])
    with pytest.raises(ImageNotFoundError):
        read_photographs([tmp_path / "no.png"])


def test_the_middle_as_a_square() -> None:
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[:, 10:30] = 200
    picture = Picture(pixels=pixels, alpha=np.zeros((20, 40), np.uint8))
    found = square(picture, 10)
    assert found.size == (10, 10)
    assert found.alpha is None
    assert (found.pixels == 200).all()


def test_quick_is_smaller() -> None:
    assert QUICK.name != FULL.name
    assert QUICK.table_px < FULL.table_px
    assert QUICK.curve_steps < FULL.curve_steps
