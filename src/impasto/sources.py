"""Where the pictures and styles of a request come from: files, tensors, what ships."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from impasto.errors import ImageNotFoundError, OptionError, UnknownNameError
from impasto.guidance.controls import StyleUse
from impasto.image.codec import open_image
from impasto.image.contract import MIN_SIDE_PX, check_image
from impasto.image.picture import Picture
from impasto.image.resize import fit_size
from impasto.image.tensor import tensor_to_picture
from impasto.styles.catalog import STYLES, get_style, style_path
from impasto.stylizers.catalog import METHODS, MethodSpec
from impasto.stylizers.fast_style import FastStyle, is_fast_style, parse_fast_style
from impasto.stylizers.options import MethodOptions, OptimizationOptions
from impasto.weights.style_networks import fast_styles

if TYPE_CHECKING:
    import torch

ImageSource: TypeAlias = "Picture | torch.Tensor | str | os.PathLike[str]"
Size = tuple[int, int]


def as_picture(source: ImageSource) -> Picture:
    """A picture from a path, a tensor of the contract, or a picture.

    Raises:
        ImpastoError: if the file or the tensor is not an image.
    """
    if isinstance(source, Picture):
        return source
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(source, torch.Tensor):
        return tensor_to_picture(check_image(source.cpu()), bit_depth=16)
    return open_image(cast("str | os.PathLike[str]", source))


def blank_canvas(size: Size) -> Picture:
    """A grey picture of (H, W), for methods that take nothing but a size from the content."""
    return Picture(pixels=np.full((*size, 3), 128, dtype=np.uint8))


def default_method(style: ImageSource | FastStyle, options: MethodOptions | None = None) -> str:
    """The method where none is named.

    Args:
        style: A name, a path, a picture, a tensor or a fast style.
        options: Options of the method; ``None`` if there are none yet.

    Returns:
        The method of the options, if there are some; else ``fast`` where ``style`` names a
        fast style, a blend of some or a network's folder, and ``gatys`` elsewhere.
    """
    for method in METHODS.values() if options is not None else ():
        if type(options) is method.options:
            return method.name
    if isinstance(style, str | os.PathLike):
        return "fast" if is_fast_style(os.fspath(style)) else "gatys"
    return "fast" if isinstance(style, FastStyle) else "gatys"


def style_for(method: MethodSpec, style: ImageSource | FastStyle) -> Picture | FastStyle:
    """What a method takes as its style: a picture, or a style of a trained network.

    Raises:
        ImpastoError: as :func:`find_style` and :func:`find_fast` do.
    """
    if method.takes == "network":
        return find_fast(style)
    if isinstance(style, FastStyle):
        raise OptionError(
            f"style: method {method.name!r} takes a style image, got the fast style "
            f"{style.name!r}; use method 'fast', or pass a picture."
        )
    return find_style(style)


def find_use(method: MethodSpec, use: StyleUse) -> StyleUse:
    """A use whose style is what a method takes, looked up if it is a name or a path.

    Raises:
        ImpastoError: as :func:`style_for` does.
    """
    if isinstance(use.style, str | os.PathLike) and use.name == StyleUse.name:
        use = replace(use, name=os.fspath(use.style))
    return replace(use, style=style_for(method, cast("ImageSource | FastStyle", use.style)))


def find_style(style: ImageSource) -> Picture:
    """A style image: one that ships, by name, or any image.

    Raises:
        ImageNotFoundError: if it is neither a name nor a file.
        OptionError: if it names a fast style, of which there is no image.
    """
    if isinstance(style, str) and style in STYLES:
        return open_image(style_path(get_style(style)))
    if isinstance(style, str | os.PathLike) and is_fast_style(os.fspath(style)):
        raise OptionError(
            f"style: {os.fspath(style)!r} is a fast style and not a picture; use method 'fast', "
            "or give the picture it was trained on."
        )
    if isinstance(style, str) and not _exists(style):
        names = list(dict.fromkeys((*STYLES, *fast_styles())))
        near = get_close_matches(style, names, n=1)
        raise ImageNotFoundError(
            f"style: {style[:200]!r} is neither a file nor one of the styles there are: "
            f"{', '.join(names)}.{f' Did you mean {near[0]!r}?' if near else ''}"
        )
    return as_picture(style)


def find_fast(style: ImageSource | FastStyle) -> FastStyle:
    """A style of a trained network: by name, as a blend, or by the network's folder.

    Raises:
        UnknownNameError: if there is no such style.
        OptionError: if it is a picture, a style that ships as an image alone, or a blend
            that no network can paint.
    """
    if isinstance(style, FastStyle):
        return style
    if not isinstance(style, str | os.PathLike):
        raise OptionError(
            "style: method 'fast' takes the name of a trained style, got a picture; use method "
            "'adain' or 'gatys', or train a network: impasto train --style PICTURE --photos "
            "FOLDER -o NAME."
        )
    name = os.fspath(style)
    try:
        return parse_fast_style(name)
    except UnknownNameError as error:
        if name not in STYLES and not (_exists(name) and Path(name).is_file()):
            raise
        raise OptionError(
            f"style: {name!r} is a picture that no network was trained on; use method 'adain' "
            f"or 'gatys', or train one: impasto train --style {name} --photos FOLDER -o NAME."
        ) from error


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


def initial_picture(options: MethodOptions) -> Picture | None:
    """The image that ``options.init`` names by its path, if it names one."""
    if not isinstance(options, OptimizationOptions) or options.init in ("content", "noise"):
        return None
    return open_image(options.init)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:
        return False
