from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates


@pytest.fixture
def texture() -> Callable[..., np.ndarray]:
    """Makes a photograph-like texture (H, W, 3) uint8, different for each seed."""

    def make(height: int = 96, width: int = 128, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        noise = rng.random((height, width, 3))
        smooth = sum(gaussian_filter(noise, (s, s, 0)) * s for s in (1.5, 3, 6))
        low, high = smooth.min(), smooth.max()
        return np.rint(255 * (smooth - low) / (high - low)).astype(np.uint8)

    return make


@pytest.fixture
def moved() -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Moves an image by SciPy's splines in float64: result(x) = image(x + flow(x))."""

    def move(image: np.ndarray, flow: np.ndarray, order: int = 1) -> np.ndarray:
        height, width = flow.shape[:2]
        y, x = np.mgrid[:height, :width].astype(float)
        places = [y + flow[..., 1], x + flow[..., 0]]
        channels = [
            map_coordinates(channel.astype(float), places, order=order, mode="nearest")
            for channel in np.moveaxis(image, -1, 0)
        ]
        return np.stack(channels, axis=-1)

    return move


@pytest.fixture
def swirl() -> Callable[..., np.ndarray]:
    """Makes an affine flow (H, W, 2): a turn, a zoom and a shift about the middle."""

    def make(
        height: int = 96, width: int = 128, *, turn: float = 0.03, zoom: float = 0.02
    ) -> np.ndarray:
        y, x = np.mgrid[:height, :width].astype(float)
        x, y = x - width / 2, y - height / 2
        flow = np.stack([zoom * x - turn * y + 1.7, turn * x + zoom * y - 0.6], axis=-1)
        return flow.astype(np.float32)

    return make
