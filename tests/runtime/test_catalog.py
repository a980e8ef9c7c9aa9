from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from impasto.errors import DeviceError
from impasto.runtime import catalog
from impasto.runtime.catalog import (
    ENGINES,
    MODULES,
    choose_engine,
    engine_settings,
    installed_engines,
    open_engine,
)
from impasto.weights.style_networks import StyleNetwork


def test_every_engine_has_a_module() -> None:
    assert ENGINES.keys() == MODULES.keys()
    assert installed_engines() == list(ENGINES)


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(catalog, "_is_installed", lambda package: package in names)


def test_openvino_then_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "_torch_sees_a_gpu", lambda: False)
    assert choose_engine() == "openvino"
    install(monkeypatch, "onnxruntime", "torch")
    assert choose_engine() == "onnxruntime"
    with pytest.raises(DeviceError, match="pip install openvino"):
        choose_engine("openvino")
    install(monkeypatch)
    with pytest.raises(DeviceError, match="No engine"):
        choose_engine()


def test_torch_where_it_sees_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert choose_engine() == "torch"
    monkeypatch.delitem(sys.modules, "torch")
    assert choose_engine() == "openvino"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"engine": "caffe"}, "onnxruntime"),
        ({"precision": "int8"}, "float32"),
        ({"threads": 0}, "threads"),
        ({"engine": "onnxruntime", "precision": "bfloat16"}, "openvino"),
    ],
)
def test_what_cannot_be_had(realtime: StyleNetwork, options: Any, words: str) -> None:
    with pytest.raises(DeviceError, match=words):
        open_engine(realtime, **options)


@pytest.mark.parametrize("engine", ENGINES)
def test_settings_of_this_machine_are_those_of_an_engine(
    realtime: StyleNetwork, engine: str
) -> None:
    opened = open_engine(realtime, engine=engine)
    expected = engine_settings(engine)
    assert (opened.precision, opened.threads) == (expected.precision, expected.threads)
    assert opened.description == expected.description


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_torch_and_onnx_are_not_loaded(realtime: StyleNetwork, engine: str) -> None:
    program = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from impasto.runtime.catalog import open_engine\n"
        "from impasto.weights.style_networks import read_network\n"
        "network = read_network(Path(sys.argv[1]))\n"
        "engine = open_engine(network, engine=sys.argv[2])\n"
        "engine.stylize(np.zeros((9, 9, 3), np.uint8), network.row({'red': 1.0}))\n"
        "print(sorted({'torch', 'onnx', 'scipy', 'PIL', 'typer'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, str(realtime.folder), engine]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    assert finished.stdout == "[]\n"
    assert finished.stderr == ""
