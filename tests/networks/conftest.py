"""Small networks with random weights that half precision holds exactly."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import RealtimeNetShape, TransformNetShape, Upsampling
from impasto.networks.transform_net import TransformNet


def to_half_precision(net: nn.Module) -> None:
    net.load_state_dict({key: value.half().float() for key, value in net.state_dict().items()})


@pytest.fixture
def realtime_net() -> RealtimeNet:
    """Two rows, the second one random."""
    torch.manual_seed(0)
    shape = RealtimeNetShape(half=4, quarter=8, eighth=12, blocks=2, quarter_blocks=1)
    net = RealtimeNet(shape, rows=2)
    with torch.no_grad():
        net.rows[1] += 0.3 * torch.randn(net.rows.shape[1])
    to_half_precision(net)
    return net.eval().requires_grad_(False)


@pytest.fixture(params=["resize", "transposed"])
def transform_net(request: pytest.FixtureRequest) -> TransformNet:
    """Width 4, random scales and shifts."""
    torch.manual_seed(1)
    upsampling: Upsampling = request.param
    net = TransformNet(TransformNetShape(width=4, upsampling=upsampling))
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "in" in name.split(".")[-2]:
                parameter += 0.3 * torch.randn(parameter.shape)
    to_half_precision(net)
    return net.eval().requires_grad_(False)
