"""A simulated person: clicks the middle of what is wanted, then of the largest error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import MaskArray, Masks


def intersection_over_union(
    mask: MaskArray, wanted: MaskArray, valid: MaskArray | None = None
) -> float:
    """Share of the union of two masks that is in both; pixels that are not valid do not count.

    Example:
        >>> a = np.array([[True, True, False]]); b = np.array([[False, True, True]])
        >>> round(float(intersection_over_union(a, b)), 3)
        0.333
    """
    counted = np.ones_like(mask) if valid is None else valid
    union = np.count_nonzero((mask | wanted) & counted)
    return 1.0 if union == 0 else np.count_nonzero(mask & wanted & counted) / union


def innermost(mask: MaskArray) -> tuple[int, int]:
    """(x, y) of the pixel of a mask that is farthest from everything outside it."""
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), mask.shape)
    return int(column), int(row)


def largest_part(mask: MaskArray) -> MaskArray:
    """The largest connected part of a mask; the mask itself if it is empty."""
    from scipy.ndimage import label

    parts, count = label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())


def correct(prompts: Prompts, mask: MaskArray, wanted: MaskArray, valid: MaskArray) -> Prompts:
    """The prompts and a click in the middle of the largest error; unchanged without errors."""
    missed = largest_part(wanted & ~mask & valid)
    excess = largest_part(mask & ~wanted & valid)
    if not missed.any() and not excess.any():
        return prompts
    if np.count_nonzero(missed) >= np.count_nonzero(excess):
        return prompts.add(*innermost(missed))
    return prompts.remove(*innermost(excess))


def play(
    predict: Callable[[Prompts], Masks],
    wanted: MaskArray,
    *,
    clicks: int,
    valid: MaskArray | None = None,
) -> npt.NDArray[np.float64]:
    """Click an object until it is right, and score every step.

    Args:
        predict: Answers prompts.
        wanted: (H, W) the object.
        clicks: How many.
        valid: (H, W) pixels that count; all when ``None``.

    Returns:
        (clicks + 1,) intersection over union: of the mask proposed after one click, of the
        best candidate after one click, and of the mask proposed after 2, 3 … clicks. The
        person goes on from the best candidate.
    """
    counted = np.ones_like(wanted) if valid is None else valid
    prompts = Prompts().add(*innermost(wanted))
    answer = predict(prompts)
    scores = [intersection_over_union(each, wanted, counted) for each in answer.masks]
    found = [scores[0], max(scores)]
    mask = answer.masks[int(np.argmax(scores))]
    for _ in range(clicks - 1):
        prompts = correct(prompts, mask, wanted, counted)
        mask = predict(prompts).best
        found.append(intersection_over_union(mask, wanted, counted))
    return np.array(found)
