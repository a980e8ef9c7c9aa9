from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.metrics.style_distance import STYLE_LAYERS, style_distance

Make = Callable[..., torch.Tensor]


def test_equals_the_formula(encoder: VGG, smooth_image: Make) -> None:
    image, style = smooth_image(seed=1), smooth_image(40, 40, seed=2)
    expected = []
    for layer in STYLE_LAYERS:
        grams = []
        for picture in (image, style):
            flat = encoder(picture, (layer,))[layer][0].flatten(1).double().numpy()
            grams.append(flat @ flat.T / flat.shape[1])
        expected.append(((grams[0] - grams[1]) ** 2).sum() / (grams[1] ** 2).sum())
    found = style_distance(image, style, encoder=encoder)
    assert found == pytest.approx(float(np.mean(expected)), rel=1e-4)


def test_is_zero_for_the_style_itself(encoder: VGG, smooth_image: Make) -> None:
    assert style_distance(smooth_image(), smooth_image(), encoder=encoder) == 0
