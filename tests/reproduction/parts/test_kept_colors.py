from __future__ import annotations

from collections.abc import Callable
from typing import Any

from impasto.guidance.controls import KEEP_COLOR
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.parts.kept_colors import AS_IT_IS, Result


def test_every_way_to_keep_colors(make_part: Callable[[str], tuple[Result, Exhibit]]) -> None:
    result, _ = make_part("colors")
    for row in result.rows:
        assert list(row.paintings) == [AS_IT_IS, *KEEP_COLOR]
        # Three steps change little; luminance must be nearest all the same.
        least: Any = min(row.paintings, key=lambda name: row.paintings[name].chroma)
        assert least == "luminance"
