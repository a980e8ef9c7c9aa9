"""Impasto: neural style transfer as real software.

    >>> import impasto
    >>> impasto.__version__
    '0.1.0'

Names are loaded when first used, so that importing Impasto costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from impasto.version import __version__

if TYPE_CHECKING:
    from impasto.errors import ImpastoError
    from impasto.image.codec import open_image, save_image
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressEvent
    from impasto.render import RenderRequest, RenderResult, render, stylize
    from impasto.stylizers.options import (
        AdainOptions,
        FastOptions,
        GatysOptions,
        LapStyleOptions,
        SanetOptions,
        TextureOptions,
        WctOptions,
    )

_HOMES = {
    "AdainOptions": "impasto.stylizers.options",
    "Cancellation": "impasto.progress",
    "FastOptions": "impasto.stylizers.options",
    "GatysOptions": "impasto.stylizers.options",
    "ImpastoError": "impasto.errors",
    "LapStyleOptions": "impasto.stylizers.options",
    "Picture": "impasto.image.picture",
    "ProgressEvent": "impasto.progress",
    "RenderRequest": "impasto.render",
    "RenderResult": "impasto.render",
    "SanetOptions": "impasto.stylizers.options",
    "TextureOptions": "impasto.stylizers.options",
    "WctOptions": "impasto.stylizers.options",
    "open_image": "impasto.image.codec",
    "render": "impasto.render",
    "save_image": "impasto.image.codec",
    "stylize": "impasto.render",
}

__all__ = [
    "AdainOptions",
    "Cancellation",
    "FastOptions",
    "GatysOptions",
    "ImpastoError",
    "LapStyleOptions",
    "Picture",
    "ProgressEvent",
    "RenderRequest",
    "RenderResult",
    "SanetOptions",
    "TextureOptions",
    "WctOptions",
    "__version__",
    "open_image",
    "render",
    "save_image",
    "stylize",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'impasto' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
