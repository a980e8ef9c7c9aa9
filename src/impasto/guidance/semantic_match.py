"""Which parts of styles suit which parts of a photograph: attention between regions.

Source: specification section 1, semantic multi-style fusion; the attention is the softmax of
similarities, as in Park, Lee 2019, between means over regions instead of single positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from impasto.guidance.controls import StyleUse
from impasto.guidance.mask_levels import FULL, fit_mask
from impasto.guidance.semantic_regions import SemanticRegions, known_regions, semantic_regions
from impasto.image.picture import Picture

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels
    from impasto.progress import Cancellation, ProgressCallback

TEMPERATURE = 0.2
"""Of the softmax: lower gives each region fewer styles."""

COLOR = 0.5
"""Weight of the similarity of colours against that of features."""

LEAST_SHARE = 0.1
"""Attention below this is left out, as every style of a region costs time."""

SOFTNESS = 0.01
"""Standard deviation of the blur of borders, as a part of the longest side."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Matches:
    """What each region of a photograph attends to.

    Attributes:
        photo: The photograph.
        pictures: The style images.
        content: The photograph's regions, N of them.
        styles: The regions of each style image.
        attention: (N, M) over the regions of all style images in order; rows sum to 1.
    """

    photo: Picture
    pictures: tuple[Picture, ...]
    content: SemanticRegions
    styles: tuple[SemanticRegions, ...]
    attention: Floats

    def of_style(self, index: int) -> Floats:
        """(N, regions of that style) the attention to one style image."""
        start = sum(len(each) for each in self.styles[:index])
        return self.attention[:, start : start + len(self.styles[index])]


