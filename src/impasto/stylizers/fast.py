"""A trained network paints the picture in one pass; torch is not imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from impasto.errors import OptionError
from impasto.guidance.color_preservation import keep_luminance, match_colors
from impasto.guidance.compositing import composite
from impasto.guidance.controls import Controls
from impasto.guidance.mask_levels import FULL
from impasto.image.fill import fill_hidden
from impasto.image.picture import Picture, PixelArray, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.stylizers.fast_passes import FastPass, plan_passes
from impasto.stylizers.options import FastOptions
from impasto.stylizers.request import Painting, RenderRequest, Size
from impasto.weights.style_networks import WEIGHTS, StyleNetwork, read_network

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.optimization.engine import StopReason
    from impasto.runtime.protocol import Engine, Row

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

    Styles with masks are painted in a pass each and laid over the photograph, which stays
    bit for bit where no mask is; the picture then has the photograph's bit depth.

    Args:
        request: Its styles are :class:`~impasto.stylizers.fast_style.FastStyle` s.
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
    if request.initial_image is not None:
        raise OptionError(
            f"initial_image: method {request.method!r} starts from the photograph; leave it out."
        )
    content, size = request.content, request.size or request.content.size
    planned = plan_passes(request, options.strength, size)
    settings = _style_settings(planned)
    planned = [each for each in planned if each.paints]
    if not planned:
        unpainted = content if size == content.size else _visible(content, size)
        return _painting(unpainted, "finished", {**settings, "engine": None, "precision": None})
    visible = _visible(_eight_bit(content), size)
    watch = _TileWatch(on_progress, len(planned))
    painted: list[PixelArray] = []
    reason: StopReason = "finished"
    for each in planned:
        engine = shared_engine(each.style.network, options, device)
        painted.append(
            paint_pass(
                each,
                visible.pixels,
                engine,
                request.controls,
                on_progress=watch,
                cancellation=cancellation,
            )
        )
        if cancellation.is_cancelled and not watch.is_finished:
            reason = "cancelled"
            break
        watch.passes_done += 1
    settings.update(_engine_settings(engine, device))
    if planned[0].mask is None:
        return _painting(replace(visible, pixels=painted[0]), reason, settings)
    return _painting(_composed(content, visible, planned, painted), reason, settings)


def paint_pass(
    planned: FastPass,
    photo: PixelArray,
    engine: Engine,
    controls: Controls,
    *,
    row: Row | None = None,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> PixelArray:
    """The whole picture as one pass paints it.

    Args:
        planned: The pass; its mask counts only for which colours are measured.
        photo: (H, W, 3) uint8; so is what is returned.
        engine: Runs the network of the pass.
        controls: Whether and how the photograph's colours are kept.
        row: The row of the pass, where the caller has it already.
        on_progress: Told of every tile of a large picture.
        cancellation: Ends the work between two tiles.
    """
    pixels = engine.stylize(
        resize_samples(photo, planned.paint_size(photo.shape[:2])),
        planned.style.row(planned.strength) if row is None else row,
        on_progress=on_progress,
        cancellation=cancellation,
    )
    pixels = resize_samples(pixels, photo.shape[:2])
    if controls.keep_color is not None:
        pixels = _recolored(pixels, photo, controls.keep_color, planned)
    share = _painted_share(planned.style.network, planned.strength)
    return pixels if share == 1 else _mixed(photo, pixels, share)


def _recolored(
    painted: PixelArray, photo: PixelArray, keep_color: str, planned: FastPass
) -> PixelArray:
    """A painting in the photograph's colours; those within the mask are measured."""
    if keep_color == "luminance":
        return keep_luminance(painted, photo)
    inside = None if planned.mask is None else planned.mask > FULL // 2
    return match_colors(painted, photo, keep_color, source_choice=inside, target_choice=inside)


def _composed(
    content: Picture,
    visible: Picture,
    planned: Sequence[FastPass],
    painted: Sequence[PixelArray],
) -> Picture:
    """Paintings laid over the photograph, in the photograph's bit depth."""
    photo = content.pixels
    if photo.shape != visible.pixels.shape:
        photo = _visible(content, visible.size).pixels
    layers = [
        (each.mask, change_bit_depth(pixels, content.bit_depth))
        for each, pixels in zip(planned, painted, strict=False)
        if each.mask is not None
    ]
    alpha = visible.alpha
    if alpha is not None:
        alpha = change_bit_depth(alpha, content.bit_depth)
        if content.alpha is not None and content.alpha.shape == alpha.shape:
            alpha = content.alpha
    return replace(visible, pixels=composite(photo, layers), alpha=alpha)


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


def _style_settings(planned: Sequence[FastPass]) -> dict[str, Any]:
    """What follows from the styles: of the only pass, or of each."""
    if len(planned) == 1:
        return planned[0].style.settings
    return {"passes": [each.style.settings for each in planned]}


class _TileWatch:
    """Passes progress on, counts passes, and remembers whether the last tile was done."""

    def __init__(self, on_progress: ProgressCallback | None, passes: int) -> None:
        self._pass_on = on_progress
        self._passes = passes
        self._watch = Stopwatch()
        self.passes_done = 0
        self.is_finished = False

    def __call__(self, event: ProgressEvent) -> None:
        self.is_finished = event.step >= event.total
        if self._pass_on is None:
            return
        if self._passes == 1:
            self._pass_on(event)
            return
        step = self.passes_done * event.total + event.step
        total = self._passes * event.total
        self._pass_on(
            replace(
                event,
                stage=f"{event.stage}, {self.passes_done + 1} of {self._passes}",
                step=step,
                total=total,
                elapsed_s=self._watch.elapsed_s,
                remaining_s=self._watch.remaining_s(step, total),
            )
        )


@lru_cache(maxsize=4)
def _opened(
    folder: Path, version: str, engine: str, precision: str, threads: int | None, device: str
) -> Engine:
    """An engine; the version is there to open a network anew that was trained again."""
    from impasto.runtime.catalog import open_engine

    return open_engine(
        read_network(folder), engine=engine, precision=precision, threads=threads, device=device
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


def _painting(picture: Picture, reason: StopReason, settings: dict[str, Any]) -> Painting:
    return Painting(picture=picture, image=None, trace=(), reason=reason, settings=settings)


def _engine_settings(engine: Engine, device: DeviceChoice | None) -> dict[str, Any]:
    """What ran the network; the engines are called by the names of their packages."""
    return {
        "engine": engine.name,
        "device": "auto" if device is None else str(device.device),
        "precision": engine.precision,
        "threads": engine.threads,
        engine.name: getattr(sys.modules.get(engine.name), "__version__", "unknown"),
    }
