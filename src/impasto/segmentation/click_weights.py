"""The trained click network, as it ships."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from impasto.segmentation.click_network import ClickNetwork
from impasto.segmentation.deep_features import segmentation_weights

if TYPE_CHECKING:
    pass

PREFIX = "network."


@lru_cache(maxsize=1)
def click_network() -> ClickNetwork:
    """The click network with its weights, in float32, ready to answer.

    Raises:
        WeightsNotFoundError: if the weights are missing.
        WeightsDamagedError: if they are not those promised.
    """
    network = ClickNetwork()
    tensors = segmentation_weights()
    state = {
        name.removeprefix(PREFIX): tensor.float()
        for name, tensor in tensors.items()
        if name.startswith(PREFIX)
    }
    network.load_state_dict(state)
    return network.requires_grad_(False).eval()
