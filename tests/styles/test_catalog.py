"""The catalogue of style images agrees with the files and with the code that paints them."""

import re
from pathlib import Path

import pytest
from PIL import Image

from impasto.errors import UnknownNameError
from impasto.styles.catalog import STYLES, StyleSpec, get_style, style_path

ROOT = Path(__file__).parents[2]
SPECS = list(STYLES.values())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_file_opens_and_is_large_enough(spec: StyleSpec) -> None:
    path = style_path(spec)
    assert path.is_file()
    with Image.open(path) as image:
        image.load()
        assert image.mode == "RGB"
        assert min(image.size) >= 512
    assert path.stat().st_size < 400 * 1024


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_spec_names_its_painter(spec: StyleSpec) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", spec.name)
    assert STYLES[spec.name] is spec
    assert Path(spec.filename).stem == spec.name
    assert spec.title
    assert spec.licence == "Apache-2.0"
    assert f"python -m scripts.paint_styles {spec.name}`" in spec.made_by
    module = ROOT / "scripts" / "paint_styles" / f"{spec.name.replace('-', '_')}.py"
    assert module.is_file()


def test_every_file_is_in_the_catalogue() -> None:
    folder = style_path(SPECS[0]).parent
    found = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert found == {spec.filename for spec in SPECS}


def test_get_style_finds_every_name() -> None:
    assert [get_style(name) for name in STYLES] == SPECS


def test_unknown_name_lists_the_nearest_and_all() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'starry-night'\?") as caught:
        get_style("stary-night")
    assert isinstance(caught.value, LookupError)
    assert all(name in str(caught.value) for name in STYLES)


def test_far_off_name_gets_no_guess() -> None:
    with pytest.raises(UnknownNameError) as caught:
        get_style("qqqq")
    assert "Did you mean" not in str(caught.value)
