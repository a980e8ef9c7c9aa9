import json
from pathlib import Path

from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.styles.catalog import STYLES


def test_json() -> None:
    listed = json.loads(CliRunner().invoke(app, ["styles", "--json"]).stdout)
    assert [style["name"] for style in listed] == list(STYLES)
    for style in listed:
        assert Path(style["image"]).is_file()
        assert isinstance(style["fast"], bool)
        assert style["made_by"]


def test_text_has_whole_paths() -> None:
    result = CliRunner().invoke(app, ["styles"])
    listed = json.loads(CliRunner().invoke(app, ["styles", "--json"]).stdout)
    for style in listed:
        assert style["name"] in result.stdout
        assert f"  {style['image']}\n" in result.stdout
