"""Coarse-to-fine schedules: which sizes, and how many steps at each."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.errors import OptionError
from impasto.image.contract import MIN_SIDE_PX

Size = tuple[int, int]

COARSEST_SIDE_PX = 88
"""Automatic pyramids stop before their shorter side gets smaller than this."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One size (H, W) of a pyramid and the number of steps at it."""

    size: Size
    iterations: int


def pyramid(size: Size, *, iterations: int, levels: int | None = None) -> tuple[Level, ...]:
    """Plan a coarse-to-fine optimisation.

    Each level has half the side of the next and twice its steps: large shapes are made
    where a step costs little, and the full size only revises.

    Args:
        size: (H, W) of the finest level.
        iterations: Steps over all levels.
        levels: Number of levels; ``None`` for as many as keep the shorter side at
            :data:`COARSEST_SIDE_PX` or more. 1 is a plain single-size optimisation.

    Returns:
        Levels from coarse to fine, whose iterations sum to ``iterations``.

    Raises:
        OptionError: if there are more levels than the size or the iterations allow.

    Example:
        >>> [(level.size, level.iterations) for level in pyramid((512, 512), iterations=70)]
        [((128, 128), 40), ((256, 256), 20), ((512, 512), 10)]
    """
    count = levels if levels is not None else automatic_levels(size, iterations)
    if count < 1 or min(size) // 2 ** (count - 1) < MIN_SIDE_PX or iterations < count:
        raise OptionError(
            f"levels: {count} levels do not suit {size[1]}x{size[0]} px and {iterations} "
            f"iterations; the coarsest side must be {MIN_SIDE_PX} px or more and every level "
            "needs an iteration. Use fewer levels."
        )
    shares = [2**level for level in range(count)]
    steps = [max(1, round(iterations * share / sum(shares))) for share in shares]
    steps[-1] += iterations - sum(steps)
    return tuple(
        Level(
            size=(max(1, round(size[0] / 2**level)), max(1, round(size[1] / 2**level))),
            iterations=steps[level],
        )
        for level in reversed(range(count))
    )


def automatic_levels(size: Size, iterations: int) -> int:
    """Number of levels a pyramid gets when none is asked for."""
    count = 1
    while min(size) / 2**count >= COARSEST_SIDE_PX and iterations >= 2 ** (count + 1):
        count += 1
    return count
