"""What the studio paints and segments with; tests put something quick in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from impasto.errors import WeightsDamagedError, WeightsNotFoundError
from impasto.image.picture import Picture, change_bit_depth
from impasto.progress import Cancellation, ProgressCallback
from impasto.studio.box import Pixels
from impasto.studio.server.paint_queue import PaintQueue
from impasto.studio.server.segmenting import SegmenterFactory

logger = logging.getLogger(__name__)

Paint = Callable[[Pixels, str, Cancellation], Pixels]
"""Paints pixels (H, W, 3) uint8 in the style of a name."""

Optimize = Callable[[Picture, Picture, int, ProgressCallback, Cancellation], Pixels]
"""Paints a photograph in the style of a picture, its longest side at most so many pixels."""


Mix = Callable[[Pixels, Sequence[tuple[Picture, float]], bool, Cancellation], Pixels]
"""Paints pixels (H, W, 3) uint8 after pictures at once, by shares that sum to 1; whether their
regions are matched by meaning."""


@dataclass(frozen=True, kw_only=True)
class StyleEntry:
    """A style that can be chosen for any document.

    Attributes:
        title: For people.
        image: The picture it was learned from, where there is one.
    """

    title: str
    image: Path | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class StudioTools:
    """What the studio paints and segments with.

    Attributes:
        segmenters: Names of the segmenters there are.
        open_segmenter: Opens one of them.
        styles: The styles there are, by name.
        paint: Paints in one of them.
        optimize: Paints in the style of any picture.
        mix: Paints after any pictures in one pass; ``None`` where no network can.
        queue: Whose turn it is.
    """

    segmenters: tuple[str, ...]
    open_segmenter: SegmenterFactory
    styles: Callable[[], Mapping[str, StyleEntry]]
    paint: Paint
    optimize: Optimize
    mix: Mix | None = None
    queue: PaintQueue = field(default_factory=PaintQueue)


def network_styles() -> dict[str, StyleEntry]:
    """The styles of the networks on this machine."""
    from impasto.styles.catalog import STYLES, get_style, style_path
    from impasto.weights.style_networks import fast_styles

    entries = {}
    for name, network in fast_styles().items():
        card = network.card.get("styles", {}).get(name) or {}
        shipped = STYLES.get(name)
        title = card.get("title") or (shipped.title if shipped else _as_title(name))
        image = style_path(get_style(name)) if shipped else None
        entries[name] = StyleEntry(title=str(title), image=image)
    return entries


def paint_with_network(pixels: Pixels, style: str, cancellation: Cancellation) -> Pixels:
    """Paint in a style of a network on this machine.

    Raises:
        ImpastoError: if there is no such style, or its network is damaged.
    """
    from impasto.render import RenderRequest, render
    from impasto.sources import find_fast

    request = RenderRequest(content=Picture(pixels=pixels), style=find_fast(style), method="fast")
    return np.asarray(render(request, cancellation=cancellation).picture.pixels, np.uint8)


def mix_with_network(
    pixels: Pixels,
    parts: Sequence[tuple[Picture, float]],
    matched: bool,
    cancellation: Cancellation,
) -> Pixels:
    """Paint after any pictures in one pass.

    Raises:
        ImpastoError: if a network is damaged.
    """
    from impasto.guidance.controls import Controls, StyleUse
    from impasto.render import RenderRequest, render

    request = RenderRequest(
        content=Picture(pixels=pixels),
        styles=tuple(StyleUse(style=picture, weight=share) for picture, share in parts),
        controls=Controls(semantic=matched),
        method="adain",
    )
    return np.asarray(render(request, cancellation=cancellation).picture.pixels, np.uint8)


def known_mix() -> Mix | None:
    """What paints after any pictures, if its networks are on this machine."""
    from impasto.stylizers.feature_engines import NETWORKS
    from impasto.stylizers.options import AdainOptions
    from impasto.weights.arbitrary_networks import read_arbitrary_networks

    try:
        read_arbitrary_networks().require(NETWORKS[AdainOptions])
    except (WeightsNotFoundError, WeightsDamagedError) as error:
        logger.info("Own styles are painted by optimisation: %s", error)
        return None
    return mix_with_network


def paint_by_optimization(
    photo: Picture,
    style: Picture,
    longest_side_px: int,
    on_progress: ProgressCallback,
    cancellation: Cancellation,
) -> Pixels:
    """Paint in the style of any picture, by optimising the pixels.

    Returns:
        (h, w, 3) uint8 with sides in the photograph's proportion.

    Raises:
        ImpastoError: if the work does not fit in memory.
    """
    from impasto.render import RenderRequest, device_for, render
    from impasto.sources import resolve_size
    from impasto.stylizers.catalog import get_method

    longest = min(longest_side_px, max(photo.size))
    request = RenderRequest(
        content=photo,
        style=style,
        method="gatys",
        size=resolve_size(longest, photo.size),
    )
    device = device_for(get_method("gatys"), "auto")
    result = render(request, device=device, on_progress=on_progress, cancellation=cancellation)
    return np.asarray(change_bit_depth(result.picture.pixels, 8), np.uint8)


def _as_title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def default_tools() -> StudioTools:
    """Everything real: the segmenters of the catalogue, networks, and optimisation."""
    from impasto.segmentation.catalog import SEGMENTERS
    from impasto.studio.server.region_levels import open_studio_segmenter

    return StudioTools(
        segmenters=tuple(SEGMENTERS),
        open_segmenter=open_studio_segmenter,
        styles=network_styles,
        paint=paint_with_network,
        optimize=paint_by_optimization,
        mix=known_mix(),
    )
