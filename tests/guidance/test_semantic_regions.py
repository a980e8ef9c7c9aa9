import numpy as np
import pytest

from impasto.guidance.semantic_regions import (
    LEAST_PART,
    MOST_REGIONS,
    described,
    known_regions,
    semantic_regions,
)
from impasto.image.picture import Picture


def flag() -> Picture:
    """Blue above, green below, and a red square too small to be a region."""
    pixels = np.empty((64, 96, 3), np.uint8)
    pixels[:32], pixels[32:] = (30, 90, 220), (40, 160, 50)
    pixels[4:10, 4:10] = (230, 30, 20)
    noise = np.random.default_rng(0).integers(-6, 7, pixels.shape)
    return Picture(pixels=(pixels + noise).clip(0, 255).astype(np.uint8))


@pytest.mark.slow
def test_a_picture_falls_into_regions_along_its_borders() -> None:
    found = known_regions(flag())
    assert 2 <= len(found) <= MOST_REGIONS
    assert found.labels.shape == (64, 96)
    assert found.areas.sum() == pytest.approx(1)
    assert found.areas.min() >= 0.5 * LEAST_PART
    upper, lower = set(found.labels[:28].ravel()), set(found.labels[36:].ravel())
    assert not upper & lower
    assert found.features.shape == (len(found), 512)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(16, 16), (16, 200)])
def test_a_single_colour_of_any_size_has_regions(size: tuple[int, int]) -> None:
    flat = Picture(pixels=np.full((*size, 3), 120, np.uint8))
    found = semantic_regions(flat)
    assert len(found) >= 1
    np.testing.assert_allclose(found.colors, 120 / 255, atol=1e-3)


def test_means_are_of_each_region_alone() -> None:
    picture = flag()
    labels = np.zeros((64, 96), np.int64)
    labels[32:] = 1
    found = described(picture, labels)
    expected = [picture.pixels[labels == number].mean(axis=0) / 255 for number in (0, 1)]
    np.testing.assert_allclose(found.colors, expected, atol=2e-3)
    assert (found.features[0] != found.features[1]).any()
