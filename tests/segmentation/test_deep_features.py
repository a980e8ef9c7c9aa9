import numpy as np
import pytest
import torch

from impasto.image.picture import Picture
from impasto.segmentation.click_network import FEATURE_CHANNELS
from impasto.segmentation.deep_features import (
    SIDE_PX,
    deep_features,
    join,
    segmentation_weights,
    working_size,
)


@pytest.mark.parametrize("size", [(800, 1200), (2000, 16), (33, 47), (16, 16)])
def test_the_working_size_keeps_the_shape_in_steps_of_16(size: tuple[int, int]) -> None:
    height, width = working_size(size)
    assert max(height, width) == SIDE_PX
    assert height % 16 == width % 16 == 0
    assert min(height, width) >= 32


def test_features_at_three_strides() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    found = deep_features(Picture(pixels=pixels))
    height, width = working_size((40, 60))
    assert found.image.shape == (1, 3, height, width)
    for stride, maps in found.maps.items():
        assert maps.shape == (1, FEATURE_CHANNELS[stride], height // stride, width // stride)
        assert 0.05 < maps.std() < 20


def test_joining_averages_to_the_smallest() -> None:
    large = torch.arange(16.0).view(1, 1, 4, 4)
    joined = join([large, torch.zeros(1, 2, 2, 2)])
    assert joined[0][0, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert joined[1].shape == (1, 2, 2, 2)


def test_the_weights_are_of_a_size_float16_is_exact_at() -> None:
    for name, tensor in segmentation_weights().items():
        if name.startswith("reduce.") and name.endswith("weight"):
            assert tensor.dtype == torch.float16
            assert 1e-3 < float(tensor.float().abs().max()) < 1e3
