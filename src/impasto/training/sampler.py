"""What each step sees, from seed and step alone, so that a resumed run sees the same."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

IDENTITY_ROW = 0
IDENTITY_EVERY = 4
"""With one style, every fourth step shows the identity once."""

_PHOTOS, _CROPS, _ROWS, _NOISE = range(4)


def photo_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """(count,) numbers of the photographs in the order of one epoch."""
    return np.random.default_rng((seed, _PHOTOS, epoch)).permutation(count)


def crop_generator(seed: int, index: int) -> np.random.Generator:
    """The generator of the crop of the index-th photograph shown, from 0."""
    return np.random.default_rng((seed, _CROPS, index))


def noise_seed(seed: int, index: int) -> int:
    """A seed for what else is random: motion and noise of the index-th image or probe."""
    return int(np.random.default_rng((seed, _NOISE, index)).integers(2**62))


def rows_of_step(seed: int, step: int, *, styles: int, batch_size: int) -> list[int]:
    """The row each image of a step is painted with.

    Rows are dealt from a shuffled deck of all rows, so that each comes equally often. With
    one style, all get it, but for one identity every fourth step.

    Args:
        seed: The recipe's.
        step: Steps done before this one.
        styles: Number of styles; rows are 0, the identity, to this number.
        batch_size: Images a step, over all processes.
    """
    if styles == 1:
        rows = [1] * batch_size
        if step % IDENTITY_EVERY == 0:
            rows[0] = IDENTITY_ROW
        return rows
    first = step * batch_size
    return [_dealt(seed, styles + 1, index) for index in range(first, first + batch_size)]


def _dealt(seed: int, rows: int, index: int) -> int:
    return int(_deck(seed, rows, index // rows)[index % rows])


@lru_cache(maxsize=4)
def _deck(seed: int, rows: int, number: int) -> np.ndarray:
    return np.random.default_rng((seed, _ROWS, number)).permutation(rows)
