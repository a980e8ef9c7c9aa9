"""Masks without prompts: a grid of points, stability, and no mask twice.

Source: Kirillov et al. 2023, *Segment Anything*, appendix B. Differs: one crop, and masks are
compared by their pixels instead of their boxes, on a small copy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError
from impasto.segmentation.protocol import MaskArray

CUT = 0.002
"""The smallest mask, as a share of the photograph."""
MOST_MASKS = 64
SAME = 0.7
COMPARED_PX = 128


def point_grid(size: tuple[int, int], across: int) -> npt.NDArray[np.float64]:
    """(n, 2) x and y in pixels of evenly spread points, ``across`` on the longest side.

    Raises:
        OptionError: if ``across`` is under 1.

    Example:
        >>> point_grid((2, 4), 2).tolist()
        [[0.5, 0.5], [2.5, 0.5]]
    """
    if across < 1:
        raise OptionError(f"across: expected 1 point or more, got {across}.")
    height, width = size
    step = max(size) / across
    columns, rows = max(1, round(width / step)), max(1, round(height / step))
    x = (np.arange(columns) + 0.5) * width / columns - 0.5
    y = (np.arange(rows) + 0.5) * height / rows - 0.5
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def stability(logits: npt.NDArray[np.float32], offset: float) -> npt.NDArray[np.float64]:
    """How little masks change with their threshold.

    Args:
        logits: (N, h, w).
        offset: Added to the threshold 0 and taken from it.

    Returns: (N,) area over the higher threshold ÷ area over the lower; 0 for empty masks.
    """
    high = (logits > offset).sum(axis=(1, 2))
    low = (logits > -offset).sum(axis=(1, 2))
    return np.asarray(high / np.maximum(low, 1), np.float64)


def suppress(masks: MaskArray, same: float = SAME) -> list[int]:
    """Indices of masks, best first, without those that repeat a better one.

    Args:
        masks: (N, H, W), best first.
        same: Masks whose intersection over union exceeds this are the same.
    """
    if not len(masks):
        return []
    step = max(1, max(masks.shape[1:]) // COMPARED_PX)
    small = masks[:, ::step, ::step].reshape(len(masks), -1).astype(np.float32)
    areas = small.sum(axis=1)
    shared = small @ small.T
    overlap = shared / np.maximum(areas[:, None] + areas[None] - shared, 1)
    kept: list[int] = []
    for index in range(len(masks)):
        if areas[index] and not any(overlap[index, other] > same for other in kept):
            kept.append(index)
    return kept
