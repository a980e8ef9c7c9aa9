from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.errors import ImageNotFoundError, OptionError, ShapeError, UnknownNameError
from impasto.image.codec import open_image
from impasto.sources import (
    as_picture,
    blank_canvas,
    default_method,
    find_fast,
    find_style,
    initial_picture,
    resolve_size,
    style_for,
)
from impasto.styles.catalog import STYLES
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import FastOptions, GatysOptions, TextureOptions

Make = Callable[..., torch.Tensor]


def test_every_source_becomes_a_picture(photo: Path, smooth_image: Make) -> None:
    opened = open_image(photo)
    assert as_picture(opened) is opened
    for source in (photo, str(photo)):
        np.testing.assert_array_equal(as_picture(source).pixels, opened.pixels)
    assert as_picture(smooth_image(20, 30)).size == (20, 30)
    with pytest.raises(ShapeError):
        as_picture(torch.zeros(3, 20, 30))


@pytest.mark.parametrize("name", STYLES)
def test_styles_that_ship_are_found_by_name(name: str) -> None:
    assert min(find_style(name).size) >= 512


def test_a_style_that_is_nowhere_names_those_there_are() -> None:
    with pytest.raises(ImageNotFoundError, match=r"neither a file nor one of the styles.*candy"):
        find_style("no-such-style")


def test_sizes() -> None:
    assert resolve_size(None, (5, 7)) == (5, 7)
    assert resolve_size(32, (48, 64)) == (24, 32)
    assert resolve_size((20, 40), (48, 64)) == (20, 40)
    for wrong in (8, 0, -5, (20, 8)):
        with pytest.raises(OptionError, match="16 px or more"):
            resolve_size(wrong, (48, 64))


def test_initial_picture_is_opened_only_where_a_path_is_given(photo: Path) -> None:
    assert initial_picture(GatysOptions()) is None
    assert initial_picture(GatysOptions(init="noise")) is None
    found = initial_picture(GatysOptions(init=str(photo)))
    assert found is not None
    assert found.size == (48, 64)


def test_blank_canvas() -> None:
    canvas = blank_canvas((24, 40))
    assert canvas.size == (24, 40)
    assert canvas.pixels.min() == canvas.pixels.max()


def test_an_endless_name_is_no_file() -> None:
    with pytest.raises(ImageNotFoundError, match="neither a file"):
        find_style("x" * 5000)


def test_default_method(networks: Path, photo: Path) -> None:
    for fast in ("stripes", "stripes:0.6,dots", str(networks / "lone"), find_fast("dots")):
        assert default_method(fast) == "fast"
    for other in ("mosaic", "no-such-style", photo, open_image(photo)):
        assert default_method(other) == "gatys"
    assert default_method("stripes", GatysOptions()) == "gatys"
    assert default_method("stripes", TextureOptions()) == "texture"
    assert default_method(photo, FastOptions()) == "fast"


def test_style_for_each_kind_of_method(networks: Path, photo: Path) -> None:
    assert style_for(METHODS["gatys"], photo).size == (48, 64)  # type: ignore[union-attr]
    assert style_for(METHODS["fast"], "dots") == find_fast("dots")
    with pytest.raises(OptionError, match="got the fast style 'dots'"):
        style_for(METHODS["lapstyle"], find_fast("dots"))


def test_fast_style_without_a_picture_and_a_picture_without_a_network(
    networks: Path, photo: Path
) -> None:
    with pytest.raises(OptionError, match="'stripes' is a fast style and not a picture"):
        find_style("stripes")
    for style in ("mosaic", photo):
        with pytest.raises(OptionError, match=f"'{style}' is a picture that no network"):
            find_fast(style)
    with pytest.raises(OptionError, match="takes the name of a trained style"):
        find_fast(open_image(photo))
    for nothing in ("strips", "x" * 5000):
        with pytest.raises(UnknownNameError, match=r"There is no|names no"):
            find_fast(nothing)
    with pytest.raises(ImageNotFoundError, match="Did you mean 'stripes'"):
        find_style("strips")
