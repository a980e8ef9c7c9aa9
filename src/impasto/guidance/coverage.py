"""Which style covers which part of the picture: masks and weights as one partition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import OptionError
from impasto.guidance.controls import StyleUse
from impasto.guidance.mask_levels import FULL, fit_mask

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels

ROWS_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A style and its share of a region; the shares of a region sum to 1."""

    use: StyleUse
    share: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Region:
    """A part of the picture and the styles that are blended there.

    Attributes:
        mask: (H, W) uint16 levels: how much of each pixel is this region's; ``None`` where
            it is the whole picture.
        parts: The styles, at least one.
    """

    mask: Levels | None
    parts: tuple[Part, ...]

    @property
    def strength(self) -> float:
        """The mean strength of its styles, by their shares."""
        return sum(part.share * part.use.strength for part in self.parts)

    @property
    def is_painted(self) -> bool:
        """Whether anything is seen of it: it has a pixel and a strength."""
        return self.strength > 0 and (self.mask is None or bool(self.mask.any()))


def regions(uses: Sequence[StyleUse], size: tuple[int, int]) -> tuple[Region, ...]:
    """Share a picture among styles.

    Styles with the same mask are one region. At a pixel where the masks m of several regions
    with the weights W meet, region r gets W_r m_r / Σ W m of min(1, Σ m); what is left is the
    photograph's.

    Args:
        uses: The styles of a request.
        size: (H, W) of the picture.

    Returns:
        Regions in the order of their first styles. At every pixel their masks sum to at
        most :data:`~impasto.guidance.mask_levels.FULL`.

    Raises:
        OptionError: if no style has a weight above 0.
        ShapeError: if a mask is not of the picture's shape.
    """
    groups = _by_mask([use for use in uses if use.weight > 0])
    if not groups:
        raise OptionError("styles: expected one with a weight above 0, got none.")
    totals = [sum(use.weight for use in group) for group in groups]
    parts = [
        tuple(Part(use=use, share=use.weight / total) for use in group)
        for group, total in zip(groups, totals, strict=True)
    ]
    given = [group[0].mask for group in groups]
    if len(groups) == 1:
        only = given[0]
        return (Region(mask=None if only is None else fit_mask(only, size), parts=parts[0]),)
    masks = _partition([None if mask is None else fit_mask(mask, size) for mask in given], totals)
    return tuple(Region(mask=mask, parts=part) for mask, part in zip(masks, parts, strict=True))


def covered(found: Sequence[Region]) -> Levels | None:
    """How much of each pixel the painted ones of some regions have together.

    Returns:
        (H, W) uint16; ``None`` where it is all of every pixel, or nothing is painted.
    """
    masks = [region.mask for region in found if region.is_painted]
    known = [mask for mask in masks if mask is not None]
    if not known or len(known) < len(masks):
        return None
    total = np.zeros(known[0].shape, np.uint32)
    for mask in known:
        total += mask
    return total.clip(0, FULL).astype(np.uint16)


def _by_mask(uses: Sequence[StyleUse]) -> list[list[StyleUse]]:
    groups: list[list[StyleUse]] = []
    for use in uses:
        for group in groups:
            if _same(group[0].mask, use.mask):
                group.append(use)
                break
        else:
            groups.append([use])
    return groups


def _same(first: Levels | None, second: Levels | None) -> bool:
    if first is None or second is None:
        return first is second
    return first is second or np.array_equal(first, second)


def _partition(masks: Sequence[Levels | None], weights: Sequence[float]) -> list[Levels]:
    """Masks that share each pixel in proportion to mask times weight, rounded as a whole."""
    size = next(mask.shape for mask in masks if mask is not None)
    shared = [np.empty(size, np.uint16) for _ in masks]
    for top in range(0, size[0], ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        blank = np.full((len(range(size[0])[rows]), size[1]), FULL, np.float64)
        given = [blank if mask is None else mask[rows].astype(np.float64) for mask in masks]
        wanted = [weight * mask for weight, mask in zip(weights, given, strict=True)]
        total = np.maximum(sum(wanted), 1e-9)
        factor = np.minimum(sum(given), FULL) / total
        before = reached = np.zeros_like(blank)
        for part, mask in zip(wanted, shared, strict=True):
            reached = reached + part * factor
            # Rounding what is reached, not each part, keeps the sum exact.
            mask[rows] = np.rint(reached) - np.rint(before)
            before = reached
    return shared
