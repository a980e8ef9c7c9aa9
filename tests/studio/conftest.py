"""Small photographs, masks and documents."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from impasto.studio.box import Pixels
from impasto.studio.document import BACKGROUND, Document
from impasto.studio.edits import add_object, set_style
from impasto.studio.history import History
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import Photograph, PhotographReference, photograph_from_pixels

SIZE = (61, 83)


def noise(seed: int, size: tuple[int, int] = SIZE) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)


@pytest.fixture
def pixels() -> Pixels:
    """A photograph of noise, 83 wide and 61 high."""
    return noise(0)


@pytest.fixture
def photograph(pixels: Pixels) -> Photograph:
    return photograph_from_pixels(pixels, name="harbour.png")


@pytest.fixture
def styles() -> dict[str, Pixels]:
    """The photograph in four styles: other noise."""
    return {name: noise(seed) for seed, name in enumerate(("a", "b", "c", "d"), start=1)}


@pytest.fixture
def disc() -> Callable[..., Mask]:
    """Makes a soft disc around (x, y)."""

    def make(x: float, y: float, radius: float, size: tuple[int, int] = SIZE) -> Mask:
        rows, columns = np.mgrid[: size[0], : size[1]]
        distance = np.hypot(columns + 0.5 - x, rows + 0.5 - y)
        values: npt.NDArray[np.float64] = np.clip(radius + 0.5 - distance, 0, 1)
        return make_mask(np.rint(255 * values).astype(np.uint8))

    return make


@pytest.fixture
def empty(photograph: Photograph) -> Document:
    """A document without objects."""
    return Document(photograph=photograph.reference)


@pytest.fixture
def document(empty: Document, disc: Callable[..., Mask]) -> Document:
    """Three objects, two of which overlap, in three styles on a fourth."""
    state = add_object(empty, disc(25, 25, 12), name="sky", object_id="sky").document
    state = add_object(state, disc(40, 30, 10), name="roof", object_id="roof").document
    state = add_object(state, disc(70, 48, 6), name="lion", object_id="lion").document
    for region, style in (("sky", "a"), ("roof", "b"), ("lion", "c"), (BACKGROUND, "d")):
        state = set_style(state, region, style).document
    return state


@pytest.fixture
def history(empty: Document, document: Document) -> History:
    """Some states, the last but one shown."""
    second = set_style(document, "roof", "a").document
    states = History(states=(empty,)).push(document).push(second)
    return states.push(set_style(second, "lion", None).document).undo()


def reference(size: tuple[int, int] = SIZE) -> PhotographReference:
    return PhotographReference(digest="0" * 64, size=size, name="test")
