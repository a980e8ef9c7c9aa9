"""SANet: any style by attention: each place takes what matches it in the style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.guidance.feature_statistics import Floats, channel_statistics, weights_at
from impasto.progress import Cancellation, ProgressCallback
from impasto.runtime.spans import spans
from impasto.stylizers.adaptive_features import affine_maps, unchanged_maps
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
from impasto.stylizers.options import SanetOptions
from impasto.stylizers.request import Painting, RenderRequest

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.image.picture import PixelArray
    from impasto.runtime.feature_engine import FeatureEngine

NETWORK = "sanet"
LAYERS = {4: "relu4_1", 5: "relu5_1"}
STRIDES = {4: 8, 5: 16}
MEMORY_OUTPUTS = ("key4", "value4", "key5", "value5")
MOST_POSITIONS = 4096
"""Positions of a style that are attended to; more are thinned out evenly."""
ROWS_AT_ONCE = 32
"""Rows of relu4_1 that attend at once, in pictures of usual width."""

Memory = dict[str, Floats]


def paint(
    request: RenderRequest,
    options: SanetOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request by style attention: an 8-bit picture.

    At strengths below 1 the features lie between those of the photograph attending to itself
    and those of it attending to the style.

    Args:
        request: Its styles are pictures.
        options: The engine, and how much detail is put back.
        device: A GPU has torch as its engine; else ``options`` choose the engine.
        on_progress: Told of every tile of a large picture.
        cancellation: Ends the work between two tiles; the photograph is the result then.
        image_every: Taken no notice of: there are no intermediate pictures.

    Raises:
        OptionError: if a style is no picture, there is an initial image, or a number is out
            of range.
        WeightsDamagedError: if a file of the networks is not what its card promises.

    Source: Park, Lee 2019. Differs: relu3_1 joins in the decoder, with the style's statistics.
    """
    plan = plan_arbitrary(request, options)
    if not plan.regions:
        return arbitrary_painting(plan, None, {"engine": None, "precision": None})
    engine = shared_feature_engine(options, device)
    watched: Any = {"on_progress": on_progress, "cancellation": cancellation}
    joining = engine.skip_layer(NETWORK)
    layers = (*LAYERS.values(), *(() if joining is None else (joining,)))

    def paint_once(wide: ArbitraryPlan) -> PixelArray | None:
        content = engine.encode(wide.pixels, layers, **watched)
        if cancellation.is_cancelled:
            return None
        painted = _painted(engine, wide, content, joining, watched)
        return None if cancellation.is_cancelled else painted

    pixels = paint_with_margin(plan, paint_once)
    return arbitrary_painting(plan, pixels, engine_settings(engine))


def _painted(
    engine: FeatureEngine,
    plan: ArbitraryPlan,
    content: dict[str, Floats],
    joining: str | None,
    watched: Any,
) -> PixelArray:
    """The painting, with what the network takes from a photograph that attends to itself."""
    height, width = plan.pixels.shape[:2]
    own = _own(engine, content) if plan.detail > 0 or _needs_own(plan) else None
    changed: Any = None
    same: Any = None
    if joining is not None:
        given = content[joining]
        changed = (given, *affine_maps(engine, plan, joining, given))
        same = (given, *unchanged_maps(given))

    def decode(features: Floats, skip: Any) -> PixelArray:
        maps = unchanged_maps(features)
        return engine.decode(NETWORK, features, *maps, skip, **watched)[:height, :width]

    painted = decode(_features(engine, plan, content, own), changed)
    if own is None or plan.detail == 0:
        return painted
    return restore_detail(painted, plan.pixels, decode(own, same), plan.detail)


def style_memory(engine: FeatureEngine, style: ArbitraryStyle) -> Memory:
    """Keys and values of a style, remembered."""

    def find() -> Memory:
        features = engine.encode(style.pixels, tuple(LAYERS.values()))
        masks = {
            level: weights_at(style.mask, STRIDES[level], features[layer].shape[1:])
            for level, layer in LAYERS.items()
        }
        return _memory(engine, features, masks)

    key = (NETWORK, style.key, engine.name, engine.networks.version)
    return STYLE_MEMORY.recall(key, find)


