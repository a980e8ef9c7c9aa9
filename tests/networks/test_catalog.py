from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from impasto.errors import OptionError, UnknownNameError, WeightsDamagedError
from impasto.networks.catalog import NETWORKS, build, load_network, shape_of
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import SHAPES
from impasto.networks.transform_net import TransformNet
from impasto.weights.style_networks import WEIGHTS, StyleNetwork


def saved(folder: Path, net: Any, **changes: Any) -> StyleNetwork:
    path = folder / WEIGHTS
    save_file({key: value.half() for key, value in net.state_dict().items()}, path)
    realtime = isinstance(net, RealtimeNet)
    card = {
        "format": 1,
        "name": "tiny",
        "architecture": "realtime" if realtime else "transform",
        "shape": asdict(net.shape),
        "rows": ["identity", "red"] if realtime else [],
        "sha256": {WEIGHTS: hashlib.sha256(path.read_bytes()).hexdigest()},
    }
    return StyleNetwork(folder=folder, card=card | changes)


def test_both_catalogues_name_the_same() -> None:
    assert NETWORKS.keys() == SHAPES.keys()


def test_build() -> None:
    net = build("realtime", {"half": 2, "quarter": 3, "eighth": 4, "blocks": 1}, rows=3)
    assert isinstance(net, RealtimeNet)
    assert len(net.rows) == 3
    assert isinstance(build("transform", {"width": 2}), TransformNet)
    with pytest.raises(UnknownNameError):
        build("unet", {})
    with pytest.raises(OptionError):
        build("transform", {"width": -2})


def test_loading_gives_what_was_saved(realtime_net: RealtimeNet, tmp_path: Path) -> None:
    found = load_network(saved(tmp_path, realtime_net))
    assert not found.training
    for key, value in found.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, realtime_net.state_dict()[key])


def test_loading_the_network_of_the_paper(transform_net: TransformNet, tmp_path: Path) -> None:
    network = saved(tmp_path, transform_net)
    image = torch.rand(1, 3, 16, 24)
    assert torch.equal(load_network(network)(image), transform_net(image))
    assert shape_of(network) == transform_net.shape


@pytest.mark.parametrize(
    "changes", [{"architecture": "unet"}, {"rows": ["identity"]}, {"shape": {"depth": 1}}]
)
def test_cards_that_do_not_fit(
    realtime_net: RealtimeNet, tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(WeightsDamagedError, match="card"):
        load_network(saved(tmp_path, realtime_net, **changes))


def test_a_file_that_is_no_safetensors(realtime_net: RealtimeNet, tmp_path: Path) -> None:
    network = saved(tmp_path, realtime_net)
    (tmp_path / WEIGHTS).write_bytes(b"nothing of the kind")
    digest = hashlib.sha256(b"nothing of the kind").hexdigest()
    card = {**network.card, "sha256": {WEIGHTS: digest}}
    with pytest.raises(WeightsDamagedError, match="safetensors"):
        load_network(StyleNetwork(folder=tmp_path, card=card))
