from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from impasto.encoders import alexnet
from impasto.encoders.alexnet import CONVOLUTIONS, load_alexnet
from impasto.errors import UnknownNameError, WeightsDamagedError, WeightsNotFoundError


def published() -> dict[str, torch.Tensor]:
    """A state as torchvision writes it, with small random weights."""
    generator = torch.Generator().manual_seed(0)
    state, channels = {}, 3
    for width, kernel, _, _, place in CONVOLUTIONS.values():
        shape = (width, channels, kernel, kernel)
        state[f"features.{place}.weight"] = torch.randn(shape, generator=generator) * 0.03
        state[f"features.{place}.bias"] = torch.randn(width, generator=generator) * 0.1
        channels = width
    return state


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    torch.save({**published(), "classifier.1.bias": torch.zeros(3)}, tmp_path / "alexnet.pth")
    monkeypatch.setattr(alexnet, "SHA256_BEGINS", "")
    return tmp_path / "alexnet.pth"


def test_layer_by_layer(file: Path) -> None:
    """The published sequence of layers, written out."""
    image = torch.rand((2, 3, 70, 63), generator=torch.Generator().manual_seed(1))
    found = load_alexnet(file)(image, [f"relu{index}" for index in range(1, 6)])
    state = published()
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)

    def layer(x: torch.Tensor, place: int, **given: int) -> torch.Tensor:
        weight, bias = (state[f"features.{place}.{part}"] for part in ("weight", "bias"))
        return F.relu(F.conv2d(x, weight, bias, **given))

    one = layer((image - mean) / std, 0, stride=4, padding=2)
    two = layer(F.max_pool2d(one, 3, 2), 3, padding=2)
    three = layer(F.max_pool2d(two, 3, 2), 6, padding=1)
    four = layer(three, 8, padding=1)
    five = layer(four, 10, padding=1)
    for index, expected in enumerate((one, two, three, four, five), start=1):
        torch.testing.assert_close(found[f"relu{index}"], expected)
    assert not any(each.requires_grad for each in found.values())


def test_only_the_layers_asked_for(file: Path) -> None:
    network = load_alexnet(file)
    assert list(network(torch.rand(1, 3, 64, 64), ["relu2"])) == ["relu2"]
    with pytest.raises(UnknownNameError, match="relu9"):
        network(torch.rand(1, 3, 64, 64), ["relu9"])


def test_files_that_are_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(published(), tmp_path / "a.pth")
    with pytest.raises(WeightsDamagedError, match="begins with 7be5be79"):
        load_alexnet(tmp_path / "a.pth")
    monkeypatch.setattr(alexnet, "SHA256_BEGINS", "")
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "b.pth")
    with pytest.raises(WeightsDamagedError, match=r"has no features\.0\.bias"):
        load_alexnet(tmp_path / "b.pth")
    wrong = {**published(), "features.3.bias": torch.zeros(5)}
    torch.save(wrong, tmp_path / "c.pth")
    with pytest.raises(WeightsDamagedError, match="conv2"):
        load_alexnet(tmp_path / "c.pth")
    with pytest.raises(WeightsNotFoundError):
        load_alexnet(tmp_path / "none.pth")
