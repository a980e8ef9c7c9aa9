import pytest
import torch

from impasto.errors import ShapeError
from impasto.networks.channel_moments import EPSILON, channel_moments


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_values_are_those_of_torch(layout: torch.memory_format) -> None:
    features = torch.randn(2, 5, 7, 9).mul(3).add(1).to(memory_format=layout)
    mean, deviation = channel_moments(features)
    variance, expected = torch.var_mean(features.double(), (2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(mean, expected.float())
    torch.testing.assert_close(deviation, (variance + EPSILON).sqrt().float())


def test_gradient() -> None:
    features = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(channel_moments, features)


def test_half_precision_is_summed_in_float32() -> None:
    features = torch.rand(1, 2, 64, 64).bfloat16()
    mean, deviation = channel_moments(features)
    assert mean.dtype == deviation.dtype == torch.float32
    torch.testing.assert_close(mean.flatten(), features.float().mean((0, 2, 3)))


def test_a_constant_channel_has_no_spread() -> None:
    _, deviation = channel_moments(torch.full((1, 1, 8, 8), 3.3))
    assert float(deviation) < 0.02


def test_shape_is_checked() -> None:
    with pytest.raises(ShapeError, match=r"expected \(B, C, H, W\)"):
        channel_moments(torch.zeros(3, 4, 4))
