"""Which networks exist, and how one is built and loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impasto.errors import WeightsDamagedError
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import NetworkShape, RealtimeNetShape, read_shape
from impasto.networks.transform_net import TransformNet
from impasto.weights.store import load_tensors
from impasto.weights.style_networks import WEIGHTS, StyleNetwork

Network = RealtimeNet | TransformNet


NETWORKS: dict[str, type[RealtimeNet] | type[TransformNet]] = {
    "realtime": RealtimeNet,
    "transform": TransformNet,
}
"""Each architecture by the name that cards give it."""


def build(architecture: str, shape: Mapping[str, Any], rows: int = 1) -> Network:
    """Make an untrained network.

    Args:
        architecture: A key of :data:`NETWORKS`.
        shape: Values of its shape, as in a card; those left out have their defaults.
        rows: Number of styles, the identity included; ignored where it has one style.

    Raises:
        UnknownNameError: if there is no such architecture.
        OptionError: if the shape has a value it does not know, or one out of range.
    """
    chosen = read_shape(architecture, shape)
    if isinstance(chosen, RealtimeNetShape):
        return RealtimeNet(chosen, rows=rows)
    return TransformNet(chosen)


def load_network(style_network: StyleNetwork) -> Network:
    """Build a style network and load its weights, in float32 and evaluation mode.

    Raises:
        WeightsNotFoundError: if the weights are missing.
        WeightsDamagedError: if the card or the weights are damaged, or do not fit together.
    """
    card = style_network.card
    path = style_network.file(WEIGHTS)
    try:
        net = build(card["architecture"], card["shape"], max(1, len(style_network.rows)))
        net.load_state_dict({key: value.float() for key, value in load_tensors(path).items()})
    except (ValueError, LookupError, TypeError, RuntimeError) as error:
        if isinstance(error, WeightsDamagedError):
            raise
        reason = " ".join(str(error).split())
        raise WeightsDamagedError(
            f"{path}: expected the weights of the network its card describes, but: {reason}; "
            "train or install the network again."
        ) from error
    return net.float().eval().requires_grad_(False)


def shape_of(style_network: StyleNetwork) -> NetworkShape:
    """The shape of a style network, from its card."""
    return read_shape(style_network.card["architecture"], style_network.card["shape"])
