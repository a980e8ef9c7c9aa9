"""What the optimised methods share: encoder, targets at every size, and the start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

import torch

from impasto.device import DeviceChoice
from impasto.encoders.catalog import get_encoder, load_encoder
from impasto.encoders.vgg import VGG, Pooling
from impasto.guidance.mask import mask_at
from impasto.image.contract import MIN_SIDE_PX
from impasto.image.resize import resize
from impasto.losses.normalization import Normalization
from impasto.optimization.engine import Optimizer, Optimum, Settings, minimize
from impasto.optimization.memory import plan_memory
from impasto.optimization.pyramid import Size, pyramid
from impasto.optimization.terms import (
    ContentTerm,
    StyleTerm,
    Term,
    TotalVariationTerm,
    gram_matrices,
)
from impasto.stylizers.options import GatysOptions, OptimizationOptions
from impasto.stylizers.protocol import MaskedImage, RunContext
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure

LEARNING_RATES = {"lbfgs": 1.0, "adam": 0.02}


def optimize(
    options: OptimizationOptions,
    context: RunContext,
    *,
    content: MaskedImage,
    initial_image: torch.Tensor | None,
    layers: Sequence[str],
    terms_at: Callable[[VGG, Size], Sequence[Term]],
) -> Optimum:
    """Run the engine as ``options`` say.

    Args:
        options: Any optimised method's.
        context: Where to run and whom to tell.
        content: Gives the size of the result, and the first image where the options say so.
        initial_image: (1, 3, H, W), the first image instead of the one the options name.
        layers: All layers that the terms will ask for.
        terms_at: Makes the terms for an encoder and a size.

    Raises:
        UnknownNameError: if the encoder or a layer does not exist.
        MemoryLimitError: if the size would not fit into memory.
    """
    fetch_weights(options.encoder, context)
    encoder = shared_encoder(options.encoder, cast(Pooling, options.pooling), context.device)
    encoder.check_layers(layers)
    size = content.size
    start = starting_image(options, content) if initial_image is None else initial_image
    levels = pyramid(size, iterations=options.iterations, levels=options.levels)
    history = options.history if options.optimizer == "lbfgs" else 2
    plan = plan_memory(encoder, size, layers, history=history, device=context.device.device)
    settings = Settings(
        optimizer=cast(Optimizer, options.optimizer),
        learning_rate=LEARNING_RATES[options.optimizer]
        if options.learning_rate is None
        else options.learning_rate,
        history=options.history,
        tolerance=options.tolerance,
        image_every=context.image_every,
        recompute=plan.recompute,
    )
    return minimize(
        encoder,
        start.to(context.device.device),
        lambda level_size: terms_at(encoder, level_size),
        levels,
        settings,
        on_progress=context.on_progress,
        cancellation=context.cancellation,
    )


def fetch_weights(encoder: str, context: RunContext) -> None:
    """See to it that an encoder's weights are here, with progress and a way to stop.

    Raises:
        UnknownNameError: if there is no such encoder.
        WeightsNotFoundError: if the weights cannot be had.
        DownloadError: if the download failed or was cancelled.
    """
    spec = get_weights(get_encoder(encoder).weights)
    ensure(spec, on_progress=context.on_progress, cancellation=context.cancellation)


@lru_cache(maxsize=2)
def shared_encoder(name: str, pooling: Pooling, device: DeviceChoice) -> VGG:
    """The encoder for these choices, loaded once: its weights are frozen."""
    return load_encoder(name, pooling=pooling, border="replicate", device=device)


def starting_image(options: OptimizationOptions, content: MaskedImage) -> torch.Tensor:
    """The first image that ``options.init`` names: the content, or seeded noise at its size."""
    if options.init == "content":
        return content.image
    generator = torch.Generator().manual_seed(options.seed)
    coarsest = pyramid(content.size, iterations=options.iterations, levels=options.levels)[0]
    return torch.rand((1, 3, *coarsest.size), generator=generator)


def content_term(
    encoder: VGG, content: MaskedImage, size: Size, options: GatysOptions
) -> ContentTerm:
    """The content term of ``content`` at ``size``."""
    scaled = at_size(content, size)
    with torch.no_grad():
        targets = encoder(scaled.image, (options.content_layer,))
    return ContentTerm(
        weight=options.content_weight,
        targets=targets,
        normalization=cast(Normalization, options.normalization),
        mask=scaled.mask,
    )


def style_term(
    encoder: VGG,
    style: MaskedImage,
    size: Size,
    options: OptimizationOptions,
    *,
    mask: torch.Tensor | None,
) -> StyleTerm:
    """The style term of ``style`` for an image of ``size``.

    ``mask`` (1, 1, H, W) says which positions of the generated image the style steers.
    """
    scaled = at_size(style, style_size(style.size, size))
    with torch.no_grad():
        targets = gram_matrices(encoder(scaled.image, options.style_layers), scaled.mask)
    return StyleTerm(
        weight=options.style_weight,
        targets=targets,
        normalization=cast(Normalization, options.normalization),
        mask=None if mask is None else mask_at(mask, size),
    )


def total_variation_term(options: OptimizationOptions) -> TotalVariationTerm:
    """The smoothness term."""
    return TotalVariationTerm(weight=options.tv_weight)


def style_size(native: Size, image_size: Size) -> Size:
    """The size at which a style image is read for an image of ``image_size``.

    It covers the same area, so that strokes keep their share of the picture at every
    size, but is never enlarged: there is no detail beyond its own pixels.

    Example:
        >>> style_size((600, 800), (300, 400)), style_size((60, 80), (300, 400))
        ((300, 400), (60, 80))
    """
    factor = min(1.0, (image_size[0] * image_size[1] / (native[0] * native[1])) ** 0.5)
    return (
        max(MIN_SIDE_PX, round(native[0] * factor)),
        max(MIN_SIDE_PX, round(native[1] * factor)),
    )


def at_size(source: MaskedImage, size: Size) -> MaskedImage:
    """``source`` resized to ``size``, mask and all."""
    return MaskedImage(
        image=resize(source.image, size),
        mask=None if source.mask is None else mask_at(source.mask, size),
    )
