import numpy as np
import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.outliers import outlier_loss


def test_against_numpy() -> None:
    features = torch.randn(2, 3, 9, 11, dtype=torch.float64, generator=torch.manual_seed(0))
    features[1, 2, 4, 5] = 30
    values = features.numpy().reshape(6, -1)
    deviations = (values - values.mean(1, keepdims=True)) / np.sqrt(
        values.var(1, keepdims=True) + 1e-5
    )
    expected = np.square(np.clip(np.abs(deviations) - 3, 0, None)).mean()
    assert expected > 0.05
    assert float(outlier_loss(features, limit=3.0)) == pytest.approx(expected, rel=1e-4)


def test_what_stays_within_the_limit_is_free() -> None:
    checkerboard = torch.ones(1, 1, 8, 8)
    checkerboard[..., ::2, ::2] = -1
    assert float(outlier_loss(1e3 * checkerboard)) == 0


def test_a_spike_is_pushed_down() -> None:
    features = torch.randn(1, 2, 16, 16, generator=torch.manual_seed(0))
    features[0, 0, 3, 4] = 40
    features.requires_grad_()
    outlier_loss(features).backward()
    assert features.grad is not None
    assert features.grad.abs().argmax() == 3 * 16 + 4
    assert features.grad[0, 0, 3, 4] > 0
    assert not features.grad[0, 1].any()


def test_wrong_shape() -> None:
    with pytest.raises(ShapeError):
        outlier_loss(torch.zeros(2, 3))
