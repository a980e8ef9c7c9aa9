from impasto.segmentation.click_weights import click_network
from impasto.weights.catalog import get_weights
from impasto.weights.store import status


def test_the_shipped_weights_are_those_promised_and_small() -> None:
    found = status(get_weights("segmentation"))
    assert found.state == "ready", found.reason
    assert found.spec.size_bytes < 6 * 2**20


def test_the_network_is_frozen_and_shared() -> None:
    network = click_network()
    assert network is click_network()
    assert not network.training
    assert not any(each.requires_grad for each in network.parameters())
