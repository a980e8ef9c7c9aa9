from collections.abc import Callable

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.vgg import VGG
from impasto.metrics.style_distance import style_distance
from impasto.stylizers.options import TextureOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
from impasto.stylizers.texture import stylize

Make = Callable[..., torch.Tensor]


@pytest.mark.slow
def test_noise_becomes_the_texture(encoder: VGG, cpu: DeviceChoice, smooth_image: Make) -> None:
    canvas = MaskedImage(image=torch.full((1, 3, 48, 64), 0.5))
    style = MaskedImage(image=smooth_image(64, 64, 2))
    layers = ("relu1_1", "relu2_1", "relu3_1")
    options = TextureOptions(iterations=60, levels=1, style_layers=layers)
    found = stylize(canvas, StyleGuide.of(style), options, RunContext(device=cpu))
    noise = torch.rand((1, 3, 48, 64), generator=torch.Generator().manual_seed(0))
    before = style_distance(noise, style.image, encoder=encoder, layers=layers)
    after = style_distance(found.image, style.image, encoder=encoder, layers=layers)
    assert after < 0.1 * before
    assert "content" not in found.trace[0].losses
