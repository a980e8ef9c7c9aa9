from __future__ import annotations

import pytest

from impasto.errors import OptionError
from impasto.studio.box import Box
from impasto.studio.server.requests import SCALES, read_box, scale_of


def test_boxes_are_read_and_held_within_the_picture() -> None:
    assert read_box(None, (20, 30)) == Box.whole((20, 30))
    assert read_box("2,3,9,12", (20, 30)) == Box(top=3, left=2, bottom=12, right=9)
    assert read_box("-5,-5,900,900", (20, 30)) == Box.whole((20, 30))


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1.5,0,3,3", "9,9,9,9"])
def test_other_texts_are_no_boxes(text: str) -> None:
    with pytest.raises(OptionError, match="box"):
        read_box(text, (20, 30))


def test_scales_are_powers_of_two() -> None:
    assert [scale_of(scale) for scale in SCALES] == [1, 2, 4, 8, 16]
    for scale in (0, 3, -1, 32):
        with pytest.raises(OptionError, match="scale"):
            scale_of(scale)
