"""One network ready to paint live: its engine, its rows, and the way between two styles."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impasto.stylizers.fast import FADED_BELOW, shared_engine
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.options import FastOptions
from impasto.weights.style_networks import IDENTITY, StyleNetwork

if TYPE_CHECKING:
    from impasto.runtime.protocol import Engine, Pixels

Mixture = npt.NDArray[np.float32]
Size = tuple[int, int]

GLIDE_S = 0.12
"""Time in which a mixture comes nearer to another by a factor of e."""

ARRIVED = 0.004
WARM_UP_TIMES = 3
"""An engine compiles a graph for a size when that comes the third time."""


class Brush:
    """Paints with one network by a mixture of its rows.

    A mixture has a share for the identity and each style, in the order of :attr:`names`; the
    shares sum to 1.

    Args:
        network: The network.
        options: What runs it.

    Raises:
        ImpastoError: if the engine is not to be had, or the network is damaged.
    """

    def __init__(self, network: StyleNetwork, options: FastOptions) -> None:
        self.network = network
        self.engine: Engine = shared_engine(network, options)
        self.names = (IDENTITY, *network.style_names)
        self._table: Mixture | None = None
        if network.rows:
            rows = [network.row({name: 1.0}) for name in self.names]
            self._table = np.concatenate(rows).astype(np.float32)

    def mixture(self, style: FastStyle, strength: float) -> Mixture:
        """(1 − s) · identity + s · style."""
        shares = {name: strength * share for name, share in style.weights.items()}
        shares[IDENTITY] = 1 - strength
        return np.array([shares.get(name, 0.0) for name in self.names], np.float32)

    def only(self, name: str) -> Mixture:
        """One style, and nothing of any other."""
        return np.array([float(each == name) for each in self.names], np.float32)

    def paint(self, pixels: Pixels, mixture: Mixture) -> Pixels:
        """Pixels (H, W, 3) uint8 painted by a mixture; as they are where that is the identity.

        As in :mod:`~impasto.stylizers.fast`, the photograph itself is faded in below half of
        the strength, and throughout where the network has one style only.
        """
        strength = 1 - float(mixture[0])
        share = min(1.0, strength / FADED_BELOW) if self._table is not None else min(1.0, strength)
        if share <= 0:
            return pixels
        row = None if self._table is None else (mixture[None] @ self._table).astype(np.float32)
        painted = self.engine.stylize(pixels, row)
        return painted if share == 1 else dissolve(pixels, painted, share)

    def warm_up(self, sizes: Iterable[Size]) -> None:
        """Paint each size until its graph is compiled, so that none comes with a hitch later."""
        first_style = self.only(self.names[1])
        for size in sizes:
            blank = np.full((*size, 3), 128, np.uint8)
            for _ in range(WARM_UP_TIMES):
                self.paint(blank, first_style)


def glide(now: Mixture, target: Mixture, elapsed_s: float) -> Mixture:
    """A mixture on its way to another, so that styles change without a jump.

    Args:
        now: Where it is.
        target: Where it goes; reached at last, exactly.
        elapsed_s: Since the last step.

    Example:
        >>> round(float(glide(np.zeros(1), np.ones(1), GLIDE_S)[0]), 3)
        0.632
    """
    nearer = now + (target - now) * np.float32(1 - math.exp(-elapsed_s / GLIDE_S))
    return target if np.abs(nearer - target).max() < ARRIVED else nearer.astype(np.float32)


def dissolve(below: Pixels, above: Pixels, share: float) -> Pixels:
    """(1 − share) · below + share · above, rounded; (H, W, 3) uint8 of one size."""
    import cv2

    return np.asarray(cv2.addWeighted(above, share, below, 1 - share, 0.0), np.uint8)
