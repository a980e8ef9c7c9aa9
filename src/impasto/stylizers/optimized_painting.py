"""Pictures in, picture out, around any optimised method."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import torch

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import get_encoder
from impasto.errors import OptionError
from impasto.image.fill import fill_transparent
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import alpha_to_mask, image_to_tensor, tensor_to_picture
from impasto.progress import Cancellation, ProgressCallback
from impasto.stylizers.catalog import get_method
from impasto.stylizers.options import OptimizationOptions
from impasto.stylizers.protocol import MaskedImage, RunContext
from impasto.stylizers.request import Painting, RenderRequest, Size
from impasto.weights.catalog import get_weights

if TYPE_CHECKING:
    from impasto.optimization.engine import Optimum


def paint(
    request: RenderRequest,
    options: OptimizationOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request of an optimised method.

    Raises:
        OptionError: if the style is not a style image.
        MemoryLimitError: if the size does not fit.
    """
    style = _style_image(request)
    choice = device or choose_device()
    content = _masked(request.content, choice.device, request.size)
    initial = None
    if request.initial_image is not None:
        initial = _masked(request.initial_image, choice.device, content.size).image
    optimum: Optimum = get_method(request.method).stylizer()(
        content,
        _masked(style, choice.device, None),
        options,
        RunContext(
            device=choice,
            on_progress=on_progress,
            cancellation=cancellation,
            image_every=image_every,
        ),
        initial_image=initial,
    )
    image = optimum.image.float().cpu()
    return Painting(
        picture=output_picture(image, request.content),
        image=image,
        trace=optimum.trace,
        reason=optimum.reason,
        settings=_settings(style, options, choice),
    )


def output_picture(image: torch.Tensor, content: Picture) -> Picture:
    """An image (1, 3, H, W) as a picture with the transparency and metadata of ``content``."""
    return tensor_to_picture(
        image, alpha=content.alpha, metadata=content.metadata, bit_depth=content.bit_depth
    )


def _style_image(request: RenderRequest) -> Picture:
    if isinstance(request.style, Picture):
        return request.style
    raise OptionError(
        f"style: method {request.method!r} takes a style image, got the fast style "
        f"{request.style.name!r}; use method 'fast', or pass a picture."
    )


def _masked(picture: Picture, device: torch.device, size: Size | None) -> MaskedImage:
    """The opaque part of a picture, with hidden colours replaced by their surroundings."""
    image, mask = image_to_tensor(picture), alpha_to_mask(picture)
    if mask is not None:
        image = fill_transparent(image, mask)
    if size is not None and size != picture.size:
        image = resize(image, size)
        mask = None if mask is None else resize(mask, size)
    return MaskedImage(image=image.to(device), mask=None if mask is None else mask.to(device))


def _settings(style: Picture, options: OptimizationOptions, device: DeviceChoice) -> dict[str, Any]:
    return {
        "style_sha256": hashlib.sha256(style.pixels.tobytes()).hexdigest(),
        "weights_sha256": get_weights(get_encoder(options.encoder).weights).sha256,
        "device": str(device.device),
        "precision": str(device.dtype).removeprefix("torch."),
        "torch": torch.__version__,
    }
