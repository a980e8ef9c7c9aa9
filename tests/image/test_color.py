from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.color import rgb2yiq, yiq2rgb

from impasto.errors import ShapeError
from impasto.image.color import luminance, rgb_to_yiq, yiq_to_rgb


def _image(seed: int = 0) -> torch.Tensor:
    return torch.rand(2, 3, 17, 19, generator=torch.Generator().manual_seed(seed)).double()


def test_agrees_with_scikit_image() -> None:
    image = _image()
    for rgb, yiq in zip(image, rgb_to_yiq(image), strict=True):
        expected = rgb2yiq(rgb.permute(1, 2, 0).numpy())
        assert np.allclose(yiq.permute(1, 2, 0), expected, atol=1e-7)
        assert np.allclose(yiq2rgb(expected), rgb.permute(1, 2, 0), atol=1e-7)


def test_round_trip() -> None:
    image = _image()
    assert torch.allclose(yiq_to_rgb(rgb_to_yiq(image)), image, atol=1e-12)


def test_grey_has_no_colour() -> None:
    yiq = rgb_to_yiq(torch.full((1, 3, 16, 16), 0.4))
    assert torch.allclose(yiq[:, 0], torch.tensor(0.4))
    assert yiq[:, 1:].abs().max() < 1e-6


def test_luminance_is_the_first_channel() -> None:
    image = _image()
    assert luminance(image).shape == (2, 1, 17, 19)
    assert torch.equal(luminance(image), rgb_to_yiq(image)[:, :1])


def test_gradient_flows() -> None:
    image = _image()[:, :, :2, :2].requires_grad_()
    # Steps of the check leave [0, 1] at the edges.
    torch.autograd.gradcheck(lambda x: rgb_to_yiq(x * 0.9 + 0.05), image)


@pytest.mark.parametrize("function", [rgb_to_yiq, luminance])
def test_refuses_what_is_not_an_image(function: object) -> None:
    with pytest.raises(ShapeError):
        function(torch.rand(1, 1, 16, 16))  # type: ignore[operator]
