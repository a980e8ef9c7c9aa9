from collections.abc import Callable

import numpy as np

from impasto.studio.alpha_planes import AlphaPlanes
from impasto.studio.box import Box
from impasto.studio.changes import compare
from impasto.studio.coverage import cover
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import (
    add_object,
    remove_object,
    reorder_object,
    replace_mask,
    set_feather,
    set_visible,
)
from impasto.studio.mask import Mask


def check(planes: AlphaPlanes, document: Document) -> None:
    whole = Box.whole(document.size)
    coverage = cover(document, whole)
    expected = {BACKGROUND: coverage.background, **coverage.objects}
    for part in planes.inside(whole):
        full = np.zeros(document.size, np.uint8)
        full[part.box.slices] = part.values
        assert np.array_equal(full, expected.pop(part.region_id))
    assert not any(alpha.any() for alpha in expected.values())


def test_planes_follow_every_edit(
    document: Document, empty: Document, disc: Callable[..., Mask]
) -> None:
    planes = AlphaPlanes(document.size)
    shown = empty
    state = document
    states = [state]
    for edit in (
        lambda now: set_feather(now, "roof", 5),
        lambda now: reorder_object(now, "sky", 2),
        lambda now: set_visible(now, "sky", False),
        lambda now: replace_mask(now, "lion", disc(20, 40, 11)),
        lambda now: remove_object(now, "roof"),
        lambda now: add_object(now, disc(50, 30, 9), name="new"),
        lambda now: set_visible(now, "sky", True),
    ):
        state = edit(state).document
        states.append(state)
    for state in (*states, *reversed(states), empty):
        planes.update(state, compare(shown, state).shape)
        shown = state
        check(planes, state)


def test_a_part_is_a_view(document: Document, empty: Document) -> None:
    planes = AlphaPlanes(document.size)
    planes.update(document, compare(empty, document).shape)
    box = Box(top=20, left=20, bottom=30, right=30)
    parts = {part.region_id: part for part in planes.inside(box)}
    assert set(parts) == {BACKGROUND, "sky", "roof"}
    assert all(box.contains(part.box) for part in parts.values())
    whole = next(iter(planes.inside(Box.whole(document.size))))
    assert np.shares_memory(parts[BACKGROUND].values, whole.values)
