from pathlib import Path

import numpy as np
import pytest
import torch

from impasto.errors import NonFiniteLossError, OptionError
from impasto.figures import Cell
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.networks.catalog import load_network
from impasto.networks.realtime_net import RealtimeNet, RealtimeNetShape
from impasto.networks.transform_net import TransformNet, TransformNetShape
from impasto.training.package import CardDetails, write_network
from impasto.weights.style_networks import CARD, PREVIEW, WEIGHTS, find_fast_style

SHAPE = RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=0)
DETAILS = CardDetails(
    name="sea", styles={"sea": {"title": "Sea"}}, licence="CC0-1.0", recipe={"steps": 3}
)


def test_the_network_comes_back(styles_folder: Path) -> None:
    """With its real graphs, and at once by name."""
    net = RealtimeNet(SHAPE, rows=2)
    cell = Cell(picture=Picture(pixels=np.zeros((16, 16, 3), np.uint8)))
    written = write_network(styles_folder / "sea", net, DETAILS, preview=[[cell, cell]])
    found = find_fast_style("sea")
    assert found.card == written.card
    assert found.rows == ("identity", "sea")
    assert {CARD, *found.card["sha256"]} == {path.name for path in found.folder.iterdir()}
    loaded = load_network(found)
    for name, value in net.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value.half().float())
    for name in found.card["sha256"]:
        mode = found.file(name).stat().st_mode
        assert mode & 0o777 == (found.folder / CARD).stat().st_mode & 0o777
    assert open_image(found.file(PREVIEW)).size[1] > 100
    assert np.allclose(found.row({"sea": 1.0}), net.rows[1:].detach().half().float())


def test_a_network_without_rows(tmp_path: Path) -> None:
    net = TransformNet(TransformNetShape(width=2))
    written = write_network(tmp_path / "sea", net, DETAILS, export=lambda *_: None)
    assert (written.card["architecture"], written.rows) == ("transform", ())
    assert written.style_names == ("sea",)
    assert set(written.card["sha256"]) == {WEIGHTS}


def test_what_is_exported_is_what_is_stored(tmp_path: Path) -> None:
    net, seen = RealtimeNet(SHAPE, rows=2), []
    write_network(tmp_path / "sea", net, DETAILS, export=lambda given, _: seen.append(given))
    weight = seen[0].head.weight
    assert torch.equal(weight, weight.half().float())
    assert not torch.equal(net.head.weight, weight)


def test_refusals_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="expected 2, as the network has, got 1: sea"):
        write_network(tmp_path / "sea", RealtimeNet(SHAPE, rows=3), DETAILS)
    net = RealtimeNet(SHAPE, rows=2)
    net.head.weight.data[0] = 1e6
    with pytest.raises(NonFiniteLossError, match=r"head.weight up to 1e\+06"):
        write_network(tmp_path / "sea", net, DETAILS)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_network(tmp_path / "sea", RealtimeNet(SHAPE, rows=2), DETAILS, export=fail)
    assert not list(tmp_path.iterdir())
