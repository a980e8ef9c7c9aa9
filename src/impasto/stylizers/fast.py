"""A trained network paints the picture in one pass; torch is not imported."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.errors import OptionError
from impasto.image.fill import fill_hidden
from impasto.image.picture import Picture, PixelArray, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.options import FastOptions
from impasto.stylizers.request import Painting, RenderRequest, Size
from impasto.weights.style_networks import WEIGHTS, StyleNetwork, read_network

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.optimization.engine import StopReason
    from impasto.runtime.protocol import Engine

FADED_BELOW = 0.5
"""Strengths under this mix the painting with the photograph."""


def paint(
    request: RenderRequest,
    options: FastOptions,
    *,
    device: DeviceChoice | None,
    on_progress: ProgressCallback | None,
    cancellation: Cancellation,
    image_every: int,
) -> Painting:
    """Render a request of the feed-forward method: an 8-bit picture.

    A network with rows paints with (1 − strength) · identity + strength · style. The
    identity gives the photograph back but for its contrast, so that below a strength of a
    half the photograph itself is faded in, pixel by pixel. A network without rows has a
    single strength, and the fading is all there is. At strength 0 the photograph is the
    result, bit for bit at its own size.

    Args:
        request: Its style is a :class:`~impasto.stylizers.fast_style.FastStyle`.
        options: Strength and engine.
        device: A GPU has torch as its engine; else ``options`` choose the engine.
        on_progress: Told of every tile of a large picture.
        cancellation: Ends the work between two tiles.
        image_every: Taken no notice of: there are no intermediate pictures.

    Raises:
        OptionError: if the style is not a fast style, or there is an initial image.
        WeightsDamagedError: if a file of the network is not what its card promises.

    Source: Johnson et al. 2016; Dumoulin et al. 2017 for rows, strength and blends.
    """
    style = _fast_style(request)
    content, size = request.content, request.size or request.content.size
    if options.strength == 0:
        unpainted = content if size == content.size else _visible(content, size)
        return _painting(unpainted, style, "finished", {"engine": None, "precision": None})
    visible = _visible(_eight_bit(content), size)
    engine = shared_engine(style.network, options, device)
    watch = _TileWatch(on_progress)
    pixels = engine.stylize(
        visible.pixels,
        style.row(options.strength),
        on_progress=watch,
        cancellation=cancellation,
    )
    reason: StopReason = "finished"
    if cancellation.is_cancelled and not watch.is_finished:
        reason = "cancelled"
    share = _painted_share(style.network, options.strength)
    if share != 1:
        pixels = _mixed(visible.pixels, pixels, share)
    return _painting(replace(visible, pixels=pixels), style, reason, _engine_settings(engine))


def shared_engine(
    network: StyleNetwork, options: FastOptions, device: DeviceChoice | None = None
) -> Engine:
    """The engine for these choices, opened once: its weights are frozen.

    Args:
        network: The style network.
        options: Which engine, precision and threads.
        device: Where it runs, if that is chosen already; a GPU has torch as its engine.

    Raises:
        DeviceError: if engine, precision or threads are not to be had here.
        OptionError: if the engine that was asked for does not run on the device.
        WeightsNotFoundError: if a file of the network is missing.
        WeightsDamagedError: if one is not what the card promises.
    """
    name, place = options.engine, "auto" if device is None else str(device.device)
    if device is not None and device.device.type != "cpu":
        if name not in ("auto", "torch"):
            raise OptionError(
                f"engine: {name} runs on the CPU, got device {place}; use engine torch there."
            )
        name = "torch"
    version = str(network.card["sha256"].get(WEIGHTS))
    return _opened(network.folder, version, name, options.precision, options.threads, place)


def style_settings(style: FastStyle) -> dict[str, Any]:
    """What of the settings follows from the style alone."""
    return {
        "style_weights": dict(style.weights),
        "network": style.network.name,
        "weights_sha256": style.network.card["sha256"].get(WEIGHTS),
    }


class _TileWatch:
    """Passes progress on and remembers whether the last tile was done."""

    def __init__(self, on_progress: ProgressCallback | None) -> None:
        self._pass_on = on_progress
        self.is_finished = False

    def __call__(self, event: ProgressEvent) -> None:
        self.is_finished = event.step >= event.total
        if self._pass_on is not None:
            self._pass_on(event)


@lru_cache(maxsize=4)
def _opened(
    folder: Path, version: str, engine: str, precision: str, threads: int | None, device: str
) -> Engine:
    """An engine; the version is there to open a network anew that was trained again."""
    from impasto.runtime.catalog import open_engine

    return open_engine(
        read_network(folder), engine=engine, precision=precision, threads=threads, device=device
    )


def _fast_style(request: RenderRequest) -> FastStyle:
    if request.initial_image is not None:
        raise OptionError(
            f"initial_image: method {request.method!r} starts from the photograph; leave it out."
        )
    if isinstance(request.style, FastStyle):
        return request.style
    raise OptionError(
        f"style: method {request.method!r} takes a fast style, got a picture; "
        "use method 'gatys', or train a network on it first."
    )


def _visible(picture: Picture, size: Size) -> Picture:
    """The picture at a size, hidden colours replaced by their surroundings."""
    pixels, alpha = picture.pixels, picture.alpha
    if alpha is not None:
        pixels = fill_hidden(pixels, alpha)
        alpha = resize_samples(alpha, size)
    return replace(picture, pixels=resize_samples(pixels, size), alpha=alpha)


def _eight_bit(picture: Picture) -> Picture:
    if picture.bit_depth == 8:
        return picture
    alpha = None if picture.alpha is None else change_bit_depth(picture.alpha, 8)
    return replace(picture, pixels=change_bit_depth(picture.pixels, 8), alpha=alpha)


def _painted_share(network: StyleNetwork, strength: float) -> float:
    """How much of the result is the painting and not the photograph itself."""
    return min(1.0, strength / FADED_BELOW) if network.rows else strength


def _mixed(content: PixelArray, stylized: PixelArray, strength: float) -> PixelArray:
    """(1 − strength) · photograph + strength · painting, clamped and rounded."""
    mixture = content + np.float32(strength) * (stylized.astype(np.float32) - content)
    rounded: PixelArray = np.rint(mixture.clip(0, 255)).astype(np.uint8)
    return rounded


def _painting(
    picture: Picture, style: FastStyle, reason: StopReason, settings: dict[str, Any]
) -> Painting:
    return Painting(
        picture=picture,
        image=None,
        trace=(),
        reason=reason,
        settings={**style_settings(style), **settings},
    )


def _engine_settings(engine: Engine) -> dict[str, Any]:
    """What ran the network; the engines are called by the names of their packages."""
    return {
        "engine": engine.name,
        "precision": engine.precision,
        engine.name: getattr(sys.modules.get(engine.name), "__version__", "unknown"),
    }
