"""What makes a result again, as plain JSON values: options, styles, masks and controls."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.options import ArbitraryOptions
from impasto.version import __version__
from impasto.weights.arbitrary_networks import read_arbitrary_networks

if TYPE_CHECKING:
    import numpy.typing as npt

    from impasto.stylizers.options import MethodOptions
    from impasto.stylizers.request import Painting, RenderRequest


def result_settings(
    request: RenderRequest, method: str, options: MethodOptions, painting: Painting
) -> dict[str, Any]:
    """What makes a painting again, as plain JSON values."""
    initial = request.initial_image
    return {
        "impasto": __version__,
        "method": method,
        **guidance_settings(request),
        "content_sha256": picture_digest(request.content),
        **({} if initial is None else {"initial_sha256": picture_digest(initial)}),
        "size": list(painting.picture.size),
        "options": asdict(options),
        "reason": painting.reason,
        **painting.settings,
    }


def guidance_settings(request: RenderRequest) -> dict[str, Any]:
    """What a request's styles and controls add to the settings.

    Returns:
        ``style``: the names of the styles; ``controls``: those that differ from their
        defaults; ``styles``: what each is and how it is used.
    """
    return {
        "style": ", ".join(style_name(use) for use in request.uses),
        "controls": request.controls.given(),
        "styles": [use_settings(use) for use in request.uses],
    }


def style_name(use: StyleUse) -> str:
    """What a style is called: trained ones by their own names."""
    return use.style.name if isinstance(use.style, FastStyle) else use.name


def networks_settings(options: MethodOptions) -> dict[str, Any]:
    """The checksum of the networks that take any style, where the method uses them."""
    if not isinstance(options, ArbitraryOptions):
        return {}
    return {"networks_sha256": read_arbitrary_networks().version}


def use_settings(use: StyleUse) -> dict[str, Any]:
    """What a style is and how it is used; pictures, networks and masks by their checksums."""
    return {
        "name": style_name(use),
        "sha256": picture_digest(use.style) if isinstance(use.style, Picture) else None,
        **(use.style.settings if isinstance(use.style, FastStyle) else {}),
        "weight": use.weight,
        "strength": use.strength,
        "scale": use.scale,
        "layers": None if use.layers is None else list(use.layers),
        "mask": use.mask_name,
        "mask_sha256": None if use.mask is None else digest(use.mask),
    }


def picture_digest(picture: Picture) -> str:
    """The SHA-256 of a picture's pixels and, where it has some, its transparency."""
    if picture.alpha is None:
        return digest(picture.pixels)
    found = hashlib.sha256(np.ascontiguousarray(picture.pixels).tobytes())
    found.update(np.ascontiguousarray(picture.alpha).tobytes())
    return found.hexdigest()


def digest(samples: npt.NDArray[Any]) -> str:
    """The SHA-256 of an array's samples."""
    return hashlib.sha256(np.ascontiguousarray(samples).tobytes()).hexdigest()
