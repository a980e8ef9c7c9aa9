from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.segmented import Result

pytest.importorskip("cv2", reason="needs impasto[studio]")
pytest.importorskip("higra", reason="needs impasto[studio]")


def test_objects_and_backgrounds(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, exhibit = make_part("masks")
    for row in result.rows:
        assert 0 < row.area < 1
        assert row.mask.pixels.mean() / 255 == pytest.approx(row.area, abs=1e-6)
        assert list(row.paintings) == ["object", "background", "both"]
        assert row.untouched == 0
        painted: list[Any] = [picture.pixels for picture in row.paintings.values()]
        assert not np.array_equal(painted[0], painted[1])
    assert (result.rows[0].clicked.pixels == (214, 40, 40)).all(axis=-1).any()
    levels = result.soft.mask.pixels[0, :, 0]
    assert (levels[0], levels[-1]) == (0, 255)
    assert len(exhibit.items) == 3
