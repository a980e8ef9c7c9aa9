from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from impasto.encoders.art_inception import (
    FEATURES,
    SMALLEST_PX,
    ArtInception,
    Mixed,
    load_art_inception,
)
from impasto.errors import WeightsDamagedError, WeightsNotFoundError


@pytest.fixture(scope="module")
def network() -> ArtInception:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ArtInception()


def test_it_is_inception_v3(network: ArtInception) -> None:
    """27,161,264 weights, less 2,049,000 of the classifier and 3,326,696 of the auxiliary one."""
    assert sum(each.numel() for each in network.parameters()) == 21_785_568
    assert not any(each.requires_grad for each in network.parameters())


def test_any_size_becomes_one_vector(network: ArtInception) -> None:
    image = torch.rand((1, 3, SMALLEST_PX, 84), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found = network(image)
    assert found.shape == (1, FEATURES)
    assert bool((found >= 0).all())
    assert float(found.std()) > 0


def test_branches_are_put_side_by_side() -> None:
    """One mixture written out: convolutions, a split, and a pooling."""
    mixed = Mixed(
        {"a": (3, 2, 1, 1, 0), "b": (3, 4, 3, 1, 1), "c": (4, 5, (1, 3), 1, (0, 1))},
        (("a",), ("b", "c"), ("average",)),
    ).eval()
    image = torch.rand(1, 3, 8, 8)
    found = mixed(image)
    expected = [mixed.a(image), mixed.c(mixed.b(image)), F.avg_pool2d(image, 3, 1, 1)]
    torch.testing.assert_close(found, torch.cat(expected, 1))


def test_loading(tmp_path: Path, network: ArtInception) -> None:
    state = {**network.state_dict(), "fc1.bias": torch.zeros(3)}
    torch.save(state, tmp_path / "art_inception.pth")
    loaded = load_art_inception(tmp_path / "art_inception.pth")
    for name, value in network.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], value)
    torch.save({"conv.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(WeightsDamagedError, match=r"expected art_inception\.pth"):
        load_art_inception(tmp_path / "other.pth")
    with pytest.raises(WeightsNotFoundError):
        load_art_inception(tmp_path / "none.pth")
