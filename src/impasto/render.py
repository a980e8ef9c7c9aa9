"""The one way from images in to image out: a request, rendered, is a result."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import get_encoder
from impasto.errors import OptionError
from impasto.image.codec import save_image
from impasto.image.fill import fill_transparent
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import alpha_to_mask, image_to_tensor, tensor_to_picture
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.sources import (
    ImageSource,
    Size,
    as_picture,
    find_style,
    initial_picture,
    resolve_size,
)
from impasto.stylizers.catalog import MethodSpec, get_method
from impasto.stylizers.options import OptimizationOptions
from impasto.stylizers.protocol import MaskedImage, RunContext
from impasto.version import __version__
from impasto.weights.catalog import get_weights

if TYPE_CHECKING:
    from impasto.optimization.engine import Step, StopReason


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """Everything that decides a result.

    Attributes:
        content: The photograph.
        style: The style image.
        method: A key of :data:`~impasto.stylizers.catalog.METHODS`.
        options: Options of that method; ``None`` for its defaults.
        size: (H, W) of the result; ``None`` for the photograph's own.
        initial_image: What to start from instead of what ``options.init`` names.
        style_name: What the style is called in the settings.
    """

    content: Picture
    style: Picture
    method: str = "gatys"
    options: OptimizationOptions | None = None
    size: Size | None = None
    initial_image: Picture | None = None
    style_name: str = "style"


@dataclass(frozen=True, kw_only=True)
class RenderResult:
    """A stylised image and how it came about.

    Attributes:
        picture: The image with the photograph's transparency and metadata.
        image: The same before rounding, (1, 3, H, W) float32 in [0, 1], on the CPU.
        trace: The losses of every evaluation, in order; see :attr:`losses` for columns.
        settings: What makes this result again, as plain JSON values.
        reason: ``finished``, ``stabilized`` or ``cancelled``.
        duration_s: Seconds from request to result.
    """

    picture: Picture
    image: torch.Tensor
    trace: tuple[Step, ...]
    settings: Mapping[str, Any]
    reason: StopReason
    duration_s: float

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
            image_text={"impasto": json.dumps(self.settings)},
        )


def stylize(
    content_image: ImageSource,
    *,
    style: ImageSource,
    method: str = "gatys",
    options: OptimizationOptions | None = None,
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
        style: The same, or the name of a style that ships with Impasto.
        method: ``gatys``, ``lapstyle`` or ``texture``.
        options: The method's options, such as
            :class:`~impasto.stylizers.options.GatysOptions`; ``None`` for its defaults.
        size: Longest side in pixels, or (H, W); ``None`` for the photograph's size.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        precision: ``auto``, ``float32`` or ``bfloat16``.
        on_progress: Called with a :class:`~impasto.progress.ProgressEvent` at every step.
        cancellation: Ends the work at its next step; the result is the best so far.

    Raises:
        ImpastoError: one of its leaves, saying what was expected, what came, what to do.

    Example:
        ``impasto.stylize("photo.jpg", style="starry-night").save("painting.png")``
    """
    content = as_picture(content_image)
    options = options or get_method(method).options()
    request = RenderRequest(
        content=content,
        style=find_style(style),
        method=method,
        options=options,
        size=resolve_size(size, content.size),
        initial_image=initial_picture(options),
        style_name=style if isinstance(style, str) else "image",
    )
    return render(
        request,
        device=choose_device(device, precision),
        on_progress=on_progress,
        cancellation=cancellation,
    )


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
        device: Where; chosen automatically when ``None``.
        on_progress: Told of every step.
        cancellation: Ends the work at its next step, keeping the best so far.
        image_every: Give every n-th progress event an image; 0 for none.

    Raises:
        OptionError: if the options are not of the method.
        MemoryLimitError: if the size does not fit.
    """
    watch = Stopwatch()
    method = get_method(request.method)
    options = _checked_options(method, request.options)
    choice = device or choose_device()
    content = _masked(request.content, choice.device, request.size)
    initial = None
    if request.initial_image is not None:
        initial = _masked(request.initial_image, choice.device, content.size).image
    optimum = method.stylizer()(
        content,
        _masked(request.style, choice.device, None),
        options,
        RunContext(
            device=choice,
            on_progress=on_progress,
            cancellation=cancellation or Cancellation(),
            image_every=image_every,
        ),
        initial_image=initial,
    )
    image = optimum.image.float().cpu()
    return RenderResult(
        picture=_output_picture(image, request.content),
        image=image,
        trace=optimum.trace,
        settings=_settings(request, method, options, choice, content.size),
        reason=optimum.reason,
        duration_s=watch.elapsed_s,
    )


def intermediate_picture(event: ProgressEvent, request: RenderRequest) -> Picture | None:
    """The picture of a progress event that carries one, as the result would be."""
    return None if event.image is None else _output_picture(event.image.cpu(), request.content)


def _checked_options(
    method: MethodSpec, options: OptimizationOptions | None
) -> OptimizationOptions:
    if options is None:
        return method.options()
    if type(options) is not method.options:
        raise OptionError(
            f"options: method {method.name!r} takes {method.options.__name__}, "
            f"got {type(options).__name__}."
        )
    return options


def _masked(picture: Picture, device: torch.device, size: Size | None) -> MaskedImage:
    """The opaque part of a picture, with hidden colours replaced by their surroundings."""
    image, mask = image_to_tensor(picture), alpha_to_mask(picture)
    if mask is not None:
        image = fill_transparent(image, mask)
    if size is not None and size != picture.size:
        image = resize(image, size)
        mask = None if mask is None else resize(mask, size)
    return MaskedImage(image=image.to(device), mask=None if mask is None else mask.to(device))


def _output_picture(image: torch.Tensor, content: Picture) -> Picture:
    return tensor_to_picture(
        image, alpha=content.alpha, metadata=content.metadata, bit_depth=content.bit_depth
    )


def _settings(
    request: RenderRequest,
    method: MethodSpec,
    options: OptimizationOptions,
    device: DeviceChoice,
    size: Size,
) -> dict[str, Any]:
    """What makes the result again."""
    weights = get_weights(get_encoder(options.encoder).weights)
    return {
        "impasto": __version__,
        "method": method.name,
        "style": request.style_name,
        "style_sha256": hashlib.sha256(request.style.pixels.tobytes()).hexdigest(),
        "content_sha256": hashlib.sha256(request.content.pixels.tobytes()).hexdigest(),
        "size": list(size),
        "options": asdict(options),
        "weights_sha256": weights.sha256,
        "device": str(device.device),
        "precision": str(device.dtype).removeprefix("torch."),
        "torch": torch.__version__,
    }
