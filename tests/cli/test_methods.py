import json

from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.stylizers.catalog import METHODS


def test_json() -> None:
    listed = json.loads(CliRunner().invoke(app, ["methods", "--json"]).stdout)
    assert [method["name"] for method in listed] == list(METHODS)
    assert listed[0]["defaults"]["optimizer"] == "lbfgs"


def test_text() -> None:
    shown = CliRunner().invoke(app, ["methods"]).stdout
    for spec in METHODS.values():
        assert f"{spec.name}\n  {spec.description}\n  {spec.source}\n" in shown
