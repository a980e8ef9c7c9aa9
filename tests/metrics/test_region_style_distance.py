from collections.abc import Callable

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.metrics.region_style_distance import region_style_distance
from impasto.metrics.style_distance import style_distance

Make = Callable[..., torch.Tensor]
LAYERS = ("relu1_1", "relu2_1")


def test_over_everything_it_is_the_style_distance(encoder: VGG, smooth_image: Make) -> None:
    image, style = smooth_image(48, 48, 1), smooth_image(40, 56, 2)
    whole = torch.ones(1, 1, 48, 48), torch.ones(1, 1, 40, 56)
    ours = region_style_distance(image, whole[0], style, whole[1], encoder=encoder)
    assert ours == pytest.approx(style_distance(image, style, encoder=encoder), rel=1e-4)


def test_only_the_regions_count(encoder: VGG, smooth_image: Make) -> None:
    image, mask = smooth_image(48, 64, 1), torch.zeros(1, 1, 48, 64)
    mask[..., :32] = 1
    other = image.clone()
    other[..., 36:] = 0.2

    def distance(first: torch.Tensor, second: torch.Tensor) -> float:
        return region_style_distance(first, mask, second, mask, encoder=encoder, layers=LAYERS)

    assert distance(image, image) == 0
    assert distance(other, image) < 0.01
    assert distance(image, other.flip(-1)) > 10 * distance(other, image)


def test_refuses_what_is_no_mask(encoder: VGG, smooth_image: Make) -> None:
    image = smooth_image(32, 32)
    with pytest.raises(ShapeError, match="mask: expected"):
        region_style_distance(image, image, image, image, encoder=encoder)