def _memory(
    engine: FeatureEngine, features: dict[str, Floats], masks: dict[int, Floats | None]
) -> Memory:
    feed = {}
    for level, layer in LAYERS.items():
        given, weights = features[layer], masks[level]
        chosen = _positions(given, weights)
        for name, each in (("style", given), ("normal", _normalized(given, weights))):
            flat = each.reshape(len(each), -1)[:, chosen]
            feed[f"{name}{level}"] = np.ascontiguousarray(flat[None, :, None])
    return engine.compute(f"{NETWORK}-memory.onnx", MEMORY_OUTPUTS, feed)


def _own(engine: FeatureEngine, content: dict[str, Floats]) -> Floats:
    """The features of a photograph that attends to itself."""
    return _attended(engine, content, _memory(engine, content, {4: None, 5: None}), None)


def _needs_own(plan: ArbitraryPlan) -> bool:
    """Whether the photograph's own features show: at low strengths, and beyond masks."""
    styles = [style for region in plan.regions for style in region.styles]
    masked = any(region.mask is not None for region in plan.regions)
    return masked or any(style.strength < 1 for style in styles)


def _features(
    engine: FeatureEngine,
    plan: ArbitraryPlan,
    content: dict[str, Floats],
    own: Floats | None,
) -> Floats:
    """What the decoder gets: regions mixed by their masks, the rest as in the photograph."""
    size = content[LAYERS[4]].shape[1:]
    covered = np.zeros(size, np.float32)
    total = np.zeros_like(content[LAYERS[4]])
    masks = [weights_at(region.mask, STRIDES[4], size) for region in plan.regions]
    for region, mask in zip(plan.regions, masks, strict=True):
        found = _region(engine, region, content, own)
        total += found if mask is None else found * mask
        covered += 1 if mask is None else mask
    return total if own is None else total + own * np.maximum(1 - covered, 0)


def _region(
    engine: FeatureEngine,
    region: ArbitraryRegion,
    content: dict[str, Floats],
    own: Floats | None,
) -> Floats:
    total = np.zeros_like(content[LAYERS[4]])
    for style in region.styles:
        found = _attended(engine, content, style_memory(engine, style), region)
        if own is not None:
            found = style.strength * found + (1 - style.strength) * own
        total += np.float32(style.share) * found
    return total


def _attended(
    engine: FeatureEngine,
    content: dict[str, Floats],
    memory: Memory,
    region: ArbitraryRegion | None,
) -> Floats:
    """The photograph's features with what matches them added, in strips of rows."""
    mask = None if region is None else region.mask
    given = {}
    for level, layer in LAYERS.items():
        features = content[layer]
        weights = weights_at(mask, STRIDES[level], features.shape[1:])
        given[f"content{level}"] = features
        given[f"normal{level}"] = _normalized(features, weights)
    height, width = content[LAYERS[4]].shape[1:]
    result = np.empty_like(content[LAYERS[4]])
    largest = max(2, ROWS_AT_ONCE * 128 // max(width, 1) // 2 * 2)
    for rows in spans(height, largest=largest, margin=2, step=2):
        feed: dict[str, Any] = dict(memory)
        for name, features in given.items():
            halved = slice(rows.source.start // 2, rows.source.stop // 2)
            cut = rows.source if name.endswith("4") else halved
            feed[name] = np.ascontiguousarray(features[None, :, cut])
        found = engine.compute(f"{NETWORK}-attention.onnx", ("features",), feed)["features"]
        result[:, rows.target] = found[0][:, rows.inner]
    return result


def _normalized(features: Floats, weights: Floats | None) -> Floats:
    """Features with mean 0 and deviation 1 where the weights are."""
    found = channel_statistics(features, weights)
    mean, deviation = (
        each.astype(np.float32).reshape(-1, 1, 1) for each in (found.mean, found.deviation)
    )
    return np.asarray((features - mean) / deviation, np.float32)


def _positions(features: Floats, weights: Floats | None) -> np.ndarray:
    """Numbers of the positions of a style that are attended to."""
    count = features.shape[1] * features.shape[2]
    chosen = np.arange(count)
    if weights is not None and (weights > 0.5).any():
        chosen = np.flatnonzero(weights > 0.5)
    if len(chosen) > MOST_POSITIONS:
        chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_POSITIONS).round().astype(int)]
    return chosen
