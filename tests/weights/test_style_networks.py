import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from impasto.errors import UnknownNameError, WeightsDamagedError, WeightsNotFoundError
from impasto.metrics.checkerboard import checkerboard_amplitude
from impasto.networks.catalog import load_network
from impasto.networks.realtime_net import RealtimeNet
from impasto.weights.places import SHIPPED_FOLDER
from impasto.weights.style_networks import (
    CARD,
    GRAPH,
    IDENTITY,
    PREVIEW,
    TILE_GRAPH,
    WEIGHTS,
    StyleNetwork,
    fast_styles,
    find_fast_style,
    find_network,
    read_network,
    stable_twin,
    style_networks,
    user_folder,
)

SHIPPED = SHIPPED_FOLDER / "gallery"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the network that ships, as a person's own."""
    monkeypatch.setenv("IMPASTO_STYLES", str(tmp_path))
    shutil.copytree(SHIPPED, tmp_path / "mine")
    rewrite(tmp_path / "mine", name="mine")
    return tmp_path / "mine"


def rewrite(folder: Path, **changes: object) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, **changes}))


def test_eight_styles_ship_with_all_their_files() -> None:
    network = read_network(SHIPPED)
    assert {"starry-night", "great-wave", "candy", "feathers"} <= set(network.style_names)
    assert len(network.style_names) >= 8
    for filename in (WEIGHTS, GRAPH, TILE_GRAPH, PREVIEW):
        assert network.file(filename).is_file()


def test_the_card_says_what_a_catalogue_says() -> None:
    card = read_network(SHIPPED).card
    assert all([card["licence"], card["recipe"]["command"], card["data"]["photographs"]])
    for entry in card["styles"].values():
        assert entry["licence"]
        assert 0 < entry["style_left"] < 1
        assert 0 < entry["content_distance"] < 1


def test_a_row_is_a_mixture() -> None:
    network = read_network(SHIPPED)
    rows = load_file(SHIPPED / WEIGHTS)["rows"].astype(np.float64)
    names = network.rows
    expected = 0.25 * rows[0] + 0.75 * rows[names.index("candy")]
    found = network.row({IDENTITY: 0.25, "candy": 0.75})
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected[None], atol=1e-5)
    with pytest.raises(UnknownNameError, match="no row 'nothing'"):
        network.row({"nothing": 1.0})


@pytest.mark.parametrize("name", read_network(SHIPPED).rows)
def test_no_grid_on_noise(name: str) -> None:
    """Of at most 2 grey levels, says the specification; half of one is what we allow."""
    network = read_network(SHIPPED)
    net = load_network(network)
    assert isinstance(net, RealtimeNet)
    noise = 128 / 255 + 12 / 255 * torch.randn(1, 3, 512, 512, generator=torch.manual_seed(0))
    with torch.no_grad():
        stylized = net(noise, torch.from_numpy(network.row({name: 1.0}))).clamp(0, 1)
    assert max(checkerboard_amplitude(stylized).values()) < 0.5


def test_ones_own_come_after_those_that_ship(folder: Path) -> None:
    assert user_folder() == folder.parent
    assert [network.name for network in style_networks()] == ["gallery", "mine"]
    assert fast_styles()["candy"].name == "mine"
    assert find_fast_style("candy").folder == folder
    assert find_fast_style(str(folder)).name == "mine"


def test_networks_are_found_by_name_style_and_folder(folder: Path) -> None:
    for name in ("mine", "candy", str(folder)):
        assert find_network(name).folder == folder
    with pytest.raises(UnknownNameError, match="no fast style 'yours'"):
        find_network("yours")


def test_an_unknown_style_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'great-wave'"):
        find_fast_style("grate-wave")


def test_a_changed_file_is_refused(folder: Path) -> None:
    network = read_network(folder)
    (folder / GRAPH).write_bytes(b"something else")
    with pytest.raises(WeightsDamagedError, match="expected sha256"):
        network.file(GRAPH)
    (folder / GRAPH).unlink()
    with pytest.raises(WeightsNotFoundError, match="lacks"):
        network.file(GRAPH)


@pytest.mark.parametrize(
    "card", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "sha256": 3}', "\x00"]
)
def test_a_damaged_card_hides_no_other_network(folder: Path, card: str) -> None:
    (folder / CARD).write_text(card)
    with pytest.raises(WeightsDamagedError, match="card"):
        read_network(folder)
    assert [network.name for network in style_networks()] == ["gallery"]


def test_a_card_of_the_future(folder: Path) -> None:
    rewrite(folder, format=99)
    with pytest.raises(WeightsDamagedError, match="format 1, got 99"):
        read_network(folder)


def test_a_network_without_rows_has_its_own_name(folder: Path) -> None:
    card = read_network(folder).card
    single = StyleNetwork(folder=folder, card={**card, "rows": [], "name": "wave"})
    assert single.style_names == ("wave",)


def test_a_twin_is_found_beside_its_network_and_not_listed(folder: Path) -> None:
    network = read_network(folder)
    with pytest.raises(UnknownNameError, match="'mine' has no twin"):
        stable_twin(network)
    twin = folder.with_name("mine-stable")
    shutil.copytree(folder, twin)
    assert stable_twin(network).folder == twin
    assert folder in [each.folder for each in style_networks()]
    assert twin not in [each.folder for each in style_networks()]
    rewrite(twin, rows=["identity", "another"])
    with pytest.raises(UnknownNameError, match="no twin"):
        stable_twin(network)


def test_a_network_alone_with_a_twins_name_is_listed(folder: Path) -> None:
    alone = folder.rename(folder.with_name("mine-stable"))
    assert alone in [each.folder for each in style_networks()]


def test_a_network_that_was_trained_for_films_is_its_own_twin(folder: Path) -> None:
    recipe = read_network(folder).card["recipe"]
    rewrite(folder, recipe={**recipe, "stability_weight": 20.0})
    network = read_network(folder)
    assert stable_twin(network) is network
