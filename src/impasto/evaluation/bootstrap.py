"""Confidence intervals by resampling: photographs and styles as wholes, or pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError

Floats = npt.NDArray[np.float64]
PairName = tuple[str, str]

DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean and where it may lie.

    Attributes:
        mean: Over the pairs there are.
        low: Lower end of the interval.
        high: Upper end.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampling:
    """How often each pair counts in each draw; the same for all methods and measures.

    Attributes:
        pairs: Photograph and style, by name.
        weights: (draws, pairs), whole numbers.
    """

    pairs: tuple[PairName, ...]
    weights: Floats

    def means(self, values: Mapping[PairName, float]) -> Floats:
        """The mean of some pairs' values in each draw; ``nan`` where none of them was drawn."""
        chosen = [index for index, pair in enumerate(self.pairs) if pair in values]
        weights = self.weights[:, chosen]
        given = np.array([values[self.pairs[index]] for index in chosen], np.float64)
        total = weights.sum(1)
        with np.errstate(invalid="ignore"):
            found: Floats = weights @ given / np.where(total > 0, total, np.nan)
        return found

    def interval(self, values: Mapping[PairName, float], level: float = LEVEL) -> Interval:
        """Mean and percentile interval of some pairs' values."""
        means = self.means(values)
        tail = 50 * (1 - level)
        low, high = np.nanpercentile(means, [tail, 100 - tail])
        mean = sum(values.values()) / len(values)
        return Interval(mean=mean, low=float(low), high=float(high))


def resample_pairs(pairs: Sequence[PairName], *, draws: int = DRAWS, seed: int = 0) -> Resampling:
    """Draw pairs with replacement, as if each were independent of the others.

    Raises:
        OptionError: if there are none, or no draws.

    Source: Efron 1979.
    """
    _check(pairs, draws)
    generator = np.random.default_rng(seed)
    counts = generator.multinomial(len(pairs), [1 / len(pairs)] * len(pairs), size=draws)
    return Resampling(pairs=tuple(pairs), weights=counts.astype(np.float64))


def resample_crossed(pairs: Sequence[PairName], *, draws: int = DRAWS, seed: int = 0) -> Resampling:
    """Draw photographs and styles with replacement; a pair counts as often as both together.

    Twenty photographs in twenty styles are not four hundred independent pairs: a style that is
    hard is hard for all photographs. These intervals are wider, and mean other photographs and
    other styles of the same kind.

    Raises:
        OptionError: if there are none, or no draws.

    Source: Owen 2007, the pigeonhole bootstrap.
    """
    _check(pairs, draws)
    generator = np.random.default_rng(seed)
    counts = []
    for side in (0, 1):
        names = sorted({pair[side] for pair in pairs})
        drawn = generator.multinomial(len(names), [1 / len(names)] * len(names), size=draws)
        places = [names.index(pair[side]) for pair in pairs]
        counts.append(drawn[:, places])
    return Resampling(pairs=tuple(pairs), weights=(counts[0] * counts[1]).astype(np.float64))


def share_best(means: Mapping[str, Floats], *, lower: bool) -> dict[str, float]:
    """In which part of the draws each is the best of all.

    Args:
        means: For each name its mean in every draw, from one resampling.
        lower: Whether lower is better.
    """
    names = list(means)
    stacked: Any = np.stack([means[name] if lower else -means[name] for name in names])
    usable = stacked[:, ~np.isnan(stacked).any(0)]
    if not usable.shape[1]:
        return dict.fromkeys(names, float("nan"))
    winners = np.bincount(usable.argmin(0), minlength=len(names)) / usable.shape[1]
    return dict(zip(names, winners.tolist(), strict=True))


def _check(pairs: Sequence[PairName], draws: int) -> None:
    if not pairs or draws < 1:
        raise OptionError(
            f"bootstrap: expected a pair and a draw at least, got {len(pairs)} and {draws}."
        )
