"""How a live picture is kept from flickering: not at all, by its network, or by optical flow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Literal, get_args

from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.flow.stabilization import FlowStabilizer
from impasto.live.brush import Brush
from impasto.live.look import Look
from impasto.live.painter import LivePainter
from impasto.stylizers.options import FastOptions
from impasto.weights.style_networks import StyleNetwork, stable_twin

Stability = Literal["auto", "off", "trained", "flow"]
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
        stability: ``trained`` takes the twin of a network that was trained to be steady, ``auto``
            does where there is one; ``flow`` carries every painting over to the next frame;
            ``off`` paints each frame by itself.
        look: What to begin with.
        on_change: Called when a network was opened, or could not be.

    Raises:
        OptionError: if there is no such stability.
        UnknownNameError: if ``trained`` is asked for and the network has no twin.
        ImpastoError: if the look's style is not to be had.
    """
    if stability not in STABILITIES:
        raise OptionError(
            f"stability: expected one of {', '.join(STABILITIES)}, got {stability!r}."
        )

    def open_brush(network: StyleNetwork) -> Brush:
        return Brush(_steady_network(network, stability), options)

    steady = FlowStabilizer().stabilize if stability == "flow" else None
    return LivePainter(look, open_brush, steady=steady, on_change=on_change)


def _steady_network(network: StyleNetwork, stability: Stability) -> StyleNetwork:
    """The network that paints: the twin where one is wanted and there."""
    if stability == "trained":
        return stable_twin(network)
    if stability == "auto":
        with contextlib.suppress(UnknownNameError):
            return stable_twin(network)
    return network
