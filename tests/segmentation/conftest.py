import numpy as np
import pytest

from impasto.image.picture import Picture
from impasto.segmentation.click import ClickEmbedding, ClickSegmenter

DISC = (100.0, 60.0)
RADIUS = 35.0


def disc_mask() -> np.ndarray:
    rows, columns = np.indices((120, 160))
    return np.hypot(columns - DISC[0], rows - DISC[1]) <= RADIUS


def disc_picture() -> Picture:
    noise = np.random.default_rng(0).normal(0, 6, (120, 160, 3))
    colour = np.where(disc_mask()[..., None], (200, 60, 40), (60, 110, 160))
    return Picture(pixels=np.clip(colour + noise, 0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def picture() -> Picture:
    return disc_picture()


@pytest.fixture(scope="session")
def disc() -> np.ndarray:
    return disc_mask()


@pytest.fixture(scope="session")
def embedding(picture: Picture) -> ClickEmbedding:
    return ClickSegmenter().embed(picture)
