from pathlib import Path

import numpy as np
import pytest

from impasto.errors import CancelledError, OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.sources import find_style
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.request import RenderRequest
from impasto.stylizers.semantic_request import match_request, picture_of_style

CONTENT = Picture(pixels=np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8))


@pytest.mark.slow
def test_a_semantic_request_becomes_one_with_masks() -> None:
    style = Picture(pixels=CONTENT.pixels[:, ::-1].copy())
    request = RenderRequest(content=CONTENT, style=style, controls=Controls(semantic=True))
    found, matches = match_request(request, None, Cancellation())
    assert found.style is None
    assert all(use.mask is not None for use in found.uses)
    assert matches.attention.shape == (len(matches.content), len(matches.styles[0]))
    assert request.uses[0].mask is None


def test_cancelled_before_it_began() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    request = RenderRequest(content=CONTENT, styles=(StyleUse(style=CONTENT),))
    with pytest.raises(CancelledError):
        match_request(request, None, cancellation)


def test_pictures_of_styles(networks: Path) -> None:
    assert picture_of_style(CONTENT) is CONTENT
    candy = picture_of_style("candy")
    np.testing.assert_array_equal(candy.pixels, find_style("candy").pixels)
    with pytest.raises(OptionError, match="the picture of the style 'dots' is not known"):
        picture_of_style(parse_fast_style("dots"))
