from collections.abc import Iterable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from impasto.errors import ShapeError
from impasto.metrics.perceptual_distance import PerceptualJudge, perceptual_distance


class SmallBackbone(nn.Module):
    """Two random convolutions with a rectifier, a pooling between."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.first = torch.randn(4, 3, 3, 3, generator=generator)
        self.second = torch.randn(5, 4, 3, 3, generator=generator)

    def forward(self, image: torch.Tensor, layers: Iterable[str]) -> dict[str, torch.Tensor]:
        one = F.relu(F.conv2d(image - 0.5, self.first, padding=1))
        two = F.relu(F.conv2d(F.max_pool2d(one, 2), self.second, padding=1))
        return {name: {"one": one, "two": two}[name] for name in layers}


WEIGHTS = {"one": torch.tensor([0.1, 0.0, 0.4, 2.0]), "two": torch.linspace(0, 1, 5)}


@pytest.fixture
def judge() -> PerceptualJudge:
    return PerceptualJudge(backbone="vgg", encoder=SmallBackbone(), weights=WEIGHTS)


def convolved(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A convolution with a border of zeros and a rectifier, by its definition, in float64."""
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    height, width = image.shape[1:]
    out = np.zeros((len(kernel), height, width))
    for y in range(3):
        for x in range(3):
            window = padded[:, y : y + height, x : x + width]
            out += np.einsum("oc,chw->ohw", kernel[:, :, y, x], window)
    return np.maximum(out, 0)


def by_definition(image: np.ndarray, other: np.ndarray) -> float:
    """Zhang et al. 2018, equation 1, position by position."""
    backbone = SmallBackbone()
    kernels = [backbone.first.double().numpy(), backbone.second.double().numpy()]
    total = 0.0
    features = []
    for picture in (image, other):
        one = convolved(picture - 0.5, kernels[0])
        pooled = one.reshape(4, one.shape[1] // 2, 2, one.shape[2] // 2, 2).max((2, 4))
        features.append((one, convolved(pooled, kernels[1])))
    for index, name in enumerate(WEIGHTS):
        ours, theirs = features[0][index], features[1][index]
        weights = WEIGHTS[name].double().numpy()
        _, height, width = ours.shape
        for y in range(height):
            for x in range(width):
                a = ours[:, y, x] / (np.sqrt((ours[:, y, x] ** 2).sum()) + 1e-10)
                b = theirs[:, y, x] / (np.sqrt((theirs[:, y, x] ** 2).sum()) + 1e-10)
                total += float((weights * (a - b) ** 2).sum()) / (height * width)
    return total


def test_against_the_formula(judge: PerceptualJudge) -> None:
    generator = torch.Generator().manual_seed(0)
    image, other = (torch.rand((1, 3, 16, 20), generator=generator) for _ in range(2))
    found = perceptual_distance(image, other, judge=judge)
    expected = by_definition(image[0].double().numpy(), other[0].double().numpy())
    assert expected > 0.1
    assert found == pytest.approx(expected, rel=1e-5)


def test_0_for_the_photograph_and_symmetric(judge: PerceptualJudge) -> None:
    generator = torch.Generator().manual_seed(1)
    image, other = (torch.rand((1, 3, 16, 16), generator=generator) for _ in range(2))
    assert perceptual_distance(image, image, judge=judge) == 0
    one, two = (
        perceptual_distance(*pair, judge=judge) for pair in ((image, other), (other, image))
    )
    assert one == pytest.approx(two, rel=1e-6)


def test_images_of_two_sizes_are_refused(judge: PerceptualJudge) -> None:
    with pytest.raises(ShapeError, match="one shape"):
        perceptual_distance(torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 18), judge=judge)
