"""Pigments: colours by hex code, ramps between them, and the jitter of a palette knife."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def pigment(code: str) -> Array:
    """Turn ``'#1f3c88'`` into three sRGB numbers in [0, 1]."""
    digits = code.lstrip("#")
    return np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def palette(*codes: str) -> Array:
    """Stack hex codes to (N, 3)."""
    return np.stack([pigment(code) for code in codes])


def ramp(colours: Array, position: Array) -> Array:
    """Interpolate along a row of colours.

    Args:    colours: (N, 3), evenly spaced from 0 to 1; position: any shape, clipped to [0, 1].
    Returns: position.shape + (3,).
    """
    place = np.clip(position, 0, 1) * (len(colours) - 1)
    lower = np.minimum(place.astype(np.int64), len(colours) - 2)
    share = (place - lower)[..., None]
    mixed: Array = (colours[lower] * (1 - share) + colours[lower + 1] * share).astype(np.float32)
    return mixed


def pick(colours: Array, count: int, rng: np.random.Generator) -> Array:
    """Draw `count` colours at random, (count, 3)."""
    return colours[rng.integers(len(colours), size=count)]


def jitter(colours: Array, amount: float, rng: np.random.Generator) -> Array:
    """Vary each colour in lightness, and half as much in every channel, as hand mixing does."""
    count = len(colours)
    lightness = rng.normal(0, amount, (count, 1))
    hue = rng.normal(0, amount / 2, (count, 3))
    return np.clip(colours + lightness + hue, 0, 1).astype(np.float32)


def smoothstep(low: float, high: float, value: Array) -> Array:
    """Rise from 0 at `low` to 1 at `high` with flat ends."""
    t = np.clip((value - low) / (high - low), 0, 1)
    result: Array = (t * t * (3 - 2 * t)).astype(np.float32)
    return result
