"""Which region a pixel belongs to, and how much: alphas that sum to 255 everywhere.

Objects come first, from top to bottom, and each takes what those above have left of its mask:
soft edges that two neighbours share add up instead of letting the background through. Then the
masks are feathered. Two neighbours with unlike feathers would leave a gap between them that
neither owns; the background may only have as much of an object's own pixels as its nearness,
feathered like the object, gives it, and the object keeps the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from impasto.studio.box import Box, Pixels, nonzero_box
from impasto.studio.changes import feather_reach, reach
from impasto.studio.document import Document, PhotoObject
from impasto.studio.feathering import Crop, feather

FULL = 255

_ROUNDING = 4
"""By how much feathering something and feathering its complement may fail to make 255."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage:
    """How much of each pixel of a box belongs to whom; all together 255 at every pixel.

    Attributes:
        box: Which pixels.
        objects: (h, w) uint8 of each object that reaches into the box, by id, from bottom to top.
        background: (h, w) uint8.
    """

    box: Box
    objects: Mapping[str, Pixels]
    background: Pixels


@dataclass(frozen=True, kw_only=True, eq=False)
class _Claims:
    """Masks of objects without feather, gaps closed, in one box.

    Attributes:
        box: Which pixels.
        masks: The whole mask of each, also where another lies on top.
        owned: What each has for itself; with ``background`` 255 everywhere.
        background: What nobody claims.
    """

    box: Box
    masks: Mapping[str, Pixels]
    owned: Mapping[str, Pixels]
    background: Pixels


def cover(document: Document, box: Box) -> Coverage:
    """Share the pixels of a box among the regions of a document.

    Args:
        document: Whose objects.
        box: Which pixels; inside the photograph. The values do not depend on the box.

    Returns:
        Alphas of objects and background that sum to exactly 255 at each pixel.
    """
    near = [
        each
        for each in document.objects
        if each.visible and not reach(document, each).intersect(box).is_empty
    ]
    margin = max((feather_margin(each) for each in near), default=0)
    claims = _claim(document, box.grow(margin).clip(document.size))
    alphas, left = _stack(document, near, claims, box)
    _give_back(document, near, claims, alphas, left, box)
    return Coverage(
        box=box,
        objects={each.id: alphas[each.id] for each in near},
        background=left,
    )


def feather_margin(each: PhotoObject) -> int:
    """How much around a box is looked at for the feather of an object, in pixels."""
    # Means of eight pixels may begin seven pixels before the outermost that counts.
    return feather_reach(each) + 8


def _stack(
    document: Document, near: list[PhotoObject], claims: _Claims, box: Box
) -> tuple[dict[str, Pixels], Pixels]:
    """Alphas from top to bottom, and what they leave of each pixel."""
    left = np.full(box.size, FULL, np.uint8)
    alphas = {}
    for each in reversed(near):
        part = reach(document, each).intersect(box)
        mask = Crop(values=claims.masks[each.id], box=claims.box)
        soft = feather(mask, part, document.size, each.feather_px)
        alpha = np.zeros(box.size, np.uint8)
        inside = part.within(box)
        alpha[inside] = np.minimum(soft, left[inside])
        left -= alpha
        alphas[each.id] = alpha
    return alphas, left


def _give_back(
    document: Document,
    near: list[PhotoObject],
    claims: _Claims,
    alphas: dict[str, Pixels],
    left: Pixels,
    box: Box,
) -> None:
    """Return to objects what the background has of their pixels without being near.

    Changes ``alphas`` and ``left`` in place.
    """
    import cv2

    surplus = []
    for each in near:
        part = _territory(document, each).intersect(box)
        if part.is_empty or feather_reach(each) < 1 or not _has_neighbours(document, each):
            continue
        free = Crop(values=claims.background, box=claims.box)
        due = feather(free, part, document.size, each.feather_px)
        beyond = np.asarray(cv2.subtract(left[part.within(box)], due), np.uint8)
        over = np.maximum(beyond, _ROUNDING) - np.uint8(_ROUNDING)
        place = nonzero_box(over).shift(part)
        if not place.is_empty:
            owned = claims.owned[each.id][place.within(claims.box)].astype(np.uint16)
            share = (over[place.within(part)] * owned // FULL).astype(np.uint8)
            surplus.append((alphas[each.id][place.within(box)], left[place.within(box)], share))
    for alpha, remainder, share in surplus:
        alpha += share
        remainder -= share


def _has_neighbours(document: Document, each: PhotoObject) -> bool:
    """Whether another object could share an edge: without one, nothing has to be given back."""
    near = reach(document, each)
    return any(
        other is not each and other.visible and not reach(document, other).intersect(near).is_empty
        for other in document.objects
    )


def _territory(document: Document, each: PhotoObject) -> Box:
    return each.mask.box.grow(2 * document.close_gaps_px).clip(document.size)


def _claim(document: Document, box: Box) -> _Claims:
    """Resolve overlaps by order and close gaps, with room around for the closing."""
    gap = document.close_gaps_px
    room = box.grow(2 * gap).clip(document.size)
    left = np.full(room.size, FULL, np.uint8)
    masks, owned = {}, {}
    for each in reversed(document.objects):
        if not each.visible or _territory(document, each).intersect(room).is_empty:
            continue
        masks[each.id] = each.mask.crop(room)
        owned[each.id] = np.minimum(masks[each.id], left)
        left -= owned[each.id]
    if gap and masks:
        _close_gaps(masks, owned, left, gap)
    inner = box.within(room)
    return _Claims(
        box=box,
        masks={name: np.ascontiguousarray(mask[inner]) for name, mask in masks.items()},
        owned={name: part[inner] for name, part in owned.items()},
        background=np.ascontiguousarray(left[inner]),
    )


def _close_gaps(masks: dict[str, Pixels], owned: dict[str, Pixels], left: Pixels, gap: int) -> None:
    """Give narrow gaps to the objects around them, the upper first; changes all in place."""
    import cv2

    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * gap + 1, 2 * gap + 1))
    claimed = FULL - left
    closed = np.asarray(cv2.morphologyEx(claimed, cv2.MORPH_CLOSE, brush), np.uint8)
    unclaimed = np.minimum(cv2.subtract(closed, claimed), left)
    for name, mask in masks.items():
        share = np.minimum(cv2.dilate(mask, brush), unclaimed)
        unclaimed -= share
        left -= share
        owned[name] += share
        masks[name] = np.asarray(cv2.add(mask, share), np.uint8)
