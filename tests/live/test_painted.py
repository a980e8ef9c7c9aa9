from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image


def test_a_frame_is_encoded_once(stand_ins: Any) -> None:
    painted = stand_ins.make_painted(level=90)
    first = painted.jpeg()
    assert painted.jpeg() is first
    pixels = np.asarray(Image.open(io.BytesIO(first)))
    assert pixels.shape == (*stand_ins.SIZE, 3)
    assert np.abs(pixels.astype(int) - 90).max() <= 2
