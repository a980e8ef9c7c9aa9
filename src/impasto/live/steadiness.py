"""How a live picture is kept from flickering: not at all, by its network, or by optical flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from impasto.errors import ImpastoError, OptionError
from impasto.flow.stabilization import FlowStabilizer
from impasto.live.brush import Brush
from impasto.live.look import Look
from impasto.live.painter import LivePainter
from impasto.stylizers.options import FastOptions
from impasto.weights.style_networks import StyleNetwork

Stability = Literal["off", "trained", "flow"]
STABILITIES: tuple[Stability, ...] = get_args(Stability)


def make_painter(
    options: FastOptions,
    stability: Stability,
    look: Look,
    on_change: Callable[[ImpastoError | None], None] = lambda _error: None,
) -> LivePainter:
    """What paints a live picture.

    Args:
        options: What runs the networks.
        stability: ``trained`` takes the twin of a network that was trained to be steady, where
            there is one; ``flow`` carries every painting over to the next frame.
        look: What to begin with.
        on_change: Called when a network was opened, or could not be.

    Raises:
        OptionError: if there is no such stability.
        ImpastoError: if the look's style is not to be had.
    """
    if stability not in STABILITIES:
        raise OptionError(
            f"stability: expected one of {', '.join(STABILITIES)}, got {stability!r}."
        )

    def open_brush(network: StyleNetwork) -> Brush:
        return Brush(network, options)

    steady = FlowStabilizer().stabilize if stability == "flow" else None
    return LivePainter(look, open_brush, steady=steady, on_change=on_change)
