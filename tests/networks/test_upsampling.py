import torch
from torch.nn import functional as F

from impasto.networks.upsampling import BilinearDoubling


def doubling(ins: int = 3, outs: int = 2) -> BilinearDoubling:
    torch.manual_seed(0)
    return BilinearDoubling(ins, outs).double()


def oracle(layer: BilinearDoubling, features: torch.Tensor) -> torch.Tensor:
    doubled = F.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)
    return F.conv2d(doubled, layer.conv.weight, layer.conv.bias, padding=1)


def test_inside_it_is_bilinear_doubling_and_convolution() -> None:
    layer, features = doubling(), torch.randn(2, 3, 6, 9, dtype=torch.float64)
    found, expected = layer(features), oracle(layer, features)
    assert found.shape == expected.shape == (2, 2, 12, 18)
    inside = (..., slice(2, -2), slice(2, -2))
    torch.testing.assert_close(found[inside], expected[inside], atol=1e-6, rtol=0)


def test_at_the_border_it_is_that_of_the_mirrored_image() -> None:
    layer, features = doubling(), torch.randn(1, 3, 5, 7, dtype=torch.float64)
    wide = F.pad(features, (2, 2, 2, 2), mode="reflect")
    expected = oracle(layer, wide)[..., 4:-4, 4:-4]
    torch.testing.assert_close(layer(features), expected, atol=1e-6, rtol=0)


def test_a_constant_stays_constant() -> None:
    layer = doubling()
    found = layer(torch.ones(1, 3, 4, 4, dtype=torch.float64))
    expected = layer.conv.weight.sum((1, 2, 3)) + layer.conv.bias
    torch.testing.assert_close(found, expected[None, :, None, None].expand_as(found))


def test_gradient() -> None:
    layer = doubling(2, 1)
    features = torch.randn(1, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (features,))


def test_only_the_convolution_is_saved() -> None:
    assert sorted(doubling().state_dict()) == ["conv.bias", "conv.weight"]
