import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from impasto.encoders.catalog import ENCODERS
from impasto.encoders.vgg import VGG
from impasto.errors import DeviceError, WeightsDamagedError
from impasto.runtime.graph_session import OpenVinoSession
from impasto.runtime.torch_session import TorchSession
from impasto.weights.arbitrary_networks import (
    CARD,
    ENCODER_GRAPH,
    ArbitraryNetworks,
    read_arbitrary_networks,
)
from impasto.weights.catalog import get_weights


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, slim: VGG) -> None:
    """The untrained encoder is among those there are."""
    place = "impasto.runtime.torch_session"
    monkeypatch.setattr(f"{place}.get_encoder", lambda _: ENCODERS["vgg19"])
    spec = replace(get_weights("vgg19"), sha256="0" * 64)
    monkeypatch.setattr(f"{place}.get_weights", lambda _: spec)
    monkeypatch.setattr(f"{place}.load_encoder", lambda *_, **__: slim)


@pytest.mark.usefixtures("known")
def test_encoder_is_the_encoder(arbitrary_folder: Path, slim: VGG) -> None:
    networks = read_arbitrary_networks(arbitrary_folder)
    before = torch.get_num_threads()
    session = TorchSession(
        networks, ENCODER_GRAPH, ("relu2_1",), precision="float32", threads=1, device="cpu"
    )
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    found = session.run({"image": pixels})["relu2_1"]
    image = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    torch.testing.assert_close(torch.from_numpy(found), slim(image, ("relu2_1",))["relu2_1"])
    assert torch.get_num_threads() == before
    assert session.settings.threads == 1


def test_attention_graphs_agree_with_openvinos(arbitrary_folder: Path) -> None:
    networks = read_arbitrary_networks(arbitrary_folder)
    random = np.random.default_rng(0)

    def both(graph: str, outputs: tuple[str, ...], feed: dict[str, np.ndarray]) -> dict[str, Any]:
        ours = TorchSession(networks, graph, outputs, precision="float32", device="cpu").run(feed)
        path = networks.file(graph)
        theirs = OpenVinoSession(path, outputs, precision="float32").run(feed)
        for name in outputs:
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-3, atol=1e-3)
        return theirs

    names = [f"{name}{level}" for level in (4, 5) for name in ("style", "normal")]
    style = {name: random.normal(0, 1, (1, 512, 1, 6)).astype(np.float32) for name in names}
    memory = both("sanet-memory.onnx", ("key4", "value4", "key5", "value5"), style)
    for level, size in ((4, (4, 6)), (5, (2, 3))):
        for name in ("content", "normal"):
            memory[f"{name}{level}"] = random.normal(0, 1, (1, 512, *size)).astype(np.float32)
    features = both("sanet-attention.onnx", ("features",), memory)["features"]
    one = np.ones((1, 512, 1, 1), np.float32)
    skip = random.random((1, 256, 8, 12), np.float32)
    joining = {"skip": skip, "skip_gain": one[:, :256], "skip_offset": 0 * one[:, :256]}
    feed = {"features": features, "gain": one, "offset": 0 * one, **joining}
    session = TorchSession(networks, "sanet.onnx", ("stylized",), device="cpu")
    assert session.run(feed)["stylized"].shape == (1, 32, 48, 3)


def test_damaged_weights(arbitrary_folder: Path, tmp_path: Path) -> None:
    for file in arbitrary_folder.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "adain.safetensors").write_bytes(b"nothing")
    networks = read_arbitrary_networks(tmp_path)
    with pytest.raises(WeightsDamagedError, match="as the card says"):
        TorchSession(networks, "adain.onnx", ("stylized",))


def test_other_weights_of_that_name(arbitrary_folder: Path, tmp_path: Path) -> None:
    card = json.loads((arbitrary_folder / CARD).read_text())
    card["encoder"]["name"] = "vgg19"
    networks = ArbitraryNetworks(folder=tmp_path, card=card)
    with pytest.raises(WeightsDamagedError, match="as the card says"):
        TorchSession(networks, ENCODER_GRAPH, ("relu1_1",))


def test_wrong_precision(arbitrary_folder: Path) -> None:
    with pytest.raises(DeviceError, match="precision"):
        TorchSession(read_arbitrary_networks(arbitrary_folder), ENCODER_GRAPH, (), precision="int8")
