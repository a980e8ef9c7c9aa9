import numpy as np
import pytest
import torch

from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.image.picture import Picture
from impasto.segmentation.click_network import FEATURE_CHANNELS
from impasto.segmentation.deep_features import (
    LAYERS,
    RANGE,
    SIDE_PX,
    deep_features,
    joined_layers,
    reduced_features,
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


def test_joined_layers_are_averaged_to_the_smallest() -> None:
    image = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(0))
    layers = LAYERS[4]
    encoder = load_encoder("vgg19", pooling="max", device=choose_device("cpu"))
    with torch.inference_mode():
        found = joined_layers(image)[4]
        alone = encoder(image, layers)
    fine = alone[layers[0]].float()
    expected = fine.unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5)) / RANGE
    assert found.shape == (1, 128 + 256 + 256, 8, 12)
    torch.testing.assert_close(found[:, :128], expected, atol=0.01, rtol=0.02)


def test_the_reduction_is_a_matrix_at_each_position() -> None:
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    tensors = segmentation_weights()
    with torch.inference_mode():
        layers = joined_layers(image)[16][0, :, 1, 0]
    weight, bias = tensors["reduce.16.weight"].float(), tensors["reduce.16.bias"].float()
    found = reduced_features(image, tensors)[16][0, :, 1, 0]
    torch.testing.assert_close(found, weight @ layers + bias, atol=1e-4, rtol=1e-4)


def test_the_weights_are_of_a_size_float16_is_exact_at() -> None:
    for name, tensor in segmentation_weights().items():
        if name.startswith("reduce.") and name.endswith("weight"):
            assert tensor.dtype == torch.float16
            assert 1e-3 < float(tensor.float().abs().max()) < 1e3
