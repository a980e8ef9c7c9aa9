from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.batch import storage
from impasto.batch.opened_recipe import open_recipe
from impasto.batch.recipe import read_recipe
from impasto.errors import ImageFormatError, ImageNotFoundError
from impasto.image.codec import open_image, save_image
from impasto.image.picture import Picture
from impasto.stylizers.fast_style import FastStyle

pytestmark = pytest.mark.usefixtures("networks")


@pytest.fixture
def style(tmp_path: Path) -> Path:
    generator = np.random.default_rng(1)
    picture = Picture(pixels=generator.integers(0, 256, (20, 20, 3), np.uint8))
    return save_image(picture, tmp_path / "style.png")


def digest(**words: Any) -> str:
    return open_recipe(read_recipe(words)).digest


def test_a_plain_recipe_is_the_request_of_stylize(photo: Path) -> None:
    content = open_image(photo)
    request = open_recipe(read_recipe({"style": "stripes", "size": 32})).request(content)
    assert isinstance(request.style, FastStyle)
    assert (request.style_name, request.size, request.styles) == ("stripes", (24, 32), ())


def test_masks_go_to_their_styles(photo: Path) -> None:
    words = {
        "style": [
            {"style": "stripes", "mask": "gradient:right"},
            {"style": "dots", "mask": "rest"},
        ]
    }
    uses = open_recipe(read_recipe(words)).request(open_image(photo)).uses
    first, second = (use.mask for use in uses)
    assert first is not None
    assert second is not None
    assert (first.astype(int) + second == 65535).all()


def test_pictures_come_from_any_place(style: Path, photo: Path) -> None:
    storage.write("memory://bucket/style.png", style.read_bytes(), tag="t")
    words = {"style": "memory://bucket/style.png", "method": "gatys"}
    request = open_recipe(read_recipe(words)).request(open_image(photo))
    found = request.uses[0].style
    assert isinstance(found, Picture)
    np.testing.assert_array_equal(found.pixels, open_image(style).pixels)
    assert digest(style=str(style), method="gatys") != digest(style="mosaic", method="gatys")


def test_the_digest_tells_what_would_be_another_picture(style: Path) -> None:
    plain = digest(style="stripes")
    assert plain == digest(style="stripes", method="fast", threads=2, strength=1.0)
    others = [
        digest(style="dots"),
        digest(style="stripes", strength=0.5),
        digest(style="stripes", size=64),
        digest(style="stripes", quality=80),
        digest(style="stripes", keep_color="luminance"),
        digest(style={"style": "stripes", "mask": "gradient:up"}),
        digest(style={"style": "stripes", "mask": str(style)}),
    ]
    assert len({plain, *others}) == len(others) + 1


def test_a_style_or_a_mask_with_another_content_is_another_one(style: Path) -> None:
    words: dict[str, Any] = {"style": {"style": str(style), "mask": str(style)}, "method": "gatys"}
    before = digest(**words)
    save_image(replace(open_image(style), pixels=np.zeros((20, 20, 3), np.uint8)), style)
    assert digest(**words) != before


def test_what_cannot_be_had_is_named() -> None:
    with pytest.raises(ImageNotFoundError, match=r"nothing\.jpg"):
        open_recipe(read_recipe({"style": "nothing.jpg", "method": "gatys"}))
    storage.write("memory://bucket/text.png", b"text", tag="t")
    with pytest.raises(ImageFormatError, match="bucket/text"):
        open_recipe(read_recipe({"style": "memory://bucket/text.png", "method": "gatys"}))
