from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from impasto.errors import ImageFormatError
from impasto.image.label_map import read_labels

LABELS = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


@pytest.mark.parametrize("mode", ["L", "P"])
def test_numbers_come_back_whatever_their_colours(mode: str, tmp_path: Path) -> None:
    image = Image.fromarray(LABELS)
    if mode == "P":
        image.putpalette([255 - i // 3 for i in range(768)])
    image.save(tmp_path / "labels.png")
    assert np.array_equal(read_labels(tmp_path / "labels.png"), LABELS)


def test_a_picture_in_colour_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (4, 3)).save(tmp_path / "colour.png")
    with pytest.raises(ImageFormatError, match="mode RGB"):
        read_labels(tmp_path / "colour.png")
    (tmp_path / "broken.png").write_bytes(b"broken")
    with pytest.raises(ImageFormatError, match="label map"):
        read_labels(tmp_path / "broken.png")
