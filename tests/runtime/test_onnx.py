from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.runtime.onnx import OnnxRuntimeBackend, machine_settings
from impasto.weights.style_networks import GRAPH, StyleNetwork


def test_settings(realtime: StyleNetwork) -> None:
    settings = OnnxRuntimeBackend(realtime, threads=1).settings
    assert (settings.precision, settings.threads) == ("float32", 1)
    assert settings.description.startswith("ONNX Runtime")
    assert machine_settings().threads >= 1


def test_bfloat16_is_refused(realtime: StyleNetwork) -> None:
    with pytest.raises(DeviceError, match="float32"):
        OnnxRuntimeBackend(realtime, precision="bfloat16")


def test_a_graph_that_is_none(realtime: StyleNetwork, tmp_path: Path) -> None:
    (tmp_path / GRAPH).write_bytes(b"no graph")
    card = {**realtime.card, "sha256": {GRAPH: hashlib.sha256(b"no graph").hexdigest()}}
    with pytest.raises(WeightsDamagedError, match="tiny"):
        OnnxRuntimeBackend(StyleNetwork(folder=tmp_path, card=card))


def test_without_onnxruntime(realtime: StyleNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(DeviceError, match="pip install onnxruntime"):
        OnnxRuntimeBackend(realtime)
