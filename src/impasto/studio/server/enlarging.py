"""Part of a plane on the grid of a larger one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.studio.box import Box


def enlarge(
    crop: Callable[[Box], npt.NDArray[Any]],
    box: Box,
    old: tuple[int, int],
    new: tuple[int, int],
) -> tuple[npt.NDArray[np.float32], Box]:
    """Interpolate linearly between a plane's pixels, at the middles of those of a larger one.

    Args:
        crop: The plane's values inside a box, (h, w).
        box: Where it is not zero; not empty.
        old: (H, W) of the plane.
        new: (H, W) of the larger one.

    Returns:
        The values, (h, w) float32, and the box of the larger plane that they fill.
    """
    import cv2

    down, across = new[0] / old[0], new[1] / old[1]
    source = box.grow(2).clip(old)
    target = Box(
        top=math.floor(source.top * down),
        left=math.floor(source.left * across),
        bottom=math.ceil(source.bottom * down),
        right=math.ceil(source.right * across),
    ).clip(new)
    x = (np.arange(target.left, target.right) + 0.5) / across - 0.5 - source.left
    y = (np.arange(target.top, target.bottom) + 0.5) / down - 0.5 - source.top
    columns, rows = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    values = crop(source).astype(np.float32)
    fine = cv2.remap(values, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(fine, np.float32), target
