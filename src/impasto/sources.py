"""Where the pictures of a request come from: files, tensors, styles that ship."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch

from impasto.errors import ImageNotFoundError, OptionError
from impasto.image.codec import open_image
from impasto.image.contract import MIN_SIDE_PX, check_image
from impasto.image.picture import Picture
from impasto.image.resize import fit_size
from impasto.image.tensor import tensor_to_picture
from impasto.styles.catalog import STYLES, get_style, style_path
from impasto.stylizers.options import OptimizationOptions

ImageSource = Picture | torch.Tensor | str | os.PathLike[str]
Size = tuple[int, int]


def as_picture(source: ImageSource) -> Picture:
    """A picture from a path, a tensor of the contract, or a picture.

    Raises:
        ImpastoError: if the file or the tensor is not an image.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, torch.Tensor):
        return tensor_to_picture(check_image(source.cpu()), bit_depth=16)
    return open_image(source)


def blank_canvas(size: Size) -> Picture:
    """A grey picture of (H, W), for methods that take nothing but a size from the content."""
    return Picture(pixels=np.full((*size, 3), 128, dtype=np.uint8))


def find_style(style: ImageSource) -> Picture:
    """A style image: one that ships, by name, or any image.

    Raises:
        ImageNotFoundError: if it is neither a name nor a file.
    """
    if isinstance(style, str) and style in STYLES:
        return open_image(style_path(get_style(style)))
    if isinstance(style, str) and not _exists(style):
        raise ImageNotFoundError(
            f"style: {style!r} is neither a file nor one of the styles that ship: "
            f"{', '.join(STYLES)}."
        )
    return as_picture(style)


def resolve_size(size: int | Size | None, own: Size) -> Size:
    """(H, W) from a longest side, a size, or ``None`` for ``own``.

    Raises:
        OptionError: if a side would be under 16 px.
    """
    if size is None:
        return own
    resolved = fit_size(own, size) if isinstance(size, int) else size
    if min(resolved) < MIN_SIDE_PX or (isinstance(size, int) and size < MIN_SIDE_PX):
        raise OptionError(f"size: expected sides of 16 px or more, got {size}.")
    return resolved


def initial_picture(options: OptimizationOptions) -> Picture | None:
    """The image that ``options.init`` names by its path, if it names one."""
    return None if options.init in ("content", "noise") else open_image(options.init)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:
        return False
