from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import OptionError
from impasto.studio.box import Box
from impasto.studio.changes import compare, feather_reach, reach
from impasto.studio.coverage import Coverage, cover
from impasto.studio.document import BACKGROUND, Background, Document, Look, PhotoObject
from impasto.studio.edits import set_look, set_style
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

SIZE = (70, 80)
WHOLE = Box.whole(SIZE)
REFERENCE = PhotographReference(digest="0" * 64, size=SIZE, name="x")


@st.composite
def objects(draw: st.DrawFn) -> PhotoObject:
    values = np.zeros(SIZE, np.uint8)
    top, left = draw(st.integers(0, 65)), draw(st.integers(0, 75))
    height, width = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    values[top : top + height, left : left + width] = draw(st.sampled_from([255, 255, 100]))
    return PhotoObject(
        id=draw(st.sampled_from("abcde")),
        name="x",
        mask=make_mask(values),
        look=Look(style=draw(st.sampled_from(["s", "t", None]))),
        feather_px=draw(st.sampled_from([0.0, 1.0, 3.0, 9.0])),
        visible=draw(st.integers(0, 4)) > 0,
    )


DOCUMENTS = st.builds(
    Document,
    photograph=st.just(REFERENCE),
    objects=st.lists(objects(), max_size=4, unique_by=lambda each: each.id).map(tuple),
    background=st.builds(
        Background, look=st.builds(Look, style=st.sampled_from(["s", None])), visible=st.booleans()
    ),
    close_gaps_px=st.sampled_from([0, 0, 2]),
)


@st.composite
def altered(draw: st.DrawFn, each: PhotoObject) -> PhotoObject:
    """An object with one thing changed, or nothing."""
    fields = {"feather_px": 5.0, "visible": not each.visible, "look": Look(style="u"), "name": "y"}
    name = draw(st.sampled_from([None, *fields]))
    return each if name is None else replace(each, **{name: fields[name]})


@st.composite
def changed(draw: st.DrawFn) -> tuple[Document, Document]:
    """A document and one that shares some of its objects."""
    old, new = draw(DOCUMENTS), draw(DOCUMENTS)
    kept = [draw(altered(each)) for each in old.objects if draw(st.booleans())]
    names = {each.id for each in kept}
    mixed = draw(st.permutations([*kept, *(e for e in new.objects if e.id not in names)]))
    gaps = old.close_gaps_px if draw(st.booleans()) else new.close_gaps_px
    return old, replace(new, objects=tuple(mixed), close_gaps_px=gaps)


def alphas(coverage: Coverage, name: str) -> np.ndarray:
    if name == BACKGROUND:
        return coverage.background
    return coverage.objects.get(name, np.zeros(SIZE, np.uint8))


@given(changed())
@settings(max_examples=150, deadline=None)
def test_outside_the_boxes_nothing_changed(pair: tuple[Document, Document]) -> None:
    old, new = pair
    change = compare(old, new)
    outside = np.ones(SIZE, bool)
    for box in change.shape:
        outside[box.slices] = False
    before, after = cover(old, WHOLE), cover(new, WHOLE)
    for name in (*"abcde", BACKGROUND):
        assert np.array_equal(alphas(before, name)[outside], alphas(after, name)[outside])
    for box in change.look.values():
        outside[box.slices] = False
    for name in [each.id for each in new.objects if each.visible] + [BACKGROUND]:
        seen = outside & (alphas(after, name) > 0)
        if seen.any():
            assert old.look_of(name) == new.look_of(name)


@given(DOCUMENTS)
@settings(deadline=None)
def test_objects_reach_no_farther_than_said(document: Document) -> None:
    coverage = cover(document, WHOLE)
    for each in document.objects:
        if each.visible:
            outside = alphas(coverage, each.id).copy()
            outside[reach(document, each).slices] = 0
            assert not outside.any()


def test_a_look_touches_its_region_alone(document: Document) -> None:
    change = compare(document, set_style(document, "lion", "a").document)
    lion = document.find("lion")
    assert change.shape == ()
    assert change.look == {"lion": lion.mask.box.grow(feather_reach(lion)).clip(document.size)}


def test_the_background_may_be_anywhere(document: Document) -> None:
    change = compare(document, set_look(document, BACKGROUND, Look()).document)
    assert change.look == {BACKGROUND: Box.whole(document.size)}


def test_a_stroke_touches_its_surroundings(document: Document, disc: Callable[..., Mask]) -> None:
    sky = document.find("sky")
    values = sky.mask.full()
    values[25, 15] = 7
    new = replace(document, objects=(replace(sky, mask=make_mask(values)), *document.objects[1:]))
    assert compare(document, new).boxes == (Box(top=19, left=9, bottom=32, right=22),)


def test_the_same_is_no_change(document: Document) -> None:
    assert compare(document, replace(document)).boxes == ()


def test_two_photographs_cannot_be_compared(document: Document) -> None:
    other = Document(photograph=replace(document.photograph, name="another"))
    with pytest.raises(OptionError, match="two photographs"):
        compare(document, other)
