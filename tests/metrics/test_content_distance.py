from collections.abc import Callable

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.metrics.content_distance import content_distance

Make = Callable[..., torch.Tensor]


def test_equals_the_formula(encoder: VGG, smooth_image: Make) -> None:
    ours, theirs = smooth_image(seed=1), smooth_image(seed=2)
    f, p = (encoder(picture, ("relu4_2",))["relu4_2"].double() for picture in (ours, theirs))
    expected = float((f - p).square().sum() / p.square().sum())
    found = content_distance(ours, theirs, encoder=encoder)
    assert found == pytest.approx(expected, rel=1e-5)


def test_is_zero_for_the_photograph_itself(encoder: VGG, smooth_image: Make) -> None:
    assert content_distance(smooth_image(), smooth_image(), encoder=encoder) == 0


def test_refuses_other_sizes(encoder: VGG, smooth_image: Make) -> None:
    with pytest.raises(ShapeError, match="expected one shape"):
        content_distance(smooth_image(32, 32), smooth_image(48, 48), encoder=encoder)
