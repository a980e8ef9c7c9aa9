from pathlib import Path

import pytest
import torch

from impasto.errors import OptionError, UnknownNameError
from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
from impasto.networks.transform_net import TransformNet
from impasto.training.package import CardDetails, write_network
from impasto.training.recipe import TrainingRecipe
from impasto.training.start import starting_network, starting_weights

SHAPE = ("half=4", "quarter=8", "eighth=8", "blocks=0")


@pytest.fixture
def trained(styles_folder: Path) -> RealtimeNet:
    """A network of two styles, installed as ``pair``."""
    net = RealtimeNet(RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=0), rows=3)
    net.load_state_dict(
        {name: torch.randn(value.shape).half().float() for name, value in net.state_dict().items()}
    )
    details = CardDetails(
        name="pair", licence="x", styles={"sea": {"style_weight": 9.5}, "sky": {}}
    )
    write_network(styles_folder / "pair", net, details, export=lambda *_: None)
    return net


def test_the_seed_decides() -> None:
    nets = [starting_network(TrainingRecipe(shape=SHAPE, seed=seed), ["a"]) for seed in (1, 1, 2)]
    weights = [net.state_dict()["head.weight"] for net in nets]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    before = torch.get_rng_state()
    starting_network(TrainingRecipe(shape=SHAPE), ["a"])
    assert torch.equal(torch.get_rng_state(), before)
    paper = TrainingRecipe(architecture="transform", shape=("width=2",))
    assert isinstance(starting_network(paper, ["a"]), TransformNet)


@pytest.mark.parametrize("origin", ["sea", "sky"])
def test_starting_from_a_network(trained: RealtimeNet, origin: str) -> None:
    recipe = TrainingRecipe(shape=SHAPE, init_from=origin)
    net = starting_network(recipe, ["new", "sky"])
    assert isinstance(net, RealtimeNet)
    assert torch.equal(net.head.weight, trained.head.weight)
    rows = trained.rows
    expected = torch.stack([rows[0], (rows[1] + rows[2]) / 2, rows[2]])
    assert torch.allclose(net.rows, expected)
    assert starting_weights(recipe, ["new", "sea", "sky"]) == [3.0, 9.5, 3.0]


def test_refusals(trained: RealtimeNet) -> None:
    with pytest.raises(UnknownNameError, match="no fast style 'see'"):
        starting_network(TrainingRecipe(shape=SHAPE, init_from="see"), ["a"])
    with pytest.raises(OptionError, match=r"'pair' is realtime half=4.*--shape"):
        starting_network(TrainingRecipe(init_from="sea"), ["a"])


def test_weights_of_the_recipe() -> None:
    assert starting_weights(TrainingRecipe(style_weight=7.0), ["a", "b"]) == [7.0, 7.0]
