from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import ShapeError
from impasto.metrics.statistics_distance import (
    compare_statistics,
    feature_statistics,
    statistics_distance,
)

LAYERS = ("relu1_1", "relu2_1")


def test_against_numpy(encoder: VGG, smooth_image: Callable[..., torch.Tensor]) -> None:
    image, style = smooth_image(seed=1), smooth_image(40, 40, seed=2)
    found = statistics_distance(image, style, encoder=encoder, layers=LAYERS)
    parts = []
    for layer in LAYERS:
        ours, theirs = (
            encoder(each, (layer,))[layer][0].double().numpy().reshape(-1, h * w)
            for each, (h, w) in ((image, _size(layer, 48, 64)), (style, _size(layer, 40, 40)))
        )
        moved = np.square(ours.mean(1) - theirs.mean(1)).sum()
        moved += np.square(ours.std(1) - theirs.std(1)).sum()
        scale = np.square(theirs.mean(1)).sum() + np.square(theirs.std(1)).sum()
        parts.append(moved / scale)
    assert found == pytest.approx(np.mean(parts), rel=1e-4)


def _size(layer: str, height: int, width: int) -> tuple[int, int]:
    step = 2 ** (int(layer[4]) - 1)
    return height // step, width // step


def test_the_style_itself_is_at_0_wherever_its_parts_lie(
    encoder: VGG, smooth_image: Callable[..., torch.Tensor]
) -> None:
    image = smooth_image(seed=1)
    assert statistics_distance(image, image, encoder=encoder) == 0
    features = {"a": torch.rand(1, 3, 4, 4)}
    moved = {"a": features["a"].flip(-1)}
    assert compare_statistics(*map(feature_statistics, (features, moved))) < 1e-12


def test_layers_have_to_be_the_same() -> None:
    one, other = (feature_statistics({name: torch.rand(1, 2, 3, 3)}) for name in "ab")
    with pytest.raises(ShapeError, match="layers differ"):
        compare_statistics(one, other)
