from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.vgg import VGG
from impasto.errors import UnknownNameError
from impasto.stylizers.gatys import stylize
from impasto.stylizers.optimized import content_term, shared_encoder, starting_image
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide, TemporalTarget

Make = Callable[..., torch.Tensor]


def test_start(smooth_image: Make) -> None:
    content = MaskedImage(image=smooth_image(200, 300))
    guide = StyleGuide.of(content)
    assert starting_image(GatysOptions(), content, guide) is content.image
    noise = [
        starting_image(GatysOptions(init="noise", seed=seed), content, guide) for seed in (1, 1, 2)
    ]
    torch.testing.assert_close(noise[0], noise[1], rtol=0, atol=0)
    assert not torch.equal(noise[0], noise[2])
    assert noise[0].shape[-2:] == (100, 150)


def test_the_content_term_is_zero_at_its_target(encoder: VGG, smooth_image: Make) -> None:
    picture = MaskedImage(image=smooth_image(64, 64))
    features = encoder(picture.image, (GatysOptions().content_layer,))
    content = content_term(encoder, picture, (64, 64), GatysOptions())
    assert content.loss(picture.image, features).item() == pytest.approx(0, abs=1e-10)


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
        stylize(image, StyleGuide.of(image), options, RunContext(device=cpu))


def test_the_past_is_kept_where_it_is_known(cpu: DeviceChoice, smooth_image: Make) -> None:
    content = MaskedImage(image=smooth_image(32, 32, 1))
    moved, known = smooth_image(32, 32, 3), torch.zeros(1, 1, 32, 32)
    known[..., :16] = 1
    guide = replace(
        StyleGuide.of(MaskedImage(image=smooth_image(32, 32, 2))),
        temporal=TemporalTarget(moved=moved, known=known, weight=1e4),
    )
    found = stylize(content, guide, GatysOptions(iterations=12, levels=2), RunContext(device=cpu))
    difference = (found.image - moved).abs().mean(1)[0]
    assert difference[:, :15].mean() < 0.01
    assert difference[:, 17:].mean() > 0.05
    assert all("temporal" in step.losses for step in found.trace)
