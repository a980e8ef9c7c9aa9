from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.losses.perceptual import (
    StyleTargets,
    content_distances,
    excesses,
    pixel_distances,
    style_distances,
    style_targets,
    variations,
)
from impasto.losses.style import style_layer_loss
from impasto.losses.total_variation import total_variation

Make = Callable[..., torch.Tensor]
LAYERS = ("relu1_1", "relu2_1")


def gram(features: torch.Tensor) -> np.ndarray:
    flat = features.flatten(1).double().numpy()
    return flat @ flat.T / flat.shape[1]


def test_each_image_is_judged_by_its_own_style(encoder: VGG, smooth_image: Make) -> None:
    paintings = [smooth_image(40, 40, seed=1), smooth_image(48, 32, seed=2)]
    targets = style_targets(encoder, paintings, LAYERS)
    assert len(targets) == 2
    batch = torch.cat([smooth_image(seed=seed) for seed in (3, 4, 5)])
    styles = [1, 0, 1]
    features = encoder(batch, LAYERS)
    expected = []
    for place, style in enumerate(styles):
        layers = []
        for layer in LAYERS:
            own = gram(features[layer][place])
            wanted = gram(encoder(paintings[style], LAYERS)[layer][0])
            layers.append(((own - wanted) ** 2).sum() / (wanted**2).sum())
        expected.append(np.mean(layers))
    found = style_distances(features, targets, torch.tensor(styles))
    assert found.tolist() == pytest.approx(expected, rel=1e-4)


def test_one_image_is_the_relative_style_loss() -> None:
    features = torch.rand(1, 3, 5, 5)
    target = torch.rand(1, 3, 3)
    targets = StyleTargets(grams={"x": target}, powers={"x": target.square().sum((1, 2))})
    found = style_distances({"x": features}, targets, torch.tensor([0]))
    own = torch.einsum("bcij,bdij->bcd", features, features) / 25
    expected = style_layer_loss(own, target, normalization="relative")
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_content_distances_are_relative_and_by_image() -> None:
    ours, theirs = torch.rand(3, 4, 5, 6), torch.rand(3, 4, 5, 6)
    f, p = ours.double().numpy(), theirs.double().numpy()
    expected = ((f - p) ** 2).sum((1, 2, 3)) / (p**2).sum((1, 2, 3))
    assert content_distances(ours, theirs).tolist() == pytest.approx(expected.tolist(), rel=1e-5)
    assert content_distances(ours.bfloat16(), ours.bfloat16()).dtype == torch.float32
    with pytest.raises(ShapeError, match="expected one shape"):
        content_distances(ours, theirs[:2])


def test_variations_agree_with_total_variation() -> None:
    """The two differ only in what they divide by: 2HW, and the number of differences."""
    image = torch.rand(1, 1, 200, 200)
    assert variations(image).item() == pytest.approx(2 * total_variation(image).item(), rel=0.01)
    step = torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])
    assert variations(torch.cat([step, step * 0.5])).tolist() == [1.0, 0.5]


def test_pixel_distances_and_excesses() -> None:
    images = torch.tensor([0.5, 1.5, -0.2]).view(3, 1, 1, 1).expand(3, 3, 4, 4)
    assert pixel_distances(images, images * 0).tolist() == pytest.approx([0.25, 2.25, 0.04])
    assert excesses(images).tolist() == pytest.approx([0, 0.25, 0.04])
    with pytest.raises(ShapeError, match="expected one shape"):
        pixel_distances(images, images[:1])


def test_gradients() -> None:
    features = torch.rand(2, 2, 4, 4, dtype=torch.float64, requires_grad=True)
    target = torch.rand(2, 2, 4, 4, dtype=torch.float64)
    grams = torch.rand(2, 2, 2, dtype=torch.float64)
    targets = StyleTargets(grams={"x": grams}, powers={"x": grams.square().sum((1, 2))})
    styles = torch.tensor([1, 0])
    assert torch.autograd.gradcheck(lambda x: content_distances(x, target), features)
    assert torch.autograd.gradcheck(lambda x: style_distances({"x": x}, targets, styles), features)
    assert torch.autograd.gradcheck(variations, features)
