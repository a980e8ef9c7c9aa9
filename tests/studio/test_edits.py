from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError, UnknownNameError
from impasto.studio import edits
from impasto.studio.box import Box
from impasto.studio.brush import Stroke
from impasto.studio.document import BACKGROUND, Document, Look
from impasto.studio.mask import Mask, make_mask


def test_an_object_is_added_on_top(document: Document, disc: Callable[..., Mask]) -> None:
    edit = edits.add_object(document, disc(10, 50, 5), name="boat", feather_px=1)
    added = edit.document.objects[-1]
    assert (added.name, added.look, added.feather_px) == ("boat", Look(), 1)
    assert edit.document.objects[:-1] == document.objects
    assert edit.boxes == (disc(10, 50, 5).box.grow(3).clip(document.size),)
    assert len(document.objects) == 3


def test_removing_and_reordering(document: Document) -> None:
    gone = edits.remove_object(document, "roof").document
    assert [each.id for each in gone.objects] == ["sky", "lion"]
    moved = edits.reorder_object(document, "lion", 0).document
    assert [each.id for each in moved.objects] == ["lion", "sky", "roof"]
    with pytest.raises(OptionError, match="position: expected 0 to 2, got 3"):
        edits.reorder_object(document, "lion", 3)


def test_masks_are_replaced_and_brushed(document: Document, disc: Callable[..., Mask]) -> None:
    mask = disc(50, 20, 7)
    assert edits.replace_mask(document, "lion", mask).document.find("lion").mask is mask
    stroke = Stroke(points=[(70.0, 48.0)], radius_px=2, erase=True)
    edit = edits.brush_mask(document, "lion", stroke)
    assert edit.document.find("lion").mask.full()[48, 70] == 0
    assert edit.document.find("sky").mask is document.find("sky").mask
    assert edit.boxes[0].area < Box.whole(document.size).area / 4


@pytest.mark.parametrize("region", ["roof", BACKGROUND])
def test_looks_change_one_thing_at_a_time(document: Document, region: str) -> None:
    look = document.look_of(region)
    for edit, expected in (
        (edits.set_style(document, region, "e"), replace(look, style="e")),
        (edits.set_style(document, region, None), replace(look, style=None)),
        (edits.set_strength(document, region, 0.5), replace(look, strength=0.5)),
        (edits.set_preserve_colors(document, region, True), replace(look, preserve_colors=True)),
        (edits.set_look(document, region, Look(style="f")), Look(style="f")),
        (edits.set_visible(document, region, False), Look()),
    ):
        assert edit.document.look_of(region) == expected
        assert edit.boxes
        others = {"sky", "roof", "lion", BACKGROUND} - {region}
        assert all(edit.document.look_of(each) == document.look_of(each) for each in others)


def test_a_hidden_object_keeps_its_look(document: Document) -> None:
    hidden = edits.set_visible(document, "sky", False).document
    edit = edits.set_strength(hidden, "sky", 0.3)
    assert edit.boxes == ()
    shown = edits.set_visible(edit.document, "sky", True).document
    assert shown.look_of("sky") == Look(style="a", strength=0.3)


def test_what_does_not_show_touches_nothing(document: Document) -> None:
    assert edits.rename_object(document, "sky", "cloud").boxes == ()
    assert edits.set_style(document, "sky", "a").boxes == ()
    assert edits.set_feather(document, "sky", 2.0).boxes == ()
    assert edits.set_close_gaps(document, 0).boxes == ()


def test_feather_and_gaps(document: Document) -> None:
    assert edits.set_feather(document, "sky", 3.5).document.find("sky").feather_px == 3.5
    assert edits.set_close_gaps(document, 2).document.close_gaps_px == 2


def test_what_is_wrong_is_refused(document: Document) -> None:
    with pytest.raises(OptionError, match="at least one pixel"):
        edits.replace_mask(document, "sky", make_mask(np.zeros(document.size, bool)))
    with pytest.raises(ShapeError, match="like the photograph"):
        edits.add_object(document, make_mask(np.ones((30, 30), bool)), name="x")
    for wrong in (edits.remove_object, lambda d, i: edits.rename_object(d, i, "x")):
        with pytest.raises(UnknownNameError, match="no object 'dog'"):
            wrong(document, "dog")
    with pytest.raises(UnknownNameError):
        edits.remove_object(document, BACKGROUND)
