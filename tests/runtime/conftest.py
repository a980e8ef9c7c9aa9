"""Small style networks in folders, and a home of their own for compiled graphs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs
import pytest
import torch
from safetensors.torch import save_file

from impasto.networks.onnx_export import export_graphs
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import RealtimeNetShape, TransformNetShape
from impasto.networks.transform_net import TransformNet
from impasto.weights.style_networks import (
    CARD,
    GRAPH,
    TILE_GRAPH,
    WEIGHTS,
    StyleNetwork,
    read_network,
)

Pixels = Callable[..., np.ndarray]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache"


def _save(folder: Path, net: RealtimeNet | TransformNet, rows: list[str]) -> StyleNetwork:
    net.load_state_dict({key: value.half().float() for key, value in net.state_dict().items()})
    folder.mkdir()
    export_graphs(net.eval(), folder)
    save_file({key: value.half() for key, value in net.state_dict().items()}, folder / WEIGHTS)
    card = {
        "format": 1,
        "name": folder.name,
        "architecture": "realtime" if rows else "transform",
        "shape": asdict(net.shape),
        "rows": rows,
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in (GRAPH, TILE_GRAPH, WEIGHTS)
        },
    }
    (folder / CARD).write_text(json.dumps(card))
    return read_network(folder)


@pytest.fixture(scope="session")
def realtime(tmp_path_factory: pytest.TempPathFactory) -> StyleNetwork:
    """Untrained; paints "red"."""
    torch.manual_seed(0)
    shape = RealtimeNetShape(half=8, quarter=16, eighth=24, blocks=2)
    net = RealtimeNet(shape, rows=2)
    with torch.no_grad():
        net.rows[1] += 0.3 * torch.randn(net.rows.shape[1])
    return _save(tmp_path_factory.mktemp("styles") / "tiny", net, ["identity", "red"])


@pytest.fixture(scope="session")
def transform(tmp_path_factory: pytest.TempPathFactory) -> StyleNetwork:
    """Untrained, of the paper's architecture."""
    torch.manual_seed(1)
    net = TransformNet(TransformNetShape(width=4))
    return _save(tmp_path_factory.mktemp("styles") / "paper", net, [])


@pytest.fixture
def pixels() -> Pixels:
    """Makes pixels whose statistics differ strongly from left to right."""

    def make(height: int, width: int, seed: int = 0) -> np.ndarray:
        generator = np.random.default_rng(seed)
        y, x = np.mgrid[0:height, 0:width] / max(height, width)
        smooth = np.stack([0.8 - 0.6 * x, 0.7 - 0.5 * x + 0.2 * y, 0.5 + 0.4 * y - 0.3 * x], -1)
        grain = generator.normal(0, 1, (height, width, 3)) * (0.01 + 0.06 * (x > 0.5))[..., None]
        levels = (smooth * np.where(x[..., None] < 0.5, 1.15, 0.3) + grain).clip(0, 1) * 255
        return levels.round().astype(np.uint8)

    return make
