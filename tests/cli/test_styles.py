import json
from pathlib import Path

from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.styles.catalog import STYLES


def test_json() -> None:
    listed = json.loads(CliRunner().invoke(app, ["styles", "--json"]).stdout)
    assert [style["name"] for style in listed][: len(STYLES)] == list(STYLES)
    for style in listed[: len(STYLES)]:
        assert Path(style["image"]).is_file()
        assert style["fast"] == (style["network"] is not None)
        assert style["made_by"]


def test_text_has_whole_paths() -> None:
    result = CliRunner().invoke(app, ["styles"])
    listed = json.loads(CliRunner().invoke(app, ["styles", "--json"]).stdout)
    for style in listed:
        assert style["name"] in result.stdout
        assert style["image"] is None or f"  {style['image']}\n" in result.stdout


def test_trained_styles(networks: Path) -> None:
    listed = {
        style["name"]: style
        for style in json.loads(CliRunner().invoke(app, ["styles", "--json"]).stdout)
    }
    assert listed["stripes"] == {
        "name": "stripes",
        "title": "Stripes",
        "image": None,
        "fast": True,
        "network": {
            "name": "tiny",
            "folder": str(networks / "tiny"),
            "licence": "Apache-2.0",
            "yours": True,
        },
        "made_by": "",
        "licence": "CC0-1.0",
    }
    assert listed["dots"]["licence"] == "unstated"
    shown = CliRunner().invoke(app, ["styles"]).stdout
    assert "lone\n  lone\n  fast: yes, your network lone (Apache-2.0)\n" in shown
