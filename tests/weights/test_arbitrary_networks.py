import json
from pathlib import Path

import pytest

from impasto.errors import WeightsDamagedError, WeightsNotFoundError
from impasto.weights.arbitrary_networks import (
    CARD,
    ENCODER_GRAPH,
    FOLDER,
    read_arbitrary_networks,
)
from impasto.weights.catalog import get_weights


def test_card_and_files(arbitrary_folder: Path) -> None:
    networks = read_arbitrary_networks(arbitrary_folder)
    assert networks.names == ("adain", "wct1", "wct2", "wct3", "wct4", "sanet")
    for name in networks.card["sha256"]:
        assert networks.file(name) == arbitrary_folder / name
    assert len(networks.version) == 64


def test_no_card(tmp_path: Path) -> None:
    with pytest.raises(WeightsNotFoundError, match="train them"):
        read_arbitrary_networks(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9, "networks": {}, "sha256": {}}'])
def test_damaged_card(text: str, tmp_path: Path) -> None:
    (tmp_path / CARD).write_text(text)
    with pytest.raises(WeightsDamagedError, match="expected a card"):
        read_arbitrary_networks(tmp_path)


def test_missing_and_exchanged_files(arbitrary_folder: Path, tmp_path: Path) -> None:
    (tmp_path / CARD).write_text((arbitrary_folder / CARD).read_text())
    networks = read_arbitrary_networks(tmp_path)
    with pytest.raises(WeightsNotFoundError, match="found none"):
        networks.file(ENCODER_GRAPH)
    (tmp_path / ENCODER_GRAPH).write_bytes(b"another")
    with pytest.raises(WeightsDamagedError, match="as the card says"):
        networks.file(ENCODER_GRAPH)


def test_version_changes_with_the_card(arbitrary_folder: Path, tmp_path: Path) -> None:
    card = json.loads((arbitrary_folder / CARD).read_text())
    (tmp_path / CARD).write_text(json.dumps(card))
    before = read_arbitrary_networks(tmp_path).version
    card["sha256"][ENCODER_GRAPH] = "0" * 64
    (tmp_path / CARD).write_text(json.dumps(card))
    assert read_arbitrary_networks(tmp_path).version != before


def test_another_folder_is_named_in_the_environment(any_style: Path) -> None:
    assert read_arbitrary_networks().folder == any_style


def test_what_is_missing_is_named(arbitrary_folder: Path) -> None:
    networks = read_arbitrary_networks(arbitrary_folder)
    networks.require(["adain", "wct1"])
    with pytest.raises(
        WeightsNotFoundError, match="expected the networks wct5, magic, found adain"
    ):
        networks.require(["adain", "wct5", "magic"])


def test_what_ships_is_whole_and_of_the_encoder_that_ships() -> None:
    networks = read_arbitrary_networks()
    assert networks.folder == FOLDER
    networks.require(["adain"])
    for name in networks.card["sha256"]:
        assert networks.file(name).is_file()
    assert networks.card["encoder"]["sha256"] == get_weights("vgg19-slim").sha256
    assert "CC BY 4.0" in networks.card["licence"]
