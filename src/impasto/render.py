"""The one way from images in to image out: a request, rendered, is a result."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from impasto.errors import CancelledError, OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.image.tensor import image_to_tensor
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.sources import (
    ImageSource,
    Size,
    as_picture,
    default_method,
    find_use,
    initial_picture,
    resolve_size,
    style_for,
)
from impasto.stylizers.catalog import MethodSpec, get_method
from impasto.stylizers.control_check import check_controls
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.guidance_settings import picture_digest, result_settings
from impasto.stylizers.options import ArbitraryOptions, FastOptions, MethodOptions
from impasto.stylizers.request import Painting, RenderRequest

if TYPE_CHECKING:
    import torch

    from impasto.device import DeviceChoice
    from impasto.guidance.semantic_match import Matches
    from impasto.optimization.engine import Step, StopReason

__all__ = [
    "RenderRequest",
    "RenderResult",
    "device_for",
    "intermediate_picture",
    "render",
    "stylize",
]


@dataclass(frozen=True, kw_only=True)
class RenderResult:
    """A stylised image and how it came about.

    Attributes:
        picture: The image with the photograph's transparency and metadata.
        trace: The losses of every evaluation, in order; see :attr:`losses` for columns.
            Empty for methods that do not optimise.
        settings: What makes this result again, as plain JSON values.
        reason: ``finished``, ``stabilized`` or ``cancelled``.
        duration_s: Seconds from request to result.
        unrounded: The image before rounding, as :attr:`image` describes it; ``None`` where
            the method computes rounded pixels.
        matches: What regions were matched with, where the request is semantic.
    """

    picture: Picture
    trace: tuple[Step, ...]
    settings: Mapping[str, Any]
    reason: StopReason
    duration_s: float
    unrounded: torch.Tensor | None = None
    matches: Matches | None = None

    @cached_property
    def image(self) -> torch.Tensor:
        """The image, (1, 3, H, W) float32 in [0, 1], on the CPU, not rounded if it can be."""
        return image_to_tensor(self.picture) if self.unrounded is None else self.unrounded

    @property
    def is_painted(self) -> bool:
        """Whether there is something to keep: cancelled work may not have begun to paint."""
        return bool(self.trace) or self.reason != "cancelled"

    @property
    def losses(self) -> dict[str, list[float]]:
        """Weighted loss terms over all evaluations, ``total`` among them.

        A term that is not part of every size is ``nan`` where it was not.
        """
        names = dict.fromkeys(name for step in self.trace for name in step.losses)
        return {
            name: [step.losses.get(name, float("nan")) for step in self.trace] for name in names
        }

    @property
    def final_losses(self) -> dict[str, float]:
        """The losses of the image returned: the best step of the last size reached."""
        last = [step for step in self.trace if step.size == self.trace[-1].size]
        best = min(last, key=lambda step: step.losses["total"], default=None)
        return {} if best is None else dict(best.losses)

    @property
    def record(self) -> dict[str, Any]:
        """The settings and the checksum of the picture: what a file says about itself."""
        return {**self.settings, "result_sha256": picture_digest(self.picture)}

    def save(
        self, path: str | os.PathLike[str], *, quality: int = 95, keep_profile: bool = False
    ) -> Path:
        """Write the picture with its settings inside, in the format of the suffix.

        Args:
            path: Ends in .png, .jpg, .webp or .tif.
            quality: 1 to 100, for JPEG and WebP.
            keep_profile: Convert back to the photograph's own colour profile.

        Returns:
            The path written.

        Raises:
            OutputError: if nothing can be written there; what was there is untouched.
        """
        return save_image(
            self.picture,
            path,
            quality=quality,
            keep_profile=keep_profile,
            image_text={"impasto": json.dumps(self.record)},
        )


def stylize(
    content_image: ImageSource,
    *,
    style: ImageSource | FastStyle | None = None,
    styles: Sequence[StyleUse] = (),
    controls: Controls | None = None,
    method: str | None = None,
    options: MethodOptions | None = None,
    size: int | Size | None = None,
    device: str = "auto",
    precision: str = "auto",
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> RenderResult:
    """Paint a photograph in the style of another picture.

    Args:
        content_image: A path, a :class:`~impasto.image.picture.Picture`, or a tensor
            (1, 3, H, W) in [0, 1].
        style: The same, or the name of a style: one of those that ship or a trained one.
            A blend of trained ones reads ``"starry-night:0.6,great-wave:0.4"``.
        styles: Instead of ``style``: several, or one with a mask, a strength or a scale of
            its own.
        controls: What steers the whole picture: colours, strength, size of the strokes.
        method: A key of :data:`~impasto.stylizers.catalog.METHODS`, such as ``adain``;
            ``None`` for that of the options, else ``fast`` where the style is a trained one,
            else ``gatys``.
        options: The method's options, such as
            :class:`~impasto.stylizers.options.GatysOptions`; ``None`` for its defaults.
        size: Longest side in pixels, or (H, W); ``None`` for the photograph's size.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        precision: ``auto``, ``float32`` or ``bfloat16``; for feed-forward methods, unless
            ``auto``, it takes the place of the options' own.
        on_progress: Called with a :class:`~impasto.progress.ProgressEvent` at every step.
        cancellation: Ends the work at its next step; the result is the best so far.

    Raises:
        ImpastoError: one of its leaves, saying what was expected, what came, what to do.

    Example:
        ``impasto.stylize("photo.jpg", style="starry-night").save("painting.png")``
    """
    content = as_picture(content_image)
    first = styles[0].style if style is None and styles else style
    if first is None or (style is not None and styles):
        raise OptionError("style: expected either style or styles, got neither or both.")
    named = default_method(cast("ImageSource | FastStyle", first), options)
    spec = get_method(named if method is None else method)
    options = _checked_options(spec, options)
    if isinstance(options, FastOptions | ArbitraryOptions) and precision != "auto":
        options = replace(options, precision=precision)
    request = RenderRequest(
        content=content,
        style=None if style is None else style_for(spec, style),
        styles=tuple(find_use(spec, use) for use in styles),
        controls=controls or Controls(),
        method=spec.name,
        options=options,
        size=resolve_size(size, content.size),
        initial_image=initial_picture(options),
        style_name=style if isinstance(style, str) else "image",
    )
    return render(
        request,
        device=device_for(spec, device, precision),
        on_progress=on_progress,
        cancellation=cancellation,
    )


def device_for(method: MethodSpec, name: str, precision: str = "auto") -> DeviceChoice | None:
    """Where a method runs; ``None`` for a feed-forward one whose engine is free to choose.

    Args:
        method: The method.
        name: As :func:`~impasto.device.choose_device` takes it.
        precision: The same.

    Raises:
        DeviceError: if the device or the precision is unknown or not available here.
    """
    if method.kind == "feed-forward" and name in ("auto", "cpu"):
        return None
    from impasto.device import choose_device

    return choose_device(name, precision)


def render(
    request: RenderRequest,
    *,
    device: DeviceChoice | None = None,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
    image_every: int = 0,
) -> RenderResult:
    """Render a request.

    Args:
        request: What to render.
        device: Where to run; chosen automatically when ``None``.
        on_progress: Told of every step.
        cancellation: Ends the work at its next step, keeping the best so far.
        image_every: Give every n-th progress event an image; 0 for none.

    Raises:
        OptionError: if the options or the style are not of the method's kind, or it does not
            honour a control that the request asks for.
        MemoryLimitError: if the size does not fit.
    """
    watch = Stopwatch()
    method = get_method(request.method)
    options = _checked_options(method, request.options)
    check_controls(method, request.uses, request.controls)
    if request.past is not None and method.kind == "feed-forward":
        raise OptionError(f"past: {method.name!r} paints in one pass; use a FlowStabilizer.")
    stop = cancellation or Cancellation()
    guided, matches = request, None
    painting = Painting(
        picture=request.content, image=None, trace=(), reason="cancelled", settings={}
    )
    with suppress(CancelledError):
        if request.controls.semantic:
            from impasto.stylizers.semantic_request import match_request

            guided, matches = match_request(request, on_progress, stop)
        painting = method.painter()(
            guided,
            options,
            device=device,
            on_progress=on_progress,
            cancellation=stop,
            image_every=image_every,
        )
    return RenderResult(
        picture=painting.picture,
        trace=painting.trace,
        settings=result_settings(request, method.name, options, painting),
        reason=painting.reason,
        duration_s=watch.elapsed_s,
        unrounded=painting.image,
        matches=matches,
    )


def intermediate_picture(event: ProgressEvent, request: RenderRequest) -> Picture | None:
    """The picture of a progress event that carries one, as the result would be."""
    if event.image is None:
        return None
    from impasto.stylizers.optimized_painting import finished_picture

    return finished_picture(event.image.cpu(), request)


def _checked_options(method: MethodSpec, options: MethodOptions | None) -> MethodOptions:
    if options is None:
        return method.options()
    if type(options) is not method.options:
        raise OptionError(
            f"options: method {method.name!r} takes {method.options.__name__}, "
            f"got {type(options).__name__}."
        )
    return options
