import json
import re

import pytest
from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.errors import DeviceError


def test_json() -> None:
    flags = ["--device", "cpu", "--precision", "float32", "--json"]
    report = json.loads(CliRunner().invoke(app, ["doctor", *flags]).stdout)
    assert (report["device"], report["precision"]) == ("cpu", "float32")
    assert report["weights"]["vgg19"] == "ready"
    assert report["formats"]["JPEG"] is True
    assert report["engines"] == {"openvino": True, "onnxruntime": True, "torch": True}
    assert report["engine"].split(":")[0] in report["engines"]
    assert report["engine_precision"] in ("float32", "bfloat16", "float16")
    assert report["engine_threads"] >= 1


def test_text() -> None:
    result = CliRunner().invoke(app, ["doctor", "--device", "cpu"])
    assert result.exit_code == 0
    assert re.search(r"^weights +vgg19: ready", result.stdout, re.MULTILINE)
    assert re.search(r"^engines +openvino: yes", result.stdout, re.MULTILINE)
    assert "JPEG: yes" in result.stdout


def test_without_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise DeviceError("No engine is installed.")

    monkeypatch.setattr("impasto.runtime.catalog.choose_engine", refuse)
    result = CliRunner().invoke(app, ["doctor", "--device", "cpu", "--json"])
    assert json.loads(result.stdout)["engine"] == "none: No engine is installed."
