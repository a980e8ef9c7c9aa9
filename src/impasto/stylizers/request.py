"""What is asked of any method, in pictures, and what it gives back. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture, PixelArray
from impasto.progress import Cancellation, ProgressCallback
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.options import MethodOptions

if TYPE_CHECKING:
    import torch

    from impasto.device import DeviceChoice
    from impasto.optimization.engine import Step, StopReason

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class FilmPast:
    """What the frames of a film that came before say of this one.

    Attributes:
        moved: (H, W, 3) uint8, the previous result, moved by optical flow; of the
            photograph's size.
        known: (H, W) float32 in [0, 1], where that is to be kept.
        weight: Of the temporal loss.

    Raises:
        OptionError: if the weight is below 0.
        ShapeError: if the shapes are not these.
    """

    moved: PixelArray
    known: npt.NDArray[np.float32]
    weight: float

    def __post_init__(self) -> None:
        if not 0 <= self.weight < float("inf"):
            raise OptionError(f"weight: expected a finite number from 0 on, got {self.weight!r}.")
        if self.moved.shape != (*self.known.shape, 3):
            raise ShapeError(
                f"moved and known: expected (H, W, 3) and (H, W), got {self.moved.shape} and "
                f"{self.known.shape}."
            )


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """Everything that decides a result.

    Attributes:
        content: The photograph.
        style: The style image; for feed-forward methods, a style of a trained network.
            ``None`` where ``styles`` are given instead.
        method: A key of :data:`~impasto.stylizers.catalog.METHODS`.
        options: Options of that method; ``None`` for its defaults.
        size: (H, W) of the result; ``None`` for the photograph's own.
        initial_image: What to start from instead of what ``options.init`` names.
        style_name: What the style is called in the settings.
        styles: Several styles, or one with a mask: how each is used.
        controls: What steers the whole picture.
        past: What the frames of a film that came before ask for; ``None`` for a picture.
            Only optimised methods honour it.

    Raises:
        OptionError: if neither ``style`` nor ``styles`` are given, or both.
    """

    content: Picture
    style: Picture | FastStyle | None = None
    method: str = "gatys"
    options: MethodOptions | None = None
    size: Size | None = None
    initial_image: Picture | None = None
    style_name: str = "style"
    styles: tuple[StyleUse, ...] = ()
    controls: Controls = field(default_factory=Controls)
    past: FilmPast | None = None

    def __post_init__(self) -> None:
        if (self.style is None) == (not self.styles):
            given = "neither" if self.style is None else "both"
            raise OptionError(f"style: expected either style or styles, got {given}.")

    @property
    def uses(self) -> tuple[StyleUse, ...]:
        """The styles and how they are used, however the request names them; at least one."""
        if self.style is None:
            return self.styles
        return (StyleUse(style=self.style, name=self.style_name),)

    @property
    def is_plain(self) -> bool:
        """Whether one style is used as it is, without masks and controls."""
        return self.style is not None and not self.controls.given()


@dataclass(frozen=True, kw_only=True)
class Painting:
    """What a method makes of a request.

    Attributes:
        picture: The result with the photograph's transparency and metadata.
        image: The same before rounding, (1, 3, H, W) float32 in [0, 1], on the CPU;
            ``None`` where the method computes rounded pixels.
        trace: The losses of every evaluation, in order; empty where there are none.
        reason: Why it ended.
        settings: What the method adds to the settings that make the result again.
    """

    picture: Picture
    image: torch.Tensor | None
    trace: tuple[Step, ...]
    reason: StopReason
    settings: Mapping[str, Any]


class Painter(Protocol):
    """What renders requests of one kind of method.

    ``options`` are those of ``request.method``, checked; ``request.options`` may be ``None``.
    The styles are ``request.uses``, and only controls that the method honours are given.
    """

    def __call__(
        self,
        request: RenderRequest,
        options: Any,
        *,
        device: DeviceChoice | None,
        on_progress: ProgressCallback | None,
        cancellation: Cancellation,
        image_every: int,
    ) -> Painting:
        """Render ``request`` on ``device``, chosen automatically where it is ``None``."""
        ...
