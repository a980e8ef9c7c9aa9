from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import nn

from impasto.errors import ShapeError, WeightsDamagedError, WeightsNotFoundError
from impasto.networks.shapes import TransformNetShape
from impasto.networks.transform_net import TransformNet, load_pytorch_examples


class Layer(nn.Module):
    """An oracle of its own: torch's layers, put together as the checkpoints name them."""

    def __init__(self, conv: nn.Module, *before: nn.Module) -> None:
        super().__init__()
        self.before, self.conv2d = nn.Sequential(*before), conv

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv2d(self.before(x))


def layer(ins: int, outs: int, kernel: int, stride: int = 1) -> Layer:
    return Layer(nn.Conv2d(ins, outs, kernel, stride), nn.ReflectionPad2d(kernel // 2))


def up(ins: int, outs: int, upsampling: str) -> Layer:
    if upsampling == "transposed":
        return Layer(nn.ConvTranspose2d(ins, outs, 3, 2, 1, 1))
    return Layer(nn.Conv2d(ins, outs, 3), nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1))


class Reference(nn.Module):
    def __init__(self, w: int, upsampling: str) -> None:
        super().__init__()
        norm = lambda c: nn.InstanceNorm2d(c, affine=True)  # noqa: E731
        self.conv1, self.in1 = layer(3, w, 9), norm(w)
        self.conv2, self.in2 = layer(w, 2 * w, 3, 2), norm(2 * w)
        self.conv3, self.in3 = layer(2 * w, 4 * w, 3, 2), norm(4 * w)
        for n in range(1, 6):
            block = nn.Module()
            block.conv1, block.in1 = layer(4 * w, 4 * w, 3), norm(4 * w)
            block.conv2, block.in2 = layer(4 * w, 4 * w, 3), norm(4 * w)
            setattr(self, f"res{n}", block)
        self.deconv1, self.in4 = up(4 * w, 2 * w, upsampling), norm(2 * w)
        self.deconv2, self.in5 = up(2 * w, w, upsampling), norm(w)
        self.deconv3 = layer(w, 3, 9)
        for name, parameter in self.named_parameters():
            if "in" in name.split(".")[-2]:
                nn.init.normal_(parameter, 0.5, 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.in1(self.conv1(x)))
        y = torch.relu(self.in2(self.conv2(y)))
        y = torch.relu(self.in3(self.conv3(y)))
        for n in range(1, 6):
            b = getattr(self, f"res{n}")
            y = y + b.in2(b.conv2(torch.relu(b.in1(b.conv1(y)))))
        y = torch.relu(self.in4(self.deconv1(y)))
        y = torch.relu(self.in5(self.deconv2(y)))
        return self.deconv3(y)


@pytest.fixture(params=["resize", "transposed"])
def reference(request: pytest.FixtureRequest) -> Reference:
    torch.manual_seed(0)
    return Reference(4, request.param).eval()


@pytest.mark.parametrize("old", [False, True])
def test_a_checkpoint_of_pytorch_examples(reference: Reference, tmp_path: Path, old: bool) -> None:
    state = OrderedDict(reference.state_dict())
    if old:
        for name in ("in1", "in4", "res3.in2"):
            channels = len(state[f"{name}.weight"])
            state[f"{name}.running_mean"] = torch.full((channels,), 7.0)
            state[f"{name}.running_var"] = torch.full((channels,), 9.0)
    torch.save(state, tmp_path / "candy.pth")
    net = load_pytorch_examples(tmp_path / "candy.pth")
    assert not net.training
    assert net.shape.value_range == 255
    image = torch.rand(2, 3, 24, 40)
    with torch.no_grad():
        torch.testing.assert_close(net(image), reference(255 * image) / 255, atol=1e-5, rtol=1e-4)


def test_values_in_zero_to_one(reference: Reference) -> None:
    upsampling = "transposed" if reference.deconv1.conv2d.weight.shape[0] == 16 else "resize"
    net = TransformNet(TransformNetShape(width=4, upsampling=upsampling)).eval()
    net.load_state_dict(reference.state_dict())
    image = torch.rand(1, 3, 16, 16)
    with torch.no_grad():
        torch.testing.assert_close(net(image), reference(image), atol=1e-5, rtol=1e-4)


def test_wrong_sizes() -> None:
    net = TransformNet(TransformNetShape(width=2))
    with pytest.raises(ShapeError, match="multiples of 8"):
        net(torch.rand(1, 3, 20, 16))


def test_gradients_reach_every_parameter() -> None:
    net = TransformNet(TransformNetShape(width=2))
    net(torch.rand(1, 3, 16, 24)).square().sum().backward()
    assert all(each.grad is not None for each in net.parameters())


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match=r"none\.pth"):
        load_pytorch_examples(tmp_path / "none.pth")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("res2.conv1.conv2d.bias"), "res2.conv1.conv2d.bias"),
        (lambda state: state.update(extra=torch.zeros(1)), "extra"),
        (lambda state: state.update({"in1.weight": torch.zeros(5)}), "in1.weight"),
        (lambda state: state.update({"in1.running_min": torch.zeros(4)}), "running_min"),
        (lambda state: state.pop("conv1.conv2d.weight"), "conv1"),
        (lambda state: state.update({"conv1.conv2d.weight": torch.zeros(3)}), "conv1"),
    ],
)
def test_files_of_something_else(
    reference: Reference, tmp_path: Path, change: object, words: str
) -> None:
    state = OrderedDict(reference.state_dict())
    assert callable(change)
    change(state)
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(WeightsDamagedError, match=words):
        load_pytorch_examples(tmp_path / "other.pth")


@pytest.mark.parametrize("content", [[1, 2], {"a": 1}, {1: torch.zeros(1)}])
def test_files_without_tensors(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "other.pth")
    with pytest.raises(WeightsDamagedError, match="tensors by name"):
        load_pytorch_examples(tmp_path / "other.pth")


def test_a_file_that_is_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "page.pth").write_text("<html>")
    with pytest.raises(WeightsDamagedError, match=r"page\.pth"):
        load_pytorch_examples(tmp_path / "page.pth")
