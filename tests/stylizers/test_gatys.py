from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.vgg import VGG
from impasto.metrics.content_distance import content_distance
from impasto.metrics.style_distance import style_distance
from impasto.stylizers.gatys import gatys_terms, stylize
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide

Make = Callable[..., torch.Tensor]


@pytest.fixture
def pair(smooth_image: Make) -> tuple[MaskedImage, MaskedImage]:
    return MaskedImage(image=smooth_image(64, 64, 1)), MaskedImage(image=smooth_image(80, 72, 2))


def test_objective_is_equations_1_3_and_4(
    encoder: VGG, pair: tuple[MaskedImage, MaskedImage], smooth_image: Make
) -> None:
    """The whole weighted objective against float64 NumPy, in the paper's normalisation."""
    content, _ = pair
    style, image = MaskedImage(image=smooth_image(64, 64, 3)), smooth_image(64, 64, 4)
    options = GatysOptions(
        normalization="gatys", content_weight=0.5, style_weight=3.0, tv_weight=7.0
    )
    layers = (*options.style_layers, options.content_layer)
    found = {}
    for name, picture in {"x": image, "p": content.image, "a": style.image}.items():
        with torch.no_grad():
            features = encoder(picture, layers)
        found[name] = {
            layer: value[0].flatten(1).double().numpy() for layer, value in features.items()
        }
    expected = 0.5 * 0.5 * ((found["x"]["relu4_2"] - found["p"]["relu4_2"]) ** 2).sum()
    for layer in options.style_layers:
        f, a = found["x"][layer], found["a"][layer]
        n, m = f.shape
        expected += 3.0 / 5 * ((f @ f.T - a @ a.T) ** 2).sum() / (4 * n**2 * m**2)
    pixels = image[0].double().numpy()
    variation = np.abs(np.diff(pixels, axis=1)).sum() + np.abs(np.diff(pixels, axis=2)).sum()
    expected += 7.0 * variation / (2 * 64 * 64)
    terms = gatys_terms(encoder, content, StyleGuide.of(style), (64, 64), options)
    features = encoder(image, layers)
    total = sum(term.weight * term.loss(image, features).item() for term in terms)
    assert total == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
def test_moves_towards_the_style_and_keeps_content(
    encoder: VGG, cpu: DeviceChoice, pair: tuple[MaskedImage, MaskedImage]
) -> None:
    content, style = pair
    found = stylize(
        content, StyleGuide.of(style), GatysOptions(iterations=40, levels=1), RunContext(device=cpu)
    )
    before = style_distance(content.image, style.image, encoder=encoder)
    assert style_distance(found.image, style.image, encoder=encoder) < 0.4 * before
    assert content_distance(found.image, content.image, encoder=encoder) < 1.0
    assert found.image.shape == content.image.shape
    assert found.image.min() >= 0
    assert found.image.max() <= 1


@pytest.mark.slow
def test_same_seed_same_picture(cpu: DeviceChoice, pair: tuple[MaskedImage, MaskedImage]) -> None:
    options = GatysOptions(iterations=6, levels=1, init="noise", seed=7)
    one, two = (
        stylize(pair[0], StyleGuide.of(pair[1]), options, RunContext(device=cpu)).image
        for _ in range(2)
    )
    assert torch.equal(one, two)


def test_weights_of_zero_leave_the_content(
    cpu: DeviceChoice, pair: tuple[MaskedImage, MaskedImage]
) -> None:
    options = GatysOptions(style_weight=0, tv_weight=0, iterations=3, levels=1)
    found = stylize(pair[0], StyleGuide.of(pair[1]), options, RunContext(device=cpu))
    torch.testing.assert_close(found.image, pair[0].image)


def test_hidden_pixels_do_not_steer(cpu: DeviceChoice, smooth_image: Make) -> None:
    """What lies under a style's mask changes nothing that can be seen of the style's Gram."""
    content = MaskedImage(image=smooth_image(32, 32, 1))
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    options = GatysOptions(style_layers=("relu1_1",), iterations=4, levels=1, tv_weight=0)
    results = []
    for value in (0.0, 1.0):
        style_image = smooth_image(64, 64, 2)
        style_image[..., 48:] = value
        style = MaskedImage(image=style_image, mask=mask)
        results.append(
            stylize(content, StyleGuide.of(style), options, RunContext(device=cpu)).image
        )
    torch.testing.assert_close(results[0], results[1], atol=2e-3, rtol=0)
