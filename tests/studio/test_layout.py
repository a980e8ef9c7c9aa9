from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.studio import layout
from impasto.studio.alpha_planes import AlphaPlanes
from impasto.studio.box import Box
from impasto.studio.changes import compare
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import add_object
from impasto.studio.layout import TILE_PIXELS, cut, lay_out
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

SIZE = (200, 400)
WHOLE = Box.whole(SIZE)


def planes_of(masks: dict[str, Mask], feather_px: float = 2.0) -> AlphaPlanes:
    empty = Document(photograph=PhotographReference(digest="0" * 64, size=SIZE, name="x"))
    document = empty
    for name, mask in masks.items():
        document = add_object(
            document, mask, name=name, object_id=name, feather_px=feather_px
        ).document
    planes = AlphaPlanes(SIZE)
    planes.update(document, compare(empty, document).shape)
    return planes


@given(st.integers(-5, 50), st.integers(-5, 50), st.integers(0, 3000), st.integers(0, 4000))
def test_tiles_hold_each_pixel_once(top: int, left: int, height: int, width: int) -> None:
    box = Box(top=top, left=left, bottom=top + height, right=left + width)
    tiles = list(cut(box))
    assert sum(tile.area for tile in tiles) == box.area
    assert all(box.contains(tile) and not tile.is_empty for tile in tiles)
    assert all(tile.area <= 1.1 * TILE_PIXELS + tile.size[1] for tile in tiles)
    corners = {(tile.top, tile.left) for tile in tiles}
    assert len(corners) == len(tiles)


@pytest.mark.parametrize("columns", [1, 40, 10_000])
def test_pieces_hold_each_pixel_once_and_all_alphas(
    disc: Callable[..., Mask], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(layout, "WORTH_COPYING_PX", columns)
    monkeypatch.setattr(layout, "TILE_PIXELS", 4000)
    planes = planes_of({"a": disc(150, 100, 80, SIZE), "b": disc(260, 90, 70, SIZE)})
    box = Box(top=7, left=30, bottom=190, right=390)
    seen = np.zeros(SIZE, int)
    total = np.zeros(SIZE, int)
    for tile in lay_out(planes, box):
        assert set().union(*({p.region_id for p in e.parts} for e in tile.pieces)) == tile.regions
        for piece in tile.pieces:
            assert tile.box.contains(piece.box)
            seen[piece.box.slices] += 1
            assert piece.is_covered == (piece.parts[0].box == piece.box)
            for part in piece.parts:
                total[part.box.slices] += part.values
            if piece.is_solid:
                assert len(piece.parts) == 1
                assert (piece.parts[0].values == 255).all()
    assert (seen[box.slices] == 1).all()
    assert (total[box.slices] == 255).all()
    assert seen.sum() == box.area


def test_what_is_one_regions_alone_is_found() -> None:
    values = np.zeros(SIZE, bool)
    values[:, 100:350] = True
    (left, right) = lay_out(planes_of({"a": make_mask(values)}), WHOLE)[:2]
    widths = [(piece.box.size[1], piece.is_solid) for piece in left.pieces]
    assert widths == [(94, True), (12, False), (238, True), (56, False)]
    assert left.regions == {"a", BACKGROUND} == right.regions


def test_a_region_that_shows_nowhere_is_left_out() -> None:
    values = np.zeros(SIZE, bool)
    values[10:20, 10:20] = values[180:190, 380:390] = True
    tiles = lay_out(planes_of({"a": make_mask(values)}, feather_px=0), WHOLE)
    assert [tile.regions for tile in tiles] == [{"a", BACKGROUND}, {"a", BACKGROUND}]
    middle = lay_out(
        planes_of({"a": make_mask(values)}, feather_px=0),
        Box(top=50, left=50, bottom=150, right=300),
    )
    assert [tile.regions for tile in middle] == [{BACKGROUND}]
    assert middle[0].pieces[0].is_solid


def test_nothing_has_no_tiles() -> None:
    assert lay_out(planes_of({}), Box(top=5, left=5, bottom=5, right=9)) == ()
