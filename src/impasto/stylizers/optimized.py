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
from impasto.image.resize import resize
from impasto.losses.normalization import Normalization
from impasto.optimization.engine import Optimizer, Optimum, Settings, minimize
from impasto.optimization.held_pixels import HeldPixels
from impasto.optimization.memory import plan_memory
from impasto.optimization.pyramid import Size, pyramid
from impasto.optimization.terms import ContentTerm, TemporalTerm, Term
from impasto.stylizers.options import GatysOptions, OptimizationOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
from impasto.stylizers.style_targets import at_size, guide_layers
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure

LEARNING_RATES = {"lbfgs": 1.0, "adam": 0.02}


def optimize(
    options: OptimizationOptions,
    context: RunContext,
    *,
    content: MaskedImage,
    guide: StyleGuide,
    initial_image: torch.Tensor | None,
    layers: Sequence[str],
    terms_at: Callable[[VGG, Size], Sequence[Term]],
) -> Optimum:
    """Run the engine as ``options`` say.

    Args:
        options: Any optimised method's.
        context: Where to run and whom to tell.
        content: Gives the size of the result, and the first image where the options say so.
        guide: Says which pixels are painted at all.
        initial_image: (1, 3, H, W), the first image instead of the one the options name.
        layers: All layers that the terms will ask for, but for those of the guide's styles.
        terms_at: Makes the terms for an encoder and a size.

    Raises:
        UnknownNameError: if the encoder or a layer does not exist.
        MemoryLimitError: if the size would not fit into memory.
    """
    fetch_weights(options.encoder, context)
    encoder = shared_encoder(options.encoder, cast(Pooling, options.pooling), context.device)
    layers = tuple(dict.fromkeys((*layers, *guide_layers(guide, options))))
    encoder.check_layers(layers)
    size = content.size
    start = starting_image(options, content, guide) if initial_image is None else initial_image
    coverage = guide.coverage
    held = None
    if coverage is not None and guide.hold_outside:
        held = HeldPixels(image=content.image, free=coverage)
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
        lambda level_size: [*terms_at(encoder, level_size), *temporal_terms(guide, level_size)],
        levels,
        settings,
        held=held,
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


def starting_image(
    options: OptimizationOptions, content: MaskedImage, guide: StyleGuide
) -> torch.Tensor:
    """The first image that ``options.init`` names: the content, or seeded noise at its size.

    Where the style is all there is, nothing of the content is a start. What no region
    covers is the content in either case.
    """
    if options.init == "content" and not guide.style_only:
        return content.image
    generator = torch.Generator().manual_seed(options.seed)
    coarsest = pyramid(content.size, iterations=options.iterations, levels=options.levels)[0]
    noise = torch.rand((1, 3, *coarsest.size), generator=generator)
    coverage = guide.coverage
    if coverage is None:
        return noise
    surroundings = resize(content.image, coarsest.size)
    painted = (mask_at(coverage, coarsest.size) > 0).to(surroundings.dtype)
    return painted * noise.to(surroundings.device) + (1 - painted) * surroundings


def temporal_terms(guide: StyleGuide, size: Size) -> list[TemporalTerm]:
    """The term that holds a film together at ``size``; none for a single picture."""
    target = guide.temporal
    if target is None:
        return []
    return [
        TemporalTerm(
            weight=target.weight,
            moved=resize(target.moved, size),
            known=mask_at(target.known, size),
        )
    ]


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
