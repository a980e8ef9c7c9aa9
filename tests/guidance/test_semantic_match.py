from dataclasses import replace

import numpy as np
import pytest

from impasto.guidance.controls import NamedStyle, StyleUse
from impasto.guidance.mask_levels import FULL
from impasto.guidance.semantic_match import Matches, attend, matched_uses, soft_masks
from impasto.guidance.semantic_regions import SemanticRegions
from impasto.image.picture import Picture

SIZE = (40, 60)
STYLE = Picture(pixels=np.zeros((*SIZE, 3), np.uint8))


def regions(*columns: int, features: np.ndarray | None = None) -> SemanticRegions:
    """Vertical stripes that begin at ``columns``, described by unit vectors."""
    labels = np.zeros(SIZE, np.int64)
    for number, column in enumerate(columns):
        labels[:, column:] = number
    count = len(columns)
    rows = np.eye(count, 4) if features is None else features
    return SemanticRegions(
        labels=labels, features=rows.astype(np.float32), colors=np.zeros((count, 3), np.float32)
    )


def matches(content: SemanticRegions, *styles: SemanticRegions, attention: object) -> Matches:
    return Matches(
        photo=STYLE,
        pictures=tuple(STYLE for _ in styles),
        content=content,
        styles=styles,
        attention=np.array(attention, float),
    )


def test_likes_attend_to_likes() -> None:
    content = regions(0, 30)
    style = regions(0, 30, features=np.eye(2, 4)[::-1])
    attention = attend(content, [style], np.ones((2, 2)))
    np.testing.assert_allclose(attention.sum(axis=1), 1)
    assert attention[0, 1] > 0.95
    assert attention[1, 0] > 0.95


def test_what_a_picture_has_in_common_does_not_count() -> None:
    content = regions(0, 30)
    style = regions(0, 30)
    shifted = replace(style, features=style.features + 100)
    expected = attend(content, [style], np.ones((2, 2)))
    np.testing.assert_allclose(attend(content, [shifted], np.ones((2, 2))), expected, atol=1e-3)


def test_weights_multiply_and_nothing_allowed_is_even() -> None:
    content, style = regions(0, 30), regions(0)
    attention = attend(content, [style, style], np.array([[3.0, 1.0], [0.0, 0.0]]))
    np.testing.assert_allclose(attention, [[0.75, 0.25], [0.5, 0.5]])


def test_a_flat_picture_attends_evenly() -> None:
    flat = regions(0, features=np.full((1, 4), 7.0))
    attention = attend(flat, [regions(0, 30)], np.ones((1, 2)))
    np.testing.assert_allclose(attention, [[0.5, 0.5]])


def test_soft_masks_share_every_pixel_exactly() -> None:
    masks = soft_masks(regions(0, 20, 40), [StyleUse(style=STYLE)], SIZE)
    total = np.sum([mask.astype(int) for mask in masks], axis=0)
    assert (total == FULL).all()
    assert 0 < masks[0][0, 20] < FULL
    assert masks[0][0, 5] == FULL


def test_masks_of_styles_bound_the_regions() -> None:
    left = np.zeros(SIZE, bool)
    left[:, :20] = True
    masks = soft_masks(regions(0, 20), [StyleUse.of(STYLE, mask=left)], SIZE)
    assert sum(mask[:, 20:].sum() for mask in masks) == 0
    total = np.sum([mask[:, :20].astype(int) for mask in masks], axis=0)
    assert total.min() >= FULL - 2


def test_regions_get_the_parts_they_attend_to() -> None:
    content, style = regions(0, 30), regions(0, 15, 45)
    found = matched_uses(
        matches(content, style, attention=[[0.6, 0.35, 0.05], [0.0, 0.0, 1.0]]),
        [StyleUse(style=STYLE, name="one", strength=0.5)],
        SIZE,
    )
    assert [use.weight for use in found] == pytest.approx([0.6 / 0.95, 0.35 / 0.95, 1])
    assert {use.strength for use in found} == {0.5}
    assert found[0].mask is found[1].mask
    first = found[0].style
    assert isinstance(first, Picture)
    assert first.alpha is not None
    np.testing.assert_array_equal(first.alpha > 0, style.labels == 0)


def test_transparency_of_a_style_stays() -> None:
    alpha = np.zeros(SIZE, np.uint8)
    alpha[:10] = 200
    use = StyleUse(style=replace(STYLE, alpha=alpha))
    (found,) = matched_uses(matches(regions(0), regions(0), attention=[[1]]), [use], SIZE)
    assert isinstance(found.style, Picture)
    np.testing.assert_array_equal(found.style.alpha, alpha)


class Named:
    """A style without a picture."""

    def __init__(self, name: str) -> None:
        self.name = name


def test_styles_without_parts_get_the_regions_that_prefer_them() -> None:
    styles: list[NamedStyle] = [Named("a"), Named("b"), Named("c")]
    uses = [StyleUse(style=style, name=style.name) for style in styles]
    one = regions(0)
    attention = [[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2]]
    found = matched_uses(
        matches(regions(0, 20, 40), one, one, one, attention=attention), uses, SIZE
    )
    assert [use.name for use in found] == ["a", "b"]
    total = sum(use.mask.astype(int) for use in found if use.mask is not None)
    assert np.all(total == FULL)
