from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import OptionError, ShapeError
from impasto.studio import edits, layout
from impasto.studio.box import Box, Pixels
from impasto.studio.brush import Stroke
from impasto.studio.compositor import Compositor
from impasto.studio.coverage import cover
from impasto.studio.document import BACKGROUND, Document, Look
from impasto.studio.edits import Edit
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference

LUMA = np.array([0.299, 0.587, 0.114])


def in_float(photo: Pixels, look: Look, styles: dict[str, Pixels]) -> np.ndarray:
    base = photo.astype(np.float64)
    if look.leaves_photograph or look.style not in styles:
        return base
    change = styles[look.style].astype(np.float64) - base
    if look.preserve_colors:
        change = np.repeat((change @ LUMA)[..., None], 3, axis=2)
    return np.clip(base + look.strength * change, 0, 255)


def reference(document: Document, photo: Pixels, styles: dict[str, Pixels]) -> np.ndarray:
    """Equation (8) over the whole frame in float64."""
    coverage = cover(document, Box.whole(document.size))
    alphas = {BACKGROUND: coverage.background, **coverage.objects}
    return sum(
        in_float(photo, document.look_of(name), styles) * (alpha[..., None] / 255)
        for name, alpha in alphas.items()
    )


def every_edit(disc: Callable[..., Mask]) -> list[Callable[[Document], Edit]]:
    line = [(20.0, 20.0), (55.0, 35.0)]
    return [
        lambda now: edits.set_style(now, "sky", "b"),
        lambda now: edits.set_style(now, "lion", None),
        lambda now: edits.set_strength(now, "roof", 0.4),
        lambda now: edits.set_strength(now, "sky", 1.5),
        lambda now: edits.set_preserve_colors(now, "roof", True),
        lambda now: edits.set_preserve_colors(now, BACKGROUND, True),
        lambda now: edits.set_style(now, BACKGROUND, "a"),
        lambda now: edits.set_feather(now, "roof", 4),
        lambda now: edits.set_feather(now, "lion", 0),
        lambda now: edits.brush_mask(now, "roof", Stroke(points=line, radius_px=3)),
        lambda now: edits.brush_mask(now, "sky", Stroke(points=line, radius_px=2, erase=True)),
        lambda now: edits.set_visible(now, "roof", False),
        lambda now: edits.set_visible(now, "roof", True),
        lambda now: edits.set_visible(now, BACKGROUND, False),
        lambda now: edits.reorder_object(now, "sky", len(now.objects) - 1),
        lambda now: edits.add_object(now, disc(12, 50, 7), name="boat", look=Look(style="c")),
        lambda now: edits.set_close_gaps(now, 3),
        lambda now: edits.replace_mask(now, "lion", disc(30, 14, 8)),
        lambda now: edits.set_look(now, "sky", Look(style="never painted")),
    ]


def test_every_edit_paints_its_boxes_and_nothing_else(
    document: Document, pixels: Pixels, styles: dict[str, Pixels], disc: Callable[..., Mask]
) -> None:
    compositor = Compositor(pixels, styles)
    compositor.show(document)
    state = document
    for change in every_edit(disc):
        before = compositor.frame.copy()
        edit = change(state)
        painted = compositor.show(edit.document)
        outside = np.ones(document.size, bool)
        for box in painted:
            assert any(known.contains(box) for known in edit.boxes)
            outside[box.slices] = False
        assert np.array_equal(compositor.frame[outside], before[outside]), "bit-identical"
        exact = reference(edit.document, pixels, styles)
        assert np.abs(compositor.frame - exact).max() <= 1.01
        state = edit.document
    assert compositor.document == state


