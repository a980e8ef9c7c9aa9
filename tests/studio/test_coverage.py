from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.studio.box import Box
from impasto.studio.coverage import cover
from impasto.studio.document import Document, PhotoObject
from impasto.studio.edits import add_object, set_close_gaps, set_visible
from impasto.studio.feathering import Crop, feather
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

SIZE = (40, 52)
WHOLE = Box.whole(SIZE)
REFERENCE = PhotographReference(digest="0" * 64, size=SIZE, name="x")


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Blobs, strips and noise, hard or soft, or next to nothing."""
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    values = np.zeros(SIZE, np.uint8)
    top, left = random.integers(0, 35), random.integers(0, 45)
    height, width = random.integers(1, 30, 2)
    part = values[top : top + height, left : left + width]
    kind = draw(st.sampled_from(["full", "soft", "noise"]))
    if kind == "full":
        part[:] = 255
    elif kind == "soft":
        part[:] = random.integers(1, 256)
    else:
        part[:] = random.integers(0, 256, part.shape)
        part[0, 0] = 255
    return make_mask(values)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    objects = [
        PhotoObject(
            id=f"{number}",
            name="x",
            mask=mask,
            feather_px=draw(st.sampled_from([0.0, 0.5, 1.0, 2.5, 5.0, 9.0, 20.0])),
            visible=draw(st.integers(0, 5)) > 0,
        )
        for number, mask in enumerate(draw(st.lists(masks(), max_size=5)))
    ]
    gaps = draw(st.sampled_from([0, 0, 1, 3]))
    return Document(photograph=REFERENCE, objects=tuple(objects), close_gaps_px=gaps)


@given(documents())
@settings(max_examples=150, deadline=None)
def test_alphas_sum_to_255_everywhere(document: Document) -> None:
    coverage = cover(document, WHOLE)
    total = coverage.background.astype(int)
    for alpha in coverage.objects.values():
        assert alpha.dtype == np.uint8
        total += alpha
    assert (total == 255).all()


@given(documents(), st.integers(0, 39), st.integers(0, 51), st.integers(1, 20), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_a_box_gives_what_the_whole_gives(
    document: Document, top: int, left: int, height: int, width: int
) -> None:
    box = Box(top=top, left=left, bottom=top + height, right=left + width).clip(SIZE)
    part, whole = cover(document, box), cover(document, WHOLE)
    assert np.array_equal(part.background, whole.background[box.slices])
    for name, alpha in whole.objects.items():
        expected = alpha[box.slices]
        found = part.objects.get(name, np.zeros_like(expected))
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("sigma", [0.0, 9.0, 21.0, 36.0, 64.0])
def test_a_box_far_from_the_border_gives_what_the_whole_gives(sigma: float) -> None:
    """The border hides what is read too little of: here is room on all sides."""
    size = (520, 530)
    random = np.random.default_rng(0)
    document = Document(photograph=replace(REFERENCE, size=size), close_gaps_px=0 if sigma else 8)
    for name in "ab":
        mask = make_mask(_blocks(random, size))
        document = add_object(document, mask, name=name, object_id=name, feather_px=sigma).document
    whole = cover(document, Box.whole(size))
    for top, left in random.integers(200, 300, (25, 2)):
        box = Box(top=top, left=left, bottom=top + 5, right=left + 9)
        part = cover(document, box)
        assert np.array_equal(part.background, whole.background[box.slices])
        for name, alpha in part.objects.items():
            assert np.array_equal(alpha, whole.objects[name][box.slices])


@given(documents())
@settings(max_examples=100, deadline=None)
def test_without_feather_the_topmost_has_the_pixel(document: Document) -> None:
    hard = tuple(
        replace(each, feather_px=0.0, mask=make_mask(each.mask.full() > 127))
        for each in document.objects
    )
    coverage = cover(replace(document, objects=hard, close_gaps_px=0), WHOLE)
    owner = np.full(SIZE, -1)
    for number, each in enumerate(hard):
        if each.visible:
            owner[each.mask.full() > 0] = number
    assert np.array_equal(coverage.background, np.where(owner < 0, 255, 0))
    for number, each in enumerate(hard):
        alpha = coverage.objects.get(each.id, np.zeros(SIZE))
        assert np.array_equal(alpha, np.where(owner == number, 255, 0))


@pytest.mark.parametrize("sigma", [1.0, 4.0, 9.0])
def test_an_object_alone_is_its_feathered_mask(disc: Callable[..., Mask], sigma: float) -> None:
    mask = disc(25, 20, 9, SIZE)
    document = Document(photograph=REFERENCE)
    alone = add_object(document, mask, name="x", feather_px=sigma, object_id="x").document
    expected = feather(Crop(values=mask.full(), box=WHOLE), WHOLE, SIZE, sigma)
    assert np.array_equal(cover(alone, WHOLE).objects["x"], expected)


def _blocks(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    coarse = (random.random((size[0] // 8, size[1] // 8)) > 0.6).astype(np.uint8) * 255
    return np.asarray(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_NEAREST))


def halves(left_feather: float, right_feather: float) -> Document:
    """Two objects that share a border in the middle and leave the bottom to the background."""
    values = np.zeros(SIZE, bool)
    values[:30, :26] = True
    other = np.zeros(SIZE, bool)
    other[:30, 26:] = True
    document = Document(photograph=REFERENCE)
    document = add_object(
        document, make_mask(values), name="l", feather_px=left_feather, object_id="l"
    ).document
    return add_object(
        document, make_mask(other), name="r", feather_px=right_feather, object_id="r"
    ).document


@pytest.mark.parametrize("feathers", [(2, 2), (6, 1), (1, 6), (0, 5), (5, 0), (12, 3)])
def test_neighbours_let_no_background_through(feathers: tuple[float, float]) -> None:
    document = halves(*feathers)
    reach = int(3 * max(feathers))
    coverage = cover(document, WHOLE)
    inner = coverage.background[: max(1, 30 - reach)]
    assert inner.max() <= 5
    row = coverage.objects["l"][0].astype(int)
    assert row[0] >= 250
    assert row[-1] <= 5
    assert (np.diff(row) <= 5).all(), "the change goes one way"


def test_soft_edges_that_fit_add_up() -> None:
    """Antialiased neighbours: half and half, nothing of the background."""
    left, right = np.zeros((2, *SIZE), np.uint8)
    left[:, :20], left[:, 20], right[:, 20], right[:, 21:] = 255, 128, 127, 255
    document = Document(photograph=REFERENCE)
    for name, values in (("l", left), ("r", right)):
        document = add_object(
            document, make_mask(values), name=name, feather_px=0, object_id=name
        ).document
    coverage = cover(document, WHOLE)
    assert not coverage.background.any()
    assert (coverage.objects["l"][:, 20] == 128).all()


def test_gaps_between_neighbours_close() -> None:
    left, right = np.zeros((2, *SIZE), bool)
    left[5:35, 5:20], right[5:35, 23:40] = True, True
    left[15, 10] = False
    document = Document(photograph=REFERENCE)
    for name, values in (("l", left), ("r", right)):
        document = add_object(
            document, make_mask(values), name=name, feather_px=0, object_id=name
        ).document
    open_ = cover(document, WHOLE)
    assert (open_.background[10:30, 20:23] == 255).all()
    assert open_.background[15, 10] == 255
    closed = cover(set_close_gaps(document, 2).document, WHOLE)
    assert not closed.background[8:32, 20:23].any()
    assert closed.objects["l"][15, 10] == 255
    assert (closed.background[:, 45:] == 255).all()
    narrow = cover(set_close_gaps(document, 1).document, WHOLE)
    assert (narrow.background[10:30, 20:23] == 255).all(), "a gap of 3 px is too wide for 1"


def test_what_is_hidden_takes_no_part() -> None:
    document = set_visible(halves(2, 2), "r", False).document
    coverage = cover(document, WHOLE)
    assert set(coverage.objects) == {"l"}
    assert (coverage.background[:, 40:] == 255).all()
