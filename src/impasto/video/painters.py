"""Painters of frames by the methods that paint pictures; the fast ones do not need torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from impasto.guidance.compositing import composite
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.render import render
from impasto.stylizers.catalog import get_method
from impasto.stylizers.control_check import check_controls
from impasto.stylizers.fast import paint_pass, shared_engine
from impasto.stylizers.fast_passes import FastPass, plan_passes
from impasto.stylizers.options import FastOptions, MethodOptions
from impasto.stylizers.request import RenderRequest
from impasto.video.frame_painter import FramePainter, PainterState

if TYPE_CHECKING:
    from impasto.device import DeviceChoice
    from impasto.guidance.mask_levels import Levels
    from impasto.runtime.protocol import Row
    from impasto.video.frame import Pixels

WARM_UP = 2
"""Engines compile a graph for a size that comes for the third time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameStyle:
    """What is asked for every frame of a film.

    Attributes:
        uses: The styles, found, as :class:`~impasto.stylizers.request.RenderRequest` has
            them; a mask counts for every frame.
        controls: What steers the whole picture.
        method: A key of :data:`~impasto.stylizers.catalog.METHODS`.
        options: Of that method; ``None`` for its defaults.

    Raises:
        OptionError: if the method does not honour a control.
    """

    uses: tuple[StyleUse, ...]
    controls: Controls = field(default_factory=Controls)
    method: str = "fast"
    options: MethodOptions | None = None

    def __post_init__(self) -> None:
        check_controls(get_method(self.method), self.uses, self.controls)


class FrameMasks(Protocol):
    """Where the styles go, frame by frame."""

    def at(self, pixels: Pixels, *, index: int, time: Fraction) -> Sequence[Levels]:
        """One mask for all styles, or one for each, of a frame.

        Args and state: as those of :class:`~impasto.video.frame_painter.FramePainter`.
        """
        ...

    def reset(self) -> None:
        """Forget the frames before."""
        ...

    def state(self) -> PainterState:
        """What is remembered."""
        ...

    def restore(self, state: PainterState) -> None:
        """Remember what :meth:`state` gave."""
        ...


def frame_painter(
    style: FrameStyle, *, device: DeviceChoice | None = None, masks: FrameMasks | None = None
) -> FramePainter:
    """What paints each frame by itself as a style asks for.

    Args:
        style: Styles, controls and method.
        device: Where it runs; ``None`` to choose.
        masks: Where the styles go, where that changes from frame to frame.

    Raises:
        ImpastoError: as the method does when it is opened.
    """
    if style.method == "fast" and not style.controls.semantic:
        return FastPainter(style, device=device, masks=masks)
    return RenderPainter(style, device=device, masks=masks)


class _StillPainter:
    """What painters share that remember nothing but masks."""

    def __init__(
        self, style: FrameStyle, *, device: DeviceChoice | None, masks: FrameMasks | None
    ) -> None:
        self.style, self._device, self._masks = style, device, masks
        self.options = style.options or get_method(style.method).options()

    def reset(self) -> None:
        """Forget the masks of the frames before."""
        if self._masks is not None:
            self._masks.reset()

    def state(self) -> PainterState:
        """What the masks remember."""
        return {} if self._masks is None else self._masks.state()

    def restore(self, state: PainterState) -> None:
        """Put back what :meth:`state` gave."""
        if self._masks is not None:
            self._masks.restore(state)

    def _uses(self, pixels: Pixels, index: int, time: Fraction) -> tuple[StyleUse, ...]:
        if self._masks is None:
            return self.style.uses
        found = list(self._masks.at(pixels, index=index, time=time))
        each = found * len(self.style.uses) if len(found) == 1 else found
        return tuple(
            replace(use, mask=mask) for use, mask in zip(self.style.uses, each, strict=True)
        )

    def _request(self, content: Picture, uses: tuple[StyleUse, ...]) -> RenderRequest:
        return RenderRequest(
            content=content,
            styles=uses,
            controls=self.style.controls,
            method=self.style.method,
            options=self.options,
        )


class RenderPainter(_StillPainter):
    """Renders every frame as a photograph: any method."""

    def paint(self, pixels: Pixels, *, index: int, time: Fraction) -> Pixels:
        """Paint a frame; see :class:`~impasto.video.frame_painter.FramePainter`."""
        request = self._request(Picture(pixels=pixels), self._uses(pixels, index, time))
        painted = render(request, device=self._device).picture.pixels
        return painted.copy() if painted is pixels else painted


class FastPainter(_StillPainter):
    """Paints frames with a trained network, planned once for all frames of a size."""

    def __init__(self, style: FrameStyle, *, device: Any = None, masks: Any = None) -> None:
        super().__init__(style, device=device, masks=masks)
        self._fast = cast("FastOptions", self.options)
        self._planned: tuple[tuple[int, int], list[FastPass]] | None = None
        self._rows: dict[Any, Row | None] = {}
        self._warm: set[Any] = set()

    def paint(self, pixels: Pixels, *, index: int, time: Fraction) -> Pixels:
        """Paint a frame; see :class:`~impasto.video.frame_painter.FramePainter`."""
        passes = self._passes(pixels, index, time)
        if not passes:
            return pixels.copy()
        painted = [self._paint_pass(each, pixels) for each in passes]
        if passes[0].mask is None:
            return painted[0]
        layers = [
            (each.mask, layer)
            for each, layer in zip(passes, painted, strict=True)
            if each.mask is not None
        ]
        return composite(pixels, layers)

    def _passes(self, pixels: Pixels, index: int, time: Fraction) -> list[FastPass]:
        size = pixels.shape[:2]
        if self._masks is None and self._planned is not None and self._planned[0] == size:
            return self._planned[1]
        request = self._request(Picture(pixels=pixels), self._uses(pixels, index, time))
        planned = plan_passes(request, self._fast.strength, size)
        passes = [each for each in planned if each.paints]
        self._planned = (size, passes)
        return passes

    def _paint_pass(self, planned: FastPass, pixels: Pixels) -> Pixels:
        engine = shared_engine(planned.style.network, self._fast, self._device)
        key = (planned.style.network.folder, planned.style.name, planned.strength)
        if key not in self._rows:
            self._rows[key] = planned.style.row(planned.strength)
        row = self._rows[key]
        warmed = (planned.style.network.folder, planned.paint_size(pixels.shape[:2]))
        if warmed not in self._warm:
            # All frames, the first too, are painted by the same graph: a film that is taken
            # up again is then the same to the bit.
            self._warm.add(warmed)
            for _ in range(WARM_UP):
                paint_pass(planned, pixels, engine, self.style.controls, row=row)
        painted = paint_pass(planned, pixels, engine, self.style.controls, row=row)
        return np.asarray(painted, np.uint8)