@given(st.lists(st.integers(0, 18), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_whatever_was_shown_before_leaves_no_trace(order: list[int]) -> None:
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (61, 83, 3), np.uint8)
    styles = {name: random.integers(0, 256, photo.shape, np.uint8) for name in "abcd"}
    rows, columns = np.mgrid[:61, :83]

    def disc(x: float, y: float, radius: float) -> Mask:
        return make_mask(np.hypot(columns - x, rows - y) < radius)

    state = Document(
        photograph=PhotographReference(digest="0" * 64, size=photo.shape[:2], name="x")
    )
    for name, x in (("sky", 25), ("roof", 40), ("lion", 65)):
        state = edits.add_object(
            state, disc(x, 30, 12), name=name, object_id=name, look=Look(style="a")
        ).document
    walked = Compositor(photo, styles)
    walked.show(state)
    all_edits = every_edit(disc)
    for number in order:
        state = all_edits[number](state).document
        walked.show(state)
    fresh = Compositor(photo, styles)
    fresh.show(state)
    assert np.array_equal(walked.frame, fresh.frame)
    walked.repaint_all()
    assert np.array_equal(walked.frame, fresh.frame)


def test_tiles_do_not_show(
    document: Document,
    pixels: Pixels,
    styles: dict[str, Pixels],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Compositor(pixels, styles)
    whole.show(document)
    monkeypatch.setattr(layout, "TILE_PIXELS", 200)
    monkeypatch.setattr(layout, "TILE_WIDTH_PX", 10)
    monkeypatch.setattr(layout, "WORTH_COPYING_PX", 3)
    tiled = Compositor(pixels, styles)
    tiled.show(document)
    assert np.array_equal(whole.frame, tiled.frame)


@pytest.mark.parametrize("feather_px", [0, 2])
def test_where_no_background_is_left(
    empty: Document, pixels: Pixels, styles: dict[str, Pixels], feather_px: float
) -> None:
    left = np.zeros(empty.size, bool)
    left[:, :40] = True
    state = empty
    for name, values, style in (("l", left, "a"), ("r", ~left, "b")):
        state = edits.add_object(
            state,
            make_mask(values),
            name=name,
            object_id=name,
            feather_px=feather_px,
            look=Look(style=style),
        ).document
    compositor = Compositor(pixels, styles)
    compositor.show(edits.set_style(state, "l", "c").document)
    compositor.show(state)
    assert np.abs(compositor.frame - reference(state, pixels, styles)).max() <= 1.01


def test_at_first_it_shows_the_photograph(pixels: Pixels, empty: Document) -> None:
    compositor = Compositor(pixels, {})
    assert np.array_equal(compositor.frame, pixels)
    assert compositor.show(empty) == ()
    assert compositor.document == empty
    with pytest.raises(ValueError, match="read-only"):
        compositor.frame[0, 0] = 1


def test_a_style_that_comes_later_is_painted_then(
    document: Document, pixels: Pixels, styles: dict[str, Pixels]
) -> None:
    known: dict[str, Pixels] = {}
    compositor = Compositor(pixels, known)
    assert compositor.repaint("a") == ()
    compositor.show(document)
    assert np.array_equal(compositor.frame, pixels)
    known.update(styles)
    assert compositor.repaint("nothing") == ()
    for style in styles:
        before = compositor.frame.copy()
        outside = np.ones(document.size, bool)
        for box in compositor.repaint(style):
            outside[box.slices] = False
        assert np.array_equal(before[outside], compositor.frame[outside])
    assert np.abs(compositor.frame - reference(document, pixels, styles)).max() <= 1.01


def test_undo_and_redo_show_the_same(
    document: Document, pixels: Pixels, styles: dict[str, Pixels], empty: Document
) -> None:
    compositor = Compositor(pixels, styles)
    compositor.show(document)
    painted = compositor.frame.copy()
    compositor.show(empty)
    assert np.array_equal(compositor.frame, pixels)
    compositor.show(document)
    assert np.array_equal(compositor.frame, painted)


def test_whose_pixel_it_is(document: Document, pixels: Pixels, styles: dict[str, Pixels]) -> None:
    compositor = Compositor(pixels, styles)
    assert compositor.region_at(25, 25) == BACKGROUND
    compositor.show(document)
    assert compositor.region_at(20, 22) == "sky"
    assert compositor.region_at(40.9, 30.2) == "roof"
    assert compositor.region_at(82.5, 0) == BACKGROUND
    for x, y in ((-0.1, 5), (83, 5), (5, 61), (float("nan"), 5)):
        with pytest.raises(OptionError, match="a point inside"):
            compositor.region_at(x, y)


def test_what_is_covered_by_one_region_is_a_copy(
    empty: Document, pixels: Pixels, styles: dict[str, Pixels]
) -> None:
    compositor = Compositor(pixels, styles)
    compositor.show(edits.set_style(empty, BACKGROUND, "c").document)
    assert np.array_equal(compositor.frame, styles["c"])


def test_other_photographs_are_refused(document: Document) -> None:
    with pytest.raises(OptionError, match="a photograph of"):
        Compositor(np.zeros((20, 20, 3), np.uint8), {}).show(document)
    with pytest.raises(ShapeError, match="pixels: expected"):
        Compositor(np.zeros((20, 20, 3), np.float32), {})  # type: ignore[arg-type]
