import numpy as np
import pytest
import torch

from impasto.losses.total_variation import total_variation


def reference(image: np.ndarray) -> float:
    """Equation (4), in float64."""
    _, _, height, width = image.shape
    vertical = np.abs(np.diff(image, axis=2)).sum()
    horizontal = np.abs(np.diff(image, axis=3)).sum()
    return float(vertical + horizontal) / (2 * height * width)


def test_equals_equation_4() -> None:
    image = torch.rand(1, 3, 7, 9, dtype=torch.float64)
    assert total_variation(image).item() == pytest.approx(reference(image.numpy()), rel=1e-12)


def test_flat_image_has_none() -> None:
    assert total_variation(torch.full((2, 3, 5, 5), 0.3)).item() == 0


def test_gradient() -> None:
    image = torch.rand(1, 2, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(total_variation, image)


def test_a_mask_weighs_differences_by_their_two_pixels() -> None:
    image, mask = torch.rand(2, 3, 5, 7).double(), torch.rand(2, 1, 5, 7).double()
    expected = 0.0
    for b in range(2):
        for i in range(5):
            for j in range(7):
                here = mask[b, 0, i, j]
                if i < 4:
                    weight = (here + mask[b, 0, i + 1, j]) / 2
                    expected += float(
                        weight * (image[b, :, i + 1, j] - image[b, :, i, j]).abs().sum()
                    )
                if j < 6:
                    weight = (here + mask[b, 0, i, j + 1]) / 2
                    expected += float(
                        weight * (image[b, :, i, j + 1] - image[b, :, i, j]).abs().sum()
                    )
    assert total_variation(image, mask).item() == pytest.approx(expected / (2 * 5 * 7 * 2))
    torch.testing.assert_close(
        total_variation(image, torch.ones_like(mask)), total_variation(image)
    )
