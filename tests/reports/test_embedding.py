import base64

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.image.codec import open_image
from impasto.image.picture import ImageMetadata, Picture
from impasto.reports.blocks import Illustration
from impasto.reports.embedding import Packing, illustration


def opened(shown: Illustration) -> Picture:
    return open_image(base64.b64decode(shown.source.partition(",")[2]))


@pytest.mark.parametrize("packing", ["JPEG", "PNG", "WEBP"])
def test_it_is_the_picture(packing: Packing) -> None:
    pixels = np.empty((40, 60, 3), np.uint8)
    pixels[:] = 200, 100, 50
    metadata = ImageMetadata(text={"secret": "where it was taken"})
    shown = illustration(Picture(pixels=pixels, metadata=metadata), alt="a", packing=packing)
    picture = opened(shown)
    assert shown.source.startswith(f"data:image/{packing.lower()};base64,")
    assert shown.size == picture.size == (40, 60)
    assert np.abs(picture.pixels.astype(int) - pixels).max() <= 4
    assert not picture.metadata.text


def test_it_is_reduced_but_never_enlarged() -> None:
    picture = Picture(pixels=np.zeros((30, 91, 3), np.uint16))
    assert illustration(picture, alt="a", longest_side_px=45).size == (15, 45)
    assert illustration(picture, alt="a", longest_side_px=200).size == (30, 91)


def test_it_stays_transparent() -> None:
    alpha = np.zeros((20, 20), np.uint16)
    shown = illustration(Picture(pixels=np.zeros((20, 20, 3), np.uint16), alpha=alpha), alt="a")
    found = opened(shown).alpha
    assert found is not None
    assert not found.any()


def test_refused() -> None:
    picture = Picture(pixels=np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(OptionError, match="longest_side_px"):
        illustration(picture, alt="a", longest_side_px=0)
    with pytest.raises(OptionError, match="alt"):
        illustration(picture, alt="")
    with pytest.raises(OptionError, match="quality"):
        illustration(picture, alt="a", quality=0)
