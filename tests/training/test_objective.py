from collections.abc import Callable
from typing import Any

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import UnknownNameError
from impasto.losses.gram import gram_matrix
from impasto.losses.perceptual import style_targets
from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
from impasto.networks.transform_net import TransformNet, TransformNetShape
from impasto.training.objective import GRID_EVERY, NumberedRows, Objective
from impasto.training.recipe import TrainingRecipe

Make = Callable[..., torch.Tensor]
LAYERS = ("relu1_1", "relu2_1")
SHAPE = RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=1)


@pytest.fixture
def model() -> NumberedRows:
    net = RealtimeNet(SHAPE, rows=3)
    generator = torch.Generator().manual_seed(1)
    for weight in net.parameters():
        weight.data += 0.05 * torch.randn(weight.shape, generator=generator)
    return NumberedRows(net)


def objective(judge: VGG, paintings: list[torch.Tensor], **changes: Any) -> Objective:
    settings = {"style_layers": LAYERS, "content_layer": "relu2_2", "crop_size": 32, **changes}
    recipe = TrainingRecipe(**settings)
    return Objective(recipe, judge, style_targets(judge, paintings, LAYERS))


def test_is_the_recipe_written_out(judge: VGG, smooth_image: Make, model: NumberedRows) -> None:
    """The loop that the shipped network was first trained with, image by image."""
    paintings = [smooth_image(40, 40, seed=1), smooth_image(40, 48, seed=2)]
    images = torch.cat([smooth_image(32, 32, seed=seed) for seed in (3, 4, 5)])
    rows, weights = [0, 2, 1], [4.0, 7.0]
    expected = []
    for image, row in zip(images.split(1), rows, strict=True):
        y = model.net(image, model.net.rows[row : row + 1])
        features = judge(y, (*LAYERS, "relu2_2"))
        p = judge(image, ("relu2_2",))["relu2_2"]
        c = (features["relu2_2"] - p).square().sum() / p.square().sum()
        over = (y - y.clamp(0, 1)).square().mean()
        if row == 0:
            expected.append(c + 30 * (y - image).square().mean() + over)
            continue
        wanted = judge(paintings[row - 1], LAYERS)
        s = sum(
            (gram_matrix(features[name]) - gram_matrix(wanted[name])).square().sum()
            / gram_matrix(wanted[name]).square().sum()
            for name in LAYERS
        ) / len(LAYERS)
        tv = (y[:, :, 1:] - y[:, :, :-1]).abs().mean() + (y[..., 1:] - y[..., :-1]).abs().mean()
        expected.append(c + weights[row - 1] * s + 0.2 * tv + over)
    total = torch.stack(expected).mean()
    found = objective(judge, paintings, outlier_weight=0.0, grid_weight=0.0)(
        model, images, rows, weights, step=0, first_index=0
    )
    assert found.total.item() == pytest.approx(total.item(), rel=1e-5)
    assert sum(found.terms.values()).item() == pytest.approx(total.item(), rel=1e-5)
    gradients = [torch.autograd.grad(each, model.net.rows)[0] for each in (found.total, total)]
    assert (gradients[0] - gradients[1]).norm() < 1e-3 * gradients[1].norm()


def test_terms_that_may_be_added(judge: VGG, smooth_image: Make, model: NumberedRows) -> None:
    images = torch.cat([smooth_image(32, 32, seed=seed) for seed in (3, 4)])
    judged = objective(
        judge, [smooth_image(seed=1), smooth_image(seed=2)], stability_weight=5.0, grid_weight=9.0
    )
    steps = [
        judged(model, images, [1, 2], [3.0, 3.0], step=step, first_index=2 * step)
        for step in (GRID_EVERY, GRID_EVERY + 1, GRID_EVERY)
    ]
    assert {"stability", "grid"} <= steps[0].terms.keys()
    assert "grid" not in steps[1].terms
    assert steps[0].total.item() == steps[2].total.item()
    assert steps[0].terms["stability"] != steps[1].terms["stability"]
    steps[0].total.backward()


def test_stability_does_not_depend_on_how_a_batch_is_split(
    judge: VGG, smooth_image: Make, model: NumberedRows
) -> None:
    images = torch.cat([smooth_image(32, 32, seed=seed) for seed in (3, 4)])
    judged = objective(judge, [smooth_image(seed=1)], stability_weight=5.0)
    whole = judged(model, images, [1, 1], [3.0], step=7, first_index=14)
    parts = [
        judged(model, images[k : k + 1], [1], [3.0], step=7, first_index=14 + k) for k in (0, 1)
    ]
    mean = sum(part.terms["stability"] for part in parts) / 2
    assert whole.terms["stability"].item() == pytest.approx(mean.item(), rel=1e-5)


def test_the_papers_network_has_no_rows(judge: VGG, smooth_image: Make) -> None:
    images = smooth_image(32, 32)
    model = NumberedRows(TransformNet(TransformNetShape(width=2)))
    judged = objective(judge, [smooth_image(seed=1)], architecture="transform", shape=("width=2",))
    assert judged(model, images, [1], [3.0], step=0, first_index=0).total.isfinite()


def test_layers_that_do_not_exist(judge: VGG, smooth_image: Make) -> None:
    with pytest.raises(UnknownNameError, match="relu9_9"):
        objective(judge, [smooth_image()], content_layer="relu9_9")
