"""Steering each style's weight so that the photograph stays as readable in all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

FIRST_STEP = 150
"""Before it, content distances say more about the start than about the weights."""
SMALLEST, LARGEST = 0.3, 60.0


class StyleBalance:
    """The weight of each style, raised while the content distance is below its target.

    The best weight differs by a factor of thirty between styles; the content distance that
    looks right hardly differs. So the distance is given, and the weight follows, as the
    multiplier of a constraint does in dual ascent: log w += rate · (target − distance).

    Args:
        weights: Each style's weight at first.
        targets: Each style's content distance to steer to; 0 leaves its weight alone.
        rate: How fast.
    """

    def __init__(self, weights: Sequence[float], targets: Sequence[float], *, rate: float) -> None:
        self._logarithms = [math.log(weight) if weight else -math.inf for weight in weights]
        self._targets = list(targets)
        self._rate = rate

    @property
    def weights(self) -> list[float]:
        """The weight of each style now."""
        return [math.exp(value) for value in self._logarithms]

    def update(self, step: int, styles: Sequence[int], distances: Sequence[float]) -> None:
        """Steer by what a step has shown.

        Args:
            step: Steps done before this one.
            styles: The style of each image, from 0.
            distances: Its content distance.
        """
        if step <= FIRST_STEP:
            return
        for style, distance in zip(styles, distances, strict=True):
            target = self._targets[style]
            if target and math.isfinite(distance):
                moved = self._logarithms[style] + self._rate * (target - distance)
                bounded = min(max(moved, math.log(SMALLEST)), math.log(LARGEST))
                self._logarithms[style] = bounded

    def state(self) -> list[float]:
        """What a checkpoint keeps: the logarithm of each weight."""
        return list(self._logarithms)

    def restore(self, state: Sequence[float]) -> None:
        """Go on from what :meth:`state` gave."""
        self._logarithms = list(state)
