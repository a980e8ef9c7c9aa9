from collections.abc import Callable

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.vgg import VGG
from impasto.errors import UnknownNameError
from impasto.stylizers.gatys import stylize
from impasto.stylizers.optimized import (
    at_size,
    content_term,
    shared_encoder,
    starting_image,
    style_size,
    style_term,
)
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, RunContext

Make = Callable[..., torch.Tensor]


def test_style_covers_the_area_of_the_image_but_never_grows() -> None:
    assert style_size((400, 400), (200, 200)) == (200, 200)
    assert style_size((400, 800), (200, 100)) == (100, 200)
    assert style_size((100, 100), (4000, 4000)) == (100, 100)
    assert style_size((1000, 16), (20, 20)) == (158, 16)


def test_start(smooth_image: Make) -> None:
    content = MaskedImage(image=smooth_image(200, 300))
    assert starting_image(GatysOptions(), content) is content.image
    noise = [starting_image(GatysOptions(init="noise", seed=seed), content) for seed in (1, 1, 2)]
    torch.testing.assert_close(noise[0], noise[1], rtol=0, atol=0)
    assert not torch.equal(noise[0], noise[2])
    assert noise[0].shape[-2:] == (100, 150)


def test_at_size_takes_the_mask_along(smooth_image: Make) -> None:
    mask = torch.ones(1, 1, 32, 32)
    scaled = at_size(MaskedImage(image=smooth_image(32, 32), mask=mask), (16, 16))
    assert scaled.image.shape == (1, 3, 16, 16)
    assert scaled.mask is not None
    assert scaled.mask.shape == (1, 1, 16, 16)


def test_terms_are_zero_at_their_targets(encoder: VGG, smooth_image: Make) -> None:
    picture = MaskedImage(image=smooth_image(64, 64))
    options = GatysOptions()
    features = encoder(picture.image, (options.content_layer, *options.style_layers))
    content = content_term(encoder, picture, (64, 64), options)
    style = style_term(encoder, picture, (64, 64), options, mask=None)
    assert content.loss(picture.image, features).item() == pytest.approx(0, abs=1e-10)
    assert style.loss(picture.image, features).item() == pytest.approx(0, abs=1e-10)


def test_encoder_is_loaded_once(cpu: DeviceChoice) -> None:
    assert shared_encoder("vgg19", "average", cpu) is shared_encoder("vgg19", "average", cpu)


@pytest.mark.parametrize(
    "options",
    [GatysOptions(content_layer="conv9_9"), GatysOptions(style_layers=("relu1_1", "fc6"))],
)
def test_unknown_layers_are_named(
    options: GatysOptions, cpu: DeviceChoice, smooth_image: Make
) -> None:
    image = MaskedImage(image=smooth_image(32, 32))
    with pytest.raises(UnknownNameError, match="vgg19 has no layer"):
        stylize(image, image, options, RunContext(device=cpu))
