from __future__ import annotations

from collections.abc import Callable

from impasto.reproduction.exhibit import Curves, Exhibit
from impasto.reproduction.parts.style_blend import STYLES, Result


def test_the_distance_to_both_styles_is_followed(
    make_part: Callable[[str], tuple[Result, Exhibit]],
) -> None:
    result, exhibit = make_part("blend")
    assert [blend.shares for blend in result.blends] == [(1, 0), (0.5, 0.5), (0, 1)]
    for blend in result.blends:
        assert list(blend.distances) == list(STYLES)
        assert all(len(values) == 12 for values in blend.distances.values())
    alone = result.blends[0].distances[STYLES[0]]
    assert alone[-1] < 0.95 * result.start[STYLES[0]]
    curves = exhibit.items[0]
    assert isinstance(curves, Curves)
    assert list(curves.lines) == [f"to {name}" for name in STYLES]
    assert list(curves.lines.values()) == list(result.blends[1].distances.values())
