import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from impasto.errors import OptionError, ShapeError
from impasto.losses.laplacian import laplacian, laplacian_loss

KERNEL = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=float)


def reference(image: np.ndarray) -> np.ndarray:
    """Equation (5) by SciPy's convolution, without the frame."""
    return np.stack([[convolve(channel, KERNEL)[1:-1, 1:-1] for channel in item] for item in image])


def pooled(image: np.ndarray, side: int) -> np.ndarray:
    b, c, h, w = image.shape
    cut = image[:, :, : h // side * side, : w // side * side]
    return cut.reshape(b, c, h // side, side, w // side, side).mean(axis=(3, 5))


@pytest.mark.parametrize("pooling", [1, 2, 4])
def test_equals_equation_5(pooling: int) -> None:
    image = torch.rand(2, 3, 17, 22, dtype=torch.float64)
    expected = reference(pooled(image.numpy(), pooling))
    np.testing.assert_allclose(laplacian(image, pooling=pooling), expected, atol=1e-12)


def test_loss_equals_equation_6() -> None:
    one, two = (torch.rand(1, 3, 9, 8, dtype=torch.float64) for _ in range(2))
    expected = np.mean((reference(one.numpy()) - reference(two.numpy())) ** 2)
    assert laplacian_loss(one, two).item() == pytest.approx(expected, rel=1e-10)


def test_ramp_has_no_laplacian() -> None:
    ramp = torch.arange(8.0).expand(1, 3, 8, 8)
    assert laplacian(ramp).abs().max() == 0


def test_gradient() -> None:
    one = torch.rand(1, 2, 8, 8, dtype=torch.float64, requires_grad=True)
    two = torch.rand(1, 2, 8, 8, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: laplacian_loss(x, two, pooling=2), one)


def test_bad_input() -> None:
    with pytest.raises(ShapeError, match="expected one shape"):
        laplacian_loss(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 9))
    with pytest.raises(OptionError, match="use a smaller one"):
        laplacian(torch.zeros(1, 3, 8, 8), pooling=4)
    with pytest.raises(OptionError, match="expected 1 or more"):
        laplacian(torch.zeros(1, 3, 8, 8), pooling=0)
