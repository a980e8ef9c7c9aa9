import numpy as np

from impasto.segmentation.mask_tidying import tidy
from impasto.segmentation.prompts import Point


def blot() -> np.ndarray:
    mask = np.zeros((100, 120), bool)
    mask[20:80, 20:80] = True
    mask[50:52, 50:52] = False
    mask[5:7, 100:102] = True
    mask[90:98, 90:115] = True
    return mask


def test_specks_and_pinholes_go_and_larger_pieces_stay() -> None:
    found = tidy(blot())
    assert found[51, 51]
    assert not found[5, 100]
    assert found[95, 100]


def test_what_was_clicked_stays() -> None:
    found = tidy(blot(), [Point(100, 5), Point(50, 50, add=False)])
    assert found[5, 100]
    assert not found[50, 50]


def test_the_largest_piece_stays_however_small() -> None:
    speck = np.zeros((200, 200), bool)
    speck[3, 4] = True
    assert (tidy(speck) == speck).all()
    nothing = np.zeros((9, 9), bool)
    assert not tidy(nothing).any()
    assert tidy(~nothing).all()
