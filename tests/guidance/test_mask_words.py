from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.errors import ImageNotFoundError, OptionError, ShapeError
from impasto.guidance.mask_levels import FULL
from impasto.guidance.mask_words import depends_on_photo, find_masks
from impasto.image.picture import Picture

PHOTO = Picture(pixels=np.full((40, 60, 3), 90, np.uint8))


@pytest.fixture
def left(tmp_path: Path) -> str:
    pixels = np.zeros((40, 60), np.uint8)
    pixels[:, :20] = 255
    path = tmp_path / "left.png"
    Image.fromarray(pixels).save(path)
    return str(path)


def test_files_inverses_and_the_rest(left: str) -> None:
    mask, inverse = find_masks([left, f"outside:{left}"], PHOTO)
    assert (mask[:, :20] == FULL).all()
    assert not mask[:, 20:].any()
    np.testing.assert_array_equal(inverse, FULL - mask)
    ramp, mask, rest = find_masks(["gradient:right", left, "rest"], PHOTO)
    total = ramp.astype(int) + mask + rest
    assert (total[:, 20:] == FULL).all()
    assert not rest[:, :20].any()


@pytest.mark.parametrize(
    ("direction", "full"), [("right", -1), ("left", 0), ("down", -1), ("up", 0)]
)
def test_gradients_are_full_where_they_point(direction: str, full: int) -> None:
    (ramp,) = find_masks([f"gradient:{direction}"], PHOTO)
    line = ramp[0] if direction in ("right", "left") else ramp[:, 0]
    assert line[full] == FULL
    assert line[-1 - full] == 0
    assert (np.abs(np.diff(line.astype(int), n=2)) <= 1).all()


def test_a_region_is_found_at_a_point() -> None:
    pixels = np.full((64, 96, 3), (30, 90, 200), np.uint8)
    pixels[16:48, 30:66] = (230, 60, 20)
    (mask,) = find_masks(["point:48,32"], Picture(pixels=pixels))
    truth = np.zeros((64, 96), bool)
    truth[16:48, 30:66] = True
    found = mask > 0
    assert found[32, 48]
    assert (found & truth).sum() > 0.9 * truth.sum()
    assert found.mean() < 0.5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rest"], "at most one rest"),
        (["gradient:up", "rest", "rest"], "at most one rest"),
        (["gradient:north"], "right, left, down, up"),
        (["point:5"], "point:X,Y"),
        (["point:a,b"], "point:X,Y"),
        (["point:600,2"], "expected x in 0..59"),
    ],
)
def test_what_is_no_mask_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        find_masks(words, PHOTO)


def test_files_that_do_not_fit(left: str) -> None:
    with pytest.raises(ImageNotFoundError):
        find_masks(["missing.png"], PHOTO)
    turned = Picture(pixels=np.zeros((60, 40, 3), np.uint8))
    with pytest.raises(ShapeError, match="shape of the photograph"):
        find_masks([left, "rest"], turned)


def test_which_words_depend_on_the_photograph(left: str) -> None:
    assert not any(map(depends_on_photo, (left, f"outside:{left}")))
    assert all(map(depends_on_photo, ("point:1,2", "outside:gradient:up", "rest")))
