from collections.abc import Callable

import pytest
import torch

from impasto.losses.laplacian import laplacian_loss
from impasto.metrics.edge_agreement import laplacian_distance

Make = Callable[..., torch.Tensor]


def test_is_equation_6(smooth_image: Make) -> None:
    one, two = smooth_image(seed=1), smooth_image(seed=2)
    assert laplacian_distance(one, two) == pytest.approx(laplacian_loss(one, two).item())
    assert laplacian_distance(one, one) == 0


def test_blur_loses_edges(smooth_image: Make) -> None:
    image = smooth_image()
    blurred = torch.nn.functional.avg_pool2d(image, 5, 1, 2, count_include_pad=False)
    slightly = 0.8 * image + 0.2 * blurred
    assert laplacian_distance(blurred, image) > laplacian_distance(slightly, image)
