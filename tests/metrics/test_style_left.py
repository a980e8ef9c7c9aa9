from collections.abc import Callable

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.metrics.style_distance import style_distance
from impasto.metrics.style_left import style_left

Make = Callable[..., torch.Tensor]


def test_is_the_part_of_the_photographs_distance(encoder: VGG, smooth_image: Make) -> None:
    image, photo, style = (smooth_image(seed=seed) for seed in (1, 2, 3))
    start = style_distance(photo, style, encoder=encoder)
    expected = style_distance(image, style, encoder=encoder) / start
    found = style_left(image, photo, style, encoder=encoder)
    assert found == pytest.approx(expected, rel=1e-6)


def test_ends_of_the_way(encoder: VGG, smooth_image: Make) -> None:
    photo, style = smooth_image(seed=1), smooth_image(seed=2)
    assert style_left(photo, photo, style, encoder=encoder) == pytest.approx(1)
    assert style_left(style, photo, style, encoder=encoder) == 0
    assert style_left(style, style, style, encoder=encoder) == 0


def test_refuses_what_is_no_image(encoder: VGG, smooth_image: Make) -> None:
    with pytest.raises(ShapeError):
        style_left(smooth_image()[0], smooth_image(), smooth_image(), encoder=encoder)
