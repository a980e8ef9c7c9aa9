"""AdaIN: any style in one pass, by the mean and deviation of its features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.guidance.feature_statistics import (
    ChannelStatistics,
    Floats,
    channel_statistics,
    weights_at,
)
from impasto.guidance.feature_transfer import adaptive_normalization
from impasto.progress import Cancellation, ProgressCallback
from impasto.stylizers.arbitrary import (
    ArbitraryPlan,
    ArbitraryRegion,
    ArbitraryStyle,
    arbitrary_painting,
    plan_arbitrary,
)
from impasto.stylizers.feature_engines import (
    STYLE_MEMORY,
    engine_settings,
    shared_feature_engine,
)
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import Painting, RenderRequest

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.image.picture import PixelArray
    from impasto.runtime.feature_engine import FeatureEngine

NETWORK = "adain"
LAYER = "relu4_1"
STRIDE = 8


def paint(
    request: RenderRequest,
    options: AdainOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request by adaptive instance normalisation: an 8-bit picture.

    The photograph is encoded once, and decoded once, whatever the number of styles and masks:
    every position of its features is scaled and shifted as the styles there ask for. Inside a
    mask the photograph's statistics are those inside it, and those of a style are of its
    opaque part.

    Args:
        request: Its styles are pictures.
        options: The engine.
        device: A GPU has torch as its engine; else ``options`` choose the engine.
        on_progress: Told of every tile of a large picture.
        cancellation: Ends the work between two tiles; the photograph is the result then.
        image_every: Taken no notice of: there are no intermediate pictures.

    Raises:
        OptionError: if a style is no picture, there is an initial image, or a number is out
            of range.
        WeightsDamagedError: if a file of the networks is not what its card promises.

    Source: Huang, Belongie 2017.
    """
    plan = plan_arbitrary(request)
    if not plan.regions:
        return arbitrary_painting(plan, None, {"engine": None, "precision": None})
    engine = shared_feature_engine(options, device)
    pixels = stylize_adain(engine, plan, on_progress=on_progress, cancellation=cancellation)
    return arbitrary_painting(plan, pixels, engine_settings(engine))


def stylize_adain(
    engine: FeatureEngine,
    plan: ArbitraryPlan,
    *,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> PixelArray | None:
    """The painting of a plan, (H, W, 3) uint8; ``None`` where it was cancelled."""
    watched: Any = {"on_progress": on_progress, "cancellation": cancellation}
    features = engine.encode(plan.pixels, (LAYER,), **watched)[LAYER]
    gain, offset = _affine_maps(engine, plan, features)
    if cancellation is not None and cancellation.is_cancelled:
        return None
    painted = engine.decode(NETWORK, features, gain, offset, **watched)
    if cancellation is not None and cancellation.is_cancelled:
        return None
    height, width = plan.pixels.shape[:2]
    return painted[:height, :width]


def style_statistics(engine: FeatureEngine, style: ArbitraryStyle) -> ChannelStatistics:
    """Mean and deviation of a style's features, remembered."""

    def find() -> ChannelStatistics:
        features = engine.encode(style.pixels, (LAYER,))[LAYER]
        weights = weights_at(style.mask, STRIDE, features.shape[1:])
        return channel_statistics(features, weights)

    key = (NETWORK, style.key, engine.name, engine.networks.version)
    return STYLE_MEMORY.recall(key, find)


def _affine_maps(
    engine: FeatureEngine, plan: ArbitraryPlan, features: Floats
) -> tuple[Floats, Floats]:
    """Gain and offset, (C, 1, 1) where the whole picture is one region, else (C, h, w)."""
    channels, height, width = features.shape
    if len(plan.regions) == 1 and plan.regions[0].mask is None:
        gain, offset = _affine(engine, plan.regions[0], features, None)
        return gain.reshape(channels, 1, 1), offset.reshape(channels, 1, 1)
    gains = np.zeros((channels, height * width), np.float32)
    offsets = np.zeros_like(gains)
    left = np.ones(height * width, np.float32)
    for region in plan.regions:
        weights = weights_at(region.mask, STRIDE, (height, width))
        gain, offset = _affine(engine, region, features, weights)
        flat = np.ones_like(left) if weights is None else weights.ravel()
        gains += np.outer(gain, flat)
        offsets += np.outer(offset, flat)
        left -= flat
    gains += np.maximum(left, 0)
    return gains.reshape(features.shape), offsets.reshape(features.shape)


def _affine(
    engine: FeatureEngine, region: ArbitraryRegion, features: Floats, weights: Floats | None
) -> tuple[Floats, Floats]:
    styles = [
        (style.share, style.strength, style_statistics(engine, style)) for style in region.styles
    ]
    gain, offset = adaptive_normalization(channel_statistics(features, weights), styles)
    return gain.astype(np.float32), offset.astype(np.float32)
