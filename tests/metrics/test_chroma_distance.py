import numpy as np
import pytest
import torch
from skimage.color import rgb2yiq

from impasto.errors import ShapeError
from impasto.metrics.chroma_distance import chroma_distance


def test_scikit_image_agrees() -> None:
    image, other = torch.rand(2, 3, 9, 11, generator=torch.Generator().manual_seed(0))
    difference = rgb2yiq(image.permute(1, 2, 0).numpy()) - rgb2yiq(other.permute(1, 2, 0).numpy())
    expected = float(np.sqrt((difference[..., 1:] ** 2).mean()))
    assert chroma_distance(image[None], other[None]) == pytest.approx(expected, rel=1e-4)


def test_brightness_does_not_count() -> None:
    image = 0.2 + 0.5 * torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert chroma_distance(image + 0.2, image) == pytest.approx(0, abs=1e-6)
    assert chroma_distance(image.flip(1), image) > 0.05


def test_sizes_must_be_the_same() -> None:
    with pytest.raises(ShapeError, match="one shape"):
        chroma_distance(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 9))