def match_regions(
    content: Picture,
    uses: Sequence[StyleUse],
    pictures: Sequence[Picture],
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> Matches:
    """Let each region of a photograph attend to the regions of style images.

    Args:
        content: The photograph.
        uses: The styles; their weights and masks say how much each may have of a region.
        pictures: What each of them looks like.
        on_progress: Told of the stages of the photograph's segmentation.
        cancellation: Asks to stop between two stages.

    Raises:
        CancelledError: if the cancellation asked to stop.
    """
    found = semantic_regions(content, on_progress, cancellation)
    styles = tuple(known_regions(picture) for picture in pictures)
    allowed = np.concatenate(
        [
            np.repeat(_allowed(found, use)[:, None], len(regions), axis=1)
            for use, regions in zip(uses, styles, strict=True)
        ],
        axis=1,
    )
    return Matches(
        photo=content,
        pictures=tuple(pictures),
        content=found,
        styles=styles,
        attention=attend(found, styles, allowed),
    )


def attend(content: SemanticRegions, styles: Sequence[SemanticRegions], allowed: Floats) -> Floats:
    """Softmax of the similarities between a photograph's regions and those of styles.

    Features and colours are taken relative to their mean over the picture, or over all
    styles: what all of a painting has in common does not tell its sky from its ground.

    Args:
        content: N regions.
        styles: M regions in all.
        allowed: (N, M) factors of 0 or more.

    Returns:
        (N, M), rows sum to 1; evenly over everything where nothing is allowed.
    """
    areas = np.concatenate([regions.areas for regions in styles])
    likeness = np.zeros((len(content), len(areas)))
    for weight, name in ((1.0, "features"), (COLOR, "colors")):
        ours = _directions(getattr(content, name), content.areas)
        theirs = np.concatenate([getattr(regions, name) for regions in styles])
        likeness += weight * ours @ _directions(theirs, areas).T
    likeness /= 1 + COLOR
    scores = np.exp((likeness - likeness.max(axis=1, keepdims=True)) / TEMPERATURE) * allowed
    total = scores.sum(axis=1, keepdims=True)
    even = np.full_like(scores, 1 / scores.shape[1])
    return np.asarray(np.where(total > 0, scores / np.maximum(total, 1e-300), even))


def matched_uses(
    matches: Matches, uses: Sequence[StyleUse], size: tuple[int, int]
) -> tuple[StyleUse, ...]:
    """Ordinary uses with masks that paint each region after what it attends to.

    Of a style image only the part that is attended to stays opaque. Styles of networks have
    no parts: each region gets the one that it attends to most.

    Args:
        matches: From :func:`match_regions`.
        uses: The same styles.
        size: (H, W) of the photograph.
    """
    masks = soft_masks(matches.content, uses, size)
    if not all(isinstance(use.style, Picture) for use in uses):
        return _best_uses(matches, uses, masks)
    found: list[StyleUse] = []
    parts: dict[tuple[int, int], Picture] = {}
    for region, mask in enumerate(masks):
        for index, use in enumerate(uses):
            shares = matches.of_style(index)[region]
            for part in np.flatnonzero(_kept(shares, matches.attention[region])):
                key = (index, int(part))
                if key not in parts:
                    parts[key] = _opaque_part(use.style, matches.styles[index], int(part))
                weight = float(shares[part])
                found.append(replace(use, style=parts[key], mask=mask, weight=weight))
    return _evenly_weighted(found)


def soft_masks(
    content: SemanticRegions, uses: Sequence[StyleUse], size: tuple[int, int]
) -> list[Levels]:
    """Masks of a photograph's regions with soft borders, within the masks of the styles.

    Returns:
        For each region (H, W) uint16; together they are what the styles cover.
    """
    sigma = SOFTNESS * max(content.labels.shape)
    blurred = [
        ndimage.gaussian_filter((content.labels == number).astype(np.float32), sigma)
        for number in range(len(content))
    ]
    within = _coverage(uses, size)
    total = np.maximum(sum(blurred), 1e-6)
    masks = []
    before = reached = np.zeros(content.labels.shape, np.float64)
    for each in blurred:
        reached = reached + each / total * FULL
        # Rounding what is reached, not each part, keeps the sum exact.
        masks.append((np.rint(reached) - np.rint(before)).astype(np.uint16))
        before = reached
    fitted = [fit_mask(mask, size) for mask in masks]
    if within is None:
        return fitted
    return [(mask.astype(np.uint32) * within // FULL).astype(np.uint16) for mask in fitted]


def _best_uses(
    matches: Matches, uses: Sequence[StyleUse], masks: Sequence[Levels]
) -> tuple[StyleUse, ...]:
    chosen = np.stack([matches.of_style(i).sum(axis=1) for i in range(len(uses))]).argmax(axis=0)
    found = []
    for index, use in enumerate(uses):
        own = [
            mask.astype(np.uint32)
            for mask, best in zip(masks, chosen, strict=True)
            if best == index
        ]
        if own:
            mask = sum(own[1:], start=own[0]).clip(0, FULL).astype(np.uint16)
            found.append(replace(use, mask=mask, weight=1.0))
    return tuple(found)


def _evenly_weighted(found: Sequence[StyleUse]) -> tuple[StyleUse, ...]:
    """The weights of each region scaled to sum to 1, so that regions share borders evenly."""
    totals: dict[int, float] = {}
    for use in found:
        totals[id(use.mask)] = totals.get(id(use.mask), 0.0) + use.weight
    return tuple(replace(use, weight=use.weight / totals[id(use.mask)]) for use in found)


def _kept(shares: Floats, row: Floats) -> npt.NDArray[np.bool_]:
    """Which parts of a style a region is painted after: those of some share, and the best."""
    return np.asarray((shares >= LEAST_SHARE) | (shares == row.max()))


def _opaque_part(style: object, regions: SemanticRegions, part: int) -> Picture:
    assert isinstance(style, Picture)
    highest = np.iinfo(style.pixels.dtype).max
    inside = regions.labels == part
    alpha = np.full(style.size, highest, style.pixels.dtype) if style.alpha is None else style.alpha
    return replace(style, alpha=np.where(inside, alpha, 0).astype(style.pixels.dtype))


def _allowed(content: SemanticRegions, use: StyleUse) -> Floats:
    """(N,) the weight of a style in each region: its own, by how much of it the mask has."""
    if use.mask is None:
        return np.full(len(content), use.weight)
    levels = fit_mask(use.mask, (content.labels.shape[0], content.labels.shape[1]))
    sums = np.bincount(content.labels.ravel(), levels.ravel(), len(content))
    counts = np.bincount(content.labels.ravel(), minlength=len(content))
    return np.asarray(use.weight * sums / np.maximum(counts, 1) / FULL)


def _coverage(uses: Sequence[StyleUse], size: tuple[int, int]) -> Levels | None:
    """(H, W) what the masks of the styles cover together; ``None`` for everything."""
    masks = [use.mask for use in uses if use.mask is not None]
    if len(masks) < len(uses):
        return None
    total = np.zeros(size, np.uint32)
    for mask in masks:
        total += fit_mask(mask, size)
    return total.clip(0, FULL).astype(np.uint16)


def _directions(values: npt.NDArray[np.float32], areas: Floats) -> Floats:
    """Rows relative to their mean by area, of length 1; 0 where they are the mean."""
    centered = values - (areas[:, None] * values).sum(axis=0) / areas.sum()
    lengths = np.linalg.norm(centered, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-6, centered / np.maximum(lengths, 1e-6), 0.0))
