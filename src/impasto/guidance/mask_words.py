"""Masks by words: a file, a point that a segmenter looks at, a gradient, the inverse, the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import OptionError
from impasto.guidance.mask_levels import FULL, fit_mask, mask_levels
from impasto.image.codec import open_image

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels
    from impasto.image.picture import Picture
    from impasto.segmentation.prompts import Prompts

REST = "rest"
OUTSIDE = "outside:"
POINT = "point:"
GRADIENT = "gradient:"
DIRECTIONS = ("right", "left", "down", "up")

MASK_HELP = (
    "Where a style is painted: a picture (white is styled), point:X,Y for the region there, "
    "gradient:right (left, down, up), outside:MASK, or rest. One for all styles, or one each."
)


def find_masks(words: Sequence[str], photo: Picture) -> list[Levels]:
    """The masks that words name, for a photograph.

    Args:
        words: Each the path of a picture, ``point:X,Y`` for the region at that pixel
            (``point:X,Y;X,Y`` for what several points lie in), ``gradient:right`` for a ramp
            that is full at that side, ``outside:`` and another word for its inverse, or
            ``rest`` for what the other masks leave.
        photo: What they are for; points are its pixels, (0, 0) the upper left one.

    Returns:
        For each word (H, W) uint16: files at their own size, all others at the
        photograph's.

    Raises:
        OptionError: if a word is none of these, or there are only rests.
        ImageNotFoundError: if there is no such file.
        ShapeError: if there is a rest of a file that has not the photograph's shape.
    """
    rests = [index for index, word in enumerate(words) if word == REST]
    if len(rests) > 1 or len(rests) == len(words) > 0:
        raise OptionError("mask: expected at most one rest, beside masks that leave it.")
    found = {index: _find(word, photo) for index, word in enumerate(words) if index not in rests}
    if rests:
        taken = np.zeros(photo.size, np.uint32)
        for mask in found.values():
            taken += fit_mask(mask, photo.size)
        found[rests[0]] = (FULL - taken.clip(0, FULL)).astype(np.uint16)
    return [found[index] for index in range(len(words))]


def settled_mask(word: str) -> Levels:
    """The mask in a file, or the inverse of one, at its own size.

    Raises:
        ImageNotFoundError: if there is no such file.
    """
    if word.startswith(OUTSIDE):
        return np.asarray(FULL - settled_mask(word.removeprefix(OUTSIDE)), np.uint16)
    return mask_levels(open_image(word))


def depends_on_photo(word: str) -> bool:
    """Whether a word means another mask for another photograph."""
    return word.removeprefix(OUTSIDE).startswith((POINT, GRADIENT)) or word == REST


def _find(word: str, photo: Picture) -> Levels:
    if word.startswith(OUTSIDE):
        return np.asarray(FULL - _find(word.removeprefix(OUTSIDE), photo), np.uint16)
    if word.startswith(POINT):
        return _region_at(word, photo)
    if word.startswith(GRADIENT):
        return _gradient(word, photo.size)
    return settled_mask(word)


def _region_at(word: str, photo: Picture) -> Levels:
    from impasto.segmentation.catalog import open_segmenter

    prompts = _prompts(word)
    prompts.check(photo.size)
    segmenter = open_segmenter()
    return mask_levels(segmenter.predict(segmenter.embed(photo), prompts).best)


def _prompts(word: str) -> Prompts:
    from impasto.segmentation.prompts import Prompts

    prompts = Prompts()
    for point in word.removeprefix(POINT).split(";"):
        try:
            x, y = (float(number) for number in point.split(","))
        except ValueError as error:
            raise OptionError(
                f"mask: expected {POINT}X,Y such as {POINT}120,80, got {word!r}."
            ) from error
        prompts = prompts.add(x, y)
    return prompts


def _gradient(word: str, size: tuple[int, int]) -> Levels:
    direction = word.removeprefix(GRADIENT)
    if direction not in DIRECTIONS:
        raise OptionError(
            f"mask: expected {GRADIENT} and one of {', '.join(DIRECTIONS)}, got {word!r}."
        )
    along = size[1] if direction in ("right", "left") else size[0]
    ramp = np.linspace(0, 1, along)
    ramp = ramp if direction in ("right", "down") else ramp[::-1]
    line = ramp[None] if direction in ("right", "left") else ramp[:, None]
    return mask_levels(np.broadcast_to(line, size))
