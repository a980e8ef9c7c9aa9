"""Adaptive instance normalisation of a plan: what features of a photograph are changed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from impasto.guidance.feature_statistics import (
    ChannelStatistics,
    Floats,
    channel_statistics,
    weights_at,
)
from impasto.guidance.feature_transfer import adaptive_normalization
from impasto.stylizers.arbitrary import ArbitraryPlan, ArbitraryRegion, ArbitraryStyle
from impasto.stylizers.feature_engines import STYLE_MEMORY

if TYPE_CHECKING:
    from impasto.runtime.feature_engine import FeatureEngine


def unchanged_maps(features: Floats) -> tuple[Floats, Floats]:
    """Gain and offset, (C, 1, 1), that leave features (C, h, w) as they are."""
    shape = (len(features), 1, 1)
    return np.ones(shape, np.float32), np.zeros(shape, np.float32)


def affine_maps(
    engine: FeatureEngine, plan: ArbitraryPlan, layer: str, features: Floats
) -> tuple[Floats, Floats]:
    """What turns a photograph's features into those of the plan's styles: gain and offset.

    Args:
        engine: What looks at styles that are not remembered.
        plan: The regions and their styles.
        layer: Of the features.
        features: (C, h, w) of the photograph.

    Returns:
        Both (C, 1, 1) where the whole picture is one region, else (C, h, w).
    """
    channels, height, width = features.shape
    if len(plan.regions) == 1 and plan.regions[0].mask is None:
        gain, offset = _affine(engine, plan.regions[0], layer, features, None)
        return gain.reshape(channels, 1, 1), offset.reshape(channels, 1, 1)
    gains = np.zeros((channels, height * width), np.float32)
    offsets = np.zeros_like(gains)
    left = np.ones(height * width, np.float32)
    for region in plan.regions:
        weights = weights_at(region.mask, _stride(layer), (height, width))
        gain, offset = _affine(engine, region, layer, features, weights)
        flat = np.ones_like(left) if weights is None else weights.ravel()
        gains += np.outer(gain, flat)
        offsets += np.outer(offset, flat)
        left -= flat
    gains += np.maximum(left, 0)
    return gains.reshape(features.shape), offsets.reshape(features.shape)


def style_statistics(engine: FeatureEngine, style: ArbitraryStyle, layer: str) -> ChannelStatistics:
    """Mean and deviation of a style's features, remembered."""

    def find() -> ChannelStatistics:
        features = engine.encode(style.pixels, (layer,))[layer]
        weights = weights_at(style.mask, _stride(layer), features.shape[1:])
        return channel_statistics(features, weights)

    return STYLE_MEMORY.recall((layer, style.key, engine.name, engine.networks.version), find)


def _affine(
    engine: FeatureEngine,
    region: ArbitraryRegion,
    layer: str,
    features: Floats,
    weights: Floats | None,
) -> tuple[Floats, Floats]:
    styles = [
        (style.share, style.strength, style_statistics(engine, style, layer))
        for style in region.styles
    ]
    gain, offset = adaptive_normalization(channel_statistics(features, weights), styles)
    return gain.astype(np.float32), offset.astype(np.float32)


def _stride(layer: str) -> int:
    """Pixels a position of a layer stands for, along a side."""
    return int(2 ** (int(layer[4]) - 1))
