"""Label maps: pictures whose samples number regions instead of showing colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import ImageFormatError

if TYPE_CHECKING:
    import numpy.typing as npt


def read_labels(path: Path) -> npt.NDArray[np.uint8]:
    """Read the numbers of an 8-bit palette or grey PNG as they are.

    Returns:
        (H, W) uint8: the palette's indices or the grey levels.

    Raises:
        ImageFormatError: if the file is no such picture.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            mode, labels = image.mode, np.asarray(image)
    except OSError as error:
        raise ImageFormatError(f"{path}: expected a label map, got {error}.") from error
    if mode not in ("L", "P"):
        raise ImageFormatError(
            f"{path}: expected a label map with one 8-bit sample a pixel, got mode {mode}."
        )
    return labels
