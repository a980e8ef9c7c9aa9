from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.request import FilmPast, RenderRequest


def test_a_request_is_a_value_with_defaults() -> None:
    picture = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    request = RenderRequest(content=picture, style=picture)
    assert (request.method, request.options, request.size) == ("gatys", None, None)
    with pytest.raises(FrozenInstanceError):
        request.method = "fast"  # type: ignore[misc]


def test_styles_are_read_in_one_way_however_they_are_given() -> None:
    picture = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    plain = RenderRequest(content=picture, style=picture, style_name="one")
    (use,) = plain.uses
    assert (use.style, use.name, plain.is_plain) == (picture, "one", True)
    uses = (StyleUse(style=picture), StyleUse(style=picture))
    assert RenderRequest(content=picture, styles=uses).uses is uses
    assert not RenderRequest(
        content=picture, style=picture, controls=Controls(strength=0.5)
    ).is_plain
    for given in ({}, {"style": picture, "styles": uses}):
        with pytest.raises(OptionError, match="either style or styles"):
            RenderRequest(content=picture, **given)  # type: ignore[arg-type]


def test_a_films_past_is_checked() -> None:
    moved, known = np.zeros((16, 20, 3), np.uint8), np.ones((16, 20), np.float32)
    assert FilmPast(moved=moved, known=known, weight=0).weight == 0
    with pytest.raises(OptionError, match="from 0 on, got -1"):
        FilmPast(moved=moved, known=known, weight=-1)
    with pytest.raises(ShapeError, match=r"\(H, W, 3\) and \(H, W\)"):
        FilmPast(moved=moved, known=known[1:], weight=1)
