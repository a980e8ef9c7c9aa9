"""The network a training starts from: a new one, or one that paints already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from impasto.errors import OptionError
from impasto.networks.catalog import NETWORKS, Network, load_network, shape_of
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import RealtimeNetShape
from impasto.networks.transform_net import TransformNet
from impasto.training.recipe import TrainingRecipe
from impasto.weights.style_networks import IDENTITY, StyleNetwork, find_network


def starting_network(recipe: TrainingRecipe, styles: Sequence[str]) -> Network:
    """Build the network to train.

    A new one has random convolutions, the same for the same seed. One that starts from
    another has its convolutions and its identity; a style that the other one knows has its
    row there, any other the mean of its styles.

    Args:
        recipe: Names shape, seed, and the network to start from.
        styles: Names of the styles to learn.

    Raises:
        UnknownNameError: if there is no network to start from.
        OptionError: if it has another shape.
        WeightsDamagedError: if it cannot be loaded.
    """
    net = _new_network(recipe, len(styles))
    if recipe.init_from is not None:
        _copy_from(net, find_network(recipe.init_from), styles)
    return net


def starting_weights(recipe: TrainingRecipe, styles: Sequence[str]) -> list[float]:
    """The weight of each style at first: what its network was left with, or the recipe's."""
    known: Mapping[str, Any] = {}
    if recipe.init_from is not None and recipe.balances_style:
        known = find_network(recipe.init_from).card.get("styles", {})
    return [float(known.get(name, {}).get("style_weight", recipe.style_weight)) for name in styles]


def _new_network(recipe: TrainingRecipe, styles: int) -> Network:
    shape = recipe.network_shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        if isinstance(shape, RealtimeNetShape):
            return RealtimeNet(shape, rows=1 + styles)
        return TransformNet(shape)


def _copy_from(net: Network, origin: StyleNetwork, styles: Sequence[str]) -> None:
    shape = shape_of(origin)
    if shape != net.shape:
        raise OptionError(
            f"from: {origin.name!r} is {_described(shape)}, and the network to train is "
            f"{_described(net.shape)}; give its --architecture and --shape."
        )
    source = load_network(origin)
    state = source.state_dict()
    if isinstance(net, RealtimeNet):
        state["rows"] = _rows_for(styles, origin.rows, state["rows"])
    net.load_state_dict(state)


def _rows_for(styles: Sequence[str], names: Sequence[str], table: torch.Tensor) -> torch.Tensor:
    painted = [place for place, name in enumerate(names) if name != IDENTITY]
    mean = table[painted].mean(0)
    known = dict(zip(names, table, strict=True))
    return torch.stack([known.get(name, mean) for name in (IDENTITY, *styles)])


def _described(shape: Any) -> str:
    kind = next(
        name for name in NETWORKS if type(shape).__name__ == f"{NETWORKS[name].__name__}Shape"
    )
    sizes = ",".join(f"{name}={value}" for name, value in vars(shape).items())
    return f"{kind} {sizes}"
