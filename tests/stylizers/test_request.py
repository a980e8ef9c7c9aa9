from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.request import RenderRequest


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
