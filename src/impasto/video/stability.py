"""Films that do not flicker: networks trained for it, or the last frame moved by optical flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from impasto.errors import OptionError, UnknownNameError
from impasto.flow.scene_cuts import CutState
from impasto.flow.stabilization import FlowStabilizer, StabilizerState
from impasto.guidance.controls import StyleUse
from impasto.stylizers.catalog import get_method
from impasto.stylizers.fast_style import FastStyle
from impasto.video.frame_painter import FramePainter, PainterState
from impasto.video.painters import FrameStyle
from impasto.weights.style_networks import stable_twin

if TYPE_CHECKING:
    from impasto.video.frame import Pixels

Stability = Literal["auto", "off", "trained", "flow"]
STABILITIES: tuple[Stability, ...] = get_args(Stability)
STABILITY_HELP = (
    "How flicker is kept out: trained (a network trained for films), flow (the last frame, "
    "moved along), or off. Default: trained where there is such a network, flow for methods "
    "that optimise, else off."
)


def choose_stability(style: FrameStyle, asked: str) -> str:
    """``off``, ``trained`` or ``flow``, of what was asked for.

    Args:
        style: What is painted.
        asked: One of :data:`STABILITIES`; ``auto`` for ``trained`` where that can be had,
            ``flow`` for a method that optimises, else ``off``.

    Raises:
        OptionError: if it is none of these, or ``trained`` is asked of a method or of a
            network that has no such twin.
    """
    if asked not in STABILITIES:
        raise OptionError(f"stability: expected one of {', '.join(STABILITIES)}, got {asked!r}.")
    if asked == "auto" and get_method(style.method).kind == "optimized":
        return "flow"
    if asked not in ("auto", "trained"):
        return asked
    try:
        stable_style(style)
    except OptionError:
        if asked == "trained":
            raise
        return "off"
    return "trained"


def stable_style(style: FrameStyle) -> FrameStyle:
    """The same styles, painted by the twins of their networks that were trained for films.

    Raises:
        OptionError: if a style is not of a network, or its network has no twin.
    """
    return replace(style, uses=tuple(_stable_use(use, style.method) for use in style.uses))


class FlowPainter:
    """Holds the frames of another painter still, by optical flow.

    Args:
        painter: Paints each frame by itself.
        stabilizer: Blends it with the last result, moved.
    """

    def __init__(self, painter: FramePainter, stabilizer: FlowStabilizer | None = None) -> None:
        self._painter, self._stabilizer = painter, stabilizer or FlowStabilizer()

    def paint(self, pixels: Pixels, *, index: int, time: Fraction) -> Pixels:
        """Paint a frame; see :class:`~impasto.video.frame_painter.FramePainter`."""
        painted = self._painter.paint(pixels, index=index, time=time)
        return self._stabilizer.stabilize(pixels, painted)

    def reset(self) -> None:
        """Forget the frames before."""
        self._painter.reset()
        self._stabilizer.reset()

    def state(self) -> PainterState:
        """The last frame and its painting, and what the other painter remembers."""
        state = self._stabilizer.state
        held: dict[str, Any] = {
            "frame": state.frame,
            "result": state.result,
            "thumbnail": state.cuts.thumbnail,
            "usual_change": np.array(state.cuts.usual_change),
        }
        found = {f"flow.{name}": array for name, array in held.items() if array is not None}
        return {**found, **self._painter.state()}

    def restore(self, state: PainterState) -> None:
        """Put back what :meth:`state` gave."""
        held = _part(state, "flow.")
        self._stabilizer.state = StabilizerState(
            frame=held.get("frame"),
            result=held.get("result"),
            cuts=CutState(
                thumbnail=held.get("thumbnail"),
                usual_change=float(held.get("usual_change", 0.0)),
            ),
        )
        self._painter.restore(
            {name: array for name, array in state.items() if not name.startswith("flow.")}
        )


def _part(state: PainterState, prefix: str) -> Mapping[str, Any]:
    return {
        name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)
    }


def _stable_use(use: StyleUse, method: str) -> StyleUse:
    if not isinstance(use.style, FastStyle):
        raise OptionError(
            f"stability: trained is of the networks of method 'fast', got method {method!r}; "
            "use flow."
        )
    try:
        twin = stable_twin(use.style.network)
    except UnknownNameError as error:
        raise OptionError(f"stability: {error}") from error
    return replace(use, style=FastStyle(network=twin, weights=use.style.weights))
