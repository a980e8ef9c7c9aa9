import pytest
import torch

from impasto.device import DeviceChoice
from impasto.encoders.catalog import load_encoder
from impasto.encoders.slim import SLIM_RANKS, LowRankConvolution, SlimVGG, ranks_of
from impasto.encoders.vgg import CHANNELS_PER_BLOCK, VGG, Border, layer_names
from impasto.errors import WeightsDamagedError
from impasto.weights.catalog import OXFORD_PREPROCESSING


def state(slim: VGG) -> dict[str, torch.Tensor]:
    return dict(slim.convolutions.state_dict())


def test_layers_channels_and_sizes_are_vgg19s(slim: VGG) -> None:
    assert slim.layers == layer_names("vgg19")
    found = slim(torch.rand(1, 3, 32, 48), slim.layers)
    for name, features in found.items():
        block = int(name[4])
        size = (32 // 2 ** (block - 1), 48 // 2 ** (block - 1))
        assert features.shape == (1, CHANNELS_PER_BLOCK[block - 1], *size)


def test_ranks_are_of_every_convolution_but_the_first(slim: VGG) -> None:
    convolutions = layer_names("vgg19")[::2]
    assert list(SLIM_RANKS) == list(convolutions[1:])
    assert ranks_of(state(slim)) == dict.fromkeys(SLIM_RANKS, (3, 4))


def test_low_rank_convolution_is_one_convolution() -> None:
    """The product of the three kernels, in float64."""
    layer = LowRankConvolution(5, 7, (2, 3)).double()
    x = torch.rand(1, 5, 8, 9, dtype=torch.float64)
    kernel = torch.einsum(
        "oa,abuv,bi->oiuv", layer.expand.weight[:, :, 0, 0], layer.mix.weight,
        layer.reduce.weight[:, :, 0, 0],
    )  # fmt: skip
    expected = torch.nn.functional.conv2d(x, kernel, layer.expand.bias, padding=1)
    torch.testing.assert_close(layer(x), expected)


def test_full_ranks_give_vgg19_itself(cpu: DeviceChoice) -> None:
    """A convolution factored without loss leaves every feature as it was."""
    vgg = load_encoder("vgg19", device=cpu)
    weights = dict(vgg.convolutions.state_dict())
    kernel = weights.pop("conv1_2.weight")
    weights["conv1_2.reduce.weight"] = torch.eye(64)[:, :, None, None]
    weights["conv1_2.mix.weight"] = kernel
    weights["conv1_2.expand.weight"] = torch.eye(64)[:, :, None, None]
    weights["conv1_2.expand.bias"] = weights.pop("conv1_2.bias")
    slim = SlimVGG(weights, preprocessing=vgg.preprocessing)
    image = torch.rand(1, 3, 32, 32)
    for name in ("relu1_2", "relu3_1"):
        torch.testing.assert_close(
            slim(image, (name,))[name], vgg(image, (name,))[name], rtol=1e-4, atol=1e-2
        )


@pytest.mark.parametrize("border", ["zeros", "replicate"])
def test_border_is_of_the_first_convolution(slim: VGG, border: Border) -> None:
    made = SlimVGG(state(slim), preprocessing=OXFORD_PREPROCESSING, border=border)
    assert made.convolutions["conv1_1"].padding_mode == border
    assert isinstance(made.convolutions["conv1_2"], LowRankConvolution)


def test_weights_that_do_not_fit_are_refused(slim: VGG) -> None:
    weights = state(slim)
    del weights["conv3_1.expand.bias"]
    with pytest.raises(WeightsDamagedError, match="do not fit the compact encoder"):
        SlimVGG(weights, preprocessing=OXFORD_PREPROCESSING)


def test_weights_are_frozen(slim: VGG) -> None:
    assert not any(each.requires_grad for each in slim.parameters())
