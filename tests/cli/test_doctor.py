import json

from typer.testing import CliRunner

from impasto.cli.app import app


def test_json() -> None:
    flags = ["--device", "cpu", "--precision", "float32", "--json"]
    report = json.loads(CliRunner().invoke(app, ["doctor", *flags]).stdout)
    assert (report["device"], report["precision"]) == ("cpu", "float32")
    assert report["weights"]["vgg19"] == "ready"
    assert report["formats"]["JPEG"] is True


def test_text() -> None:
    result = CliRunner().invoke(app, ["doctor", "--device", "cpu"])
    assert result.exit_code == 0
    assert "weights      vgg19: ready" in result.stdout
    assert "JPEG: yes" in result.stdout
