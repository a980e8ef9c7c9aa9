import struct

import numpy as np
import pytest

from impasto.video.display_matrix import Turn, turn_of


def matrix(a: float, b: float, c: float, d: float) -> bytes:
    values = [a, b, 0, c, d, 0, 0, 0, 16_384]
    return struct.pack("=9i", *(round(value * 65_536) for value in values))


def shown(pixels: np.ndarray, a: int, b: int, c: int, d: int) -> np.ndarray:
    """What the definition of the matrix says: where every stored point goes."""
    points = [(a * p + c * q, b * p + d * q) for q, p in np.ndindex(pixels.shape[:2])]
    left, top = np.min(points, axis=0)
    width, height = np.ptp(points, axis=0) + 1
    result = np.zeros((height, width, 3), np.uint8)
    for (q, p), (x, y) in zip(np.ndindex(pixels.shape[:2]), points, strict=True):
        result[y - top, x - left] = pixels[q, p]
    return result


@pytest.mark.parametrize("numbers", [
    (1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
    (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0),
])  # fmt: skip
def test_each_of_the_eight_ways_is_what_the_definition_says(numbers: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (2, 3, 3), np.uint8)
    turn = turn_of(matrix(*numbers))
    expected = shown(pixels, *numbers)
    assert np.array_equal(turn.apply(pixels), expected)
    assert turn.size((2, 3)) == expected.shape[:2]


def test_a_slanted_film_is_turned_to_the_nearest_quarter() -> None:
    assert turn_of(matrix(0.99, 0.1, -0.1, 0.99)) == Turn()
