"""Pictures in, picture out, around any optimised method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import get_encoder
from impasto.guidance.color_preservation import keep_luminance
from impasto.guidance.compositing import composite
from impasto.guidance.coverage import covered, regions
from impasto.image.picture import Picture
from impasto.image.tensor import tensor_to_picture
from impasto.progress import Cancellation, ProgressCallback
from impasto.stylizers.catalog import get_method
from impasto.stylizers.guidance_settings import picture_digest
from impasto.stylizers.options import OptimizationOptions
from impasto.stylizers.protocol import RunContext
from impasto.stylizers.request import Painting, RenderRequest
from impasto.stylizers.style_guide import guided_content, masked_image
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
        ShapeError: if a mask is not of the photograph's shape.
        MemoryLimitError: if the size does not fit.
    """
    choice = device or choose_device()
    guided = guided_content(request, choice.device)
    if guided.guide is None:
        return Painting(
            picture=photo_at(request),
            image=None,
            trace=(),
            reason="finished",
            settings=_settings(request, options, choice),
        )
    initial = None
    if request.initial_image is not None:
        initial = masked_image(request.initial_image, choice.device, guided.content.size).image
    optimum: Optimum = get_method(request.method).stylizer()(
        guided.content,
        guided.guide,
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
    picture = finished_picture(image, request)
    return Painting(
        picture=picture,
        image=None if _is_finished(request) else image,
        trace=optimum.trace,
        reason=optimum.reason,
        settings=_settings(request, options, choice),
    )


def output_picture(image: torch.Tensor, content: Picture) -> Picture:
    """An image (1, 3, H, W) as a picture with the transparency and metadata of ``content``."""
    return tensor_to_picture(
        image, alpha=content.alpha, metadata=content.metadata, bit_depth=content.bit_depth
    )


def finished_picture(image: torch.Tensor, request: RenderRequest) -> Picture:
    """The picture that an optimised image becomes: with the photograph's chroma or outside.

    Args:
        image: (1, 3, H, W) in [0, 1], of the size of the result.
        request: What asked for it.
    """
    picture = output_picture(image, request.content)
    if not _is_finished(request):
        return picture
    photo = photo_at(request).pixels
    pixels = picture.pixels
    if request.controls.keep_color == "luminance":
        pixels = keep_luminance(pixels, photo)
    if _leaves_outside(request):
        white = np.full_like(pixels, np.iinfo(pixels.dtype).max)
        base = white if request.controls.silhouette else photo
        coverage = covered(regions(request.uses, picture.size))
        if coverage is not None:
            pixels = composite(base, [(coverage, pixels)])
    return replace(picture, pixels=pixels)


def photo_at(request: RenderRequest) -> Picture:
    """The photograph of a request at the size of its result: itself, bit for bit, at its own."""
    size = request.size or request.content.size
    if size == request.content.size:
        return request.content
    content = masked_image(request.content, torch.device("cpu"), size)
    return output_picture(content.image, request.content)


def _leaves_outside(request: RenderRequest) -> bool:
    """Whether what no mask covers is the photograph's, or white paper, to the bit."""
    return request.controls.exact_outside or request.controls.silhouette


def _is_finished(request: RenderRequest) -> bool:
    """Whether the picture is more than the rounded image."""
    return request.controls.keep_color == "luminance" or _leaves_outside(request)


def _settings(
    request: RenderRequest, options: OptimizationOptions, device: DeviceChoice
) -> dict[str, Any]:
    first = request.uses[0].style
    return {
        "style_sha256": picture_digest(first) if isinstance(first, Picture) else None,
        "weights_sha256": get_weights(get_encoder(options.encoder).weights).sha256,
        "device": str(device.device),
        "precision": str(device.dtype).removeprefix("torch."),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
