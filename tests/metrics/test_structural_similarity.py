from collections.abc import Callable

import pytest
import torch
from skimage.metrics import structural_similarity as oracle

from impasto.errors import ShapeError
from impasto.metrics.structural_similarity import structural_similarity

Make = Callable[..., torch.Tensor]
LUMA = torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)


def test_equals_scikit_image_on_luminance(smooth_image: Make) -> None:
    one, two = smooth_image(seed=1), smooth_image(seed=2)
    grey = [((picture[0] * LUMA).sum(0)).numpy() for picture in (one, two)]
    expected = oracle(
        *grey, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert structural_similarity(one, two) == pytest.approx(expected, abs=1e-3)


def test_identical_images_score_one(smooth_image: Make) -> None:
    assert structural_similarity(smooth_image(), smooth_image()) == pytest.approx(1)


def test_refuses_other_sizes(smooth_image: Make) -> None:
    with pytest.raises(ShapeError, match="expected one shape"):
        structural_similarity(smooth_image(32, 32), smooth_image(48, 48))
