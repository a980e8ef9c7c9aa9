"""WCT: any style by whitening and colouring its features, from coarse to fine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import MemoryLimitError
from impasto.guidance.feature_statistics import Covariance, Floats, covariance, weights_at
from impasto.guidance.feature_transfer import whitening_coloring
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.stylizers.arbitrary import (
    ArbitraryPlan,
    ArbitraryRegion,
    ArbitraryStyle,
    arbitrary_painting,
    plan_arbitrary,
)
from impasto.stylizers.detail import restore_detail
from impasto.stylizers.feature_engines import (
    STYLE_MEMORY,
    engine_settings,
    shared_feature_engine,
)
from impasto.stylizers.mirrored_margin import paint_with_margin
from impasto.stylizers.options import WctOptions
from impasto.stylizers.request import Painting, RenderRequest

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.image.picture import PixelArray
    from impasto.runtime.feature_engine import FeatureEngine

LEVELS = (4, 3, 2, 1)
"""Blocks whose first rectifier is changed, in this order."""
MOST_PX = 6 * 2**20
"""The features of larger pictures would not fit most memories."""


def paint(
    request: RenderRequest,
    options: WctOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request by whitening and colouring transforms: an 8-bit picture.

    From relu4_1 to relu1_1 the picture is encoded, its features get the style's covariance,
    and they are decoded. Inside a mask the photograph's covariance is the one inside it.

    Args:
        request: Its styles are pictures.
        options: The strength of each level, the engine, and how much detail is put back.
        device: A GPU has torch as its engine; else ``options`` choose the engine.
        on_progress: Told of every level.
        cancellation: Ends the work between two levels, with what the levels before made.
        image_every: Taken no notice of: there are no intermediate pictures.

    Raises:
        OptionError: if a style is no picture, there is an initial image, or a number is out
            of range.
        MemoryLimitError: if the picture has more than 6 Mpx.
        WeightsDamagedError: if a file of the networks is not what its card promises.

    Source: Li et al. 2017, figure 1 (c). Differs: from relu4_1 on, without relu5_1.
    """
    plan = plan_arbitrary(request, options)
    if not plan.regions:
        return arbitrary_painting(plan, None, {"engine": None, "precision": None})
    height, width = plan.pixels.shape[:2]
    if height * width > MOST_PX:
        raise MemoryLimitError(
            f"method 'wct': expected at most {MOST_PX / 2**20:g} Mpx, got {width}x{height} px; "
            "use a smaller --size, or method 'adain', which works in tiles."
        )
    engine = shared_feature_engine(options, device)
    watch = Stopwatch()

    def paint_levels(wide: ArbitraryPlan) -> PixelArray | None:
        pixels: PixelArray | None = None
        levels = zip(LEVELS, options.level_strengths, strict=True)
        for number, (level, strength) in enumerate(levels, start=1):
            if cancellation.is_cancelled:
                break
            if strength > 0:
                before = wide.pixels if pixels is None else pixels
                pixels = _level(engine, wide, before, level, strength)
            if on_progress is not None:
                on_progress(_event(level, number, watch))
        return pixels

    pixels = paint_with_margin(plan, paint_levels)
    found = arbitrary_painting(plan, pixels, engine_settings(engine))
    return replace(found, reason="cancelled" if cancellation.is_cancelled else "finished")


def style_covariance(engine: FeatureEngine, style: ArbitraryStyle, level: int) -> Covariance:
    """Mean and covariance of a style's features, remembered."""

    def find() -> Covariance:
        layer = f"relu{level}_1"
        features = engine.encode(style.pixels, (layer,))[layer]
        return covariance(features, weights_at(style.mask, 2 ** (level - 1), features.shape[1:]))

    key = (f"wct{level}", style.key, engine.name, engine.networks.version)
    return STYLE_MEMORY.recall(key, find)


def _level(
    engine: FeatureEngine, plan: ArbitraryPlan, pixels: PixelArray, level: int, strength: float
) -> PixelArray:
    """The picture after one level."""
    layer, stride = f"relu{level}_1", 2 ** (level - 1)
    features = engine.encode(pixels, (layer,))[layer]
    channels, height, width = features.shape
    rows = features.reshape(channels, height * width)
    changed = np.zeros_like(rows)
    left = np.ones(height * width, np.float32)
    for region in plan.regions:
        weights = weights_at(region.mask, stride, (height, width))
        matrix, offset = _linear(engine, region, features, weights, level, strength)
        flat = np.ones_like(left) if weights is None else weights.ravel()
        changed += (matrix @ rows + offset[:, None]) * flat
        left -= flat
    changed += rows * np.maximum(left, 0)
    one, zero = (np.full((channels, 1, 1), value, np.float32) for value in (1, 0))

    def decode(given: Floats) -> PixelArray:
        found = engine.decode(f"wct{level}", given.reshape(features.shape), one, zero)
        return np.ascontiguousarray(found[: pixels.shape[0], : pixels.shape[1]])

    painted = decode(changed)
    if plan.detail == 0:
        return painted
    return restore_detail(painted, pixels, decode(features), plan.detail)


def _linear(
    engine: FeatureEngine,
    region: ArbitraryRegion,
    features: Floats,
    weights: Floats | None,
    level: int,
    strength: float,
) -> tuple[Floats, Floats]:
    styles = [
        (style.share, strength * style.strength, style_covariance(engine, style, level))
        for style in region.styles
    ]
    matrix, offset = whitening_coloring(covariance(features, weights), styles)
    return matrix.astype(np.float32), offset.astype(np.float32)


def _event(level: int, number: int, watch: Stopwatch) -> ProgressEvent:
    return ProgressEvent(
        stage=f"relu{level}_1",
        step=number,
        total=len(LEVELS),
        elapsed_s=watch.elapsed_s,
        remaining_s=watch.remaining_s(number, len(LEVELS)),
    )
