import subprocess
import sys
from importlib import import_module

import pytest

from impasto.errors import UnknownNameError
from impasto.segmentation.catalog import DEFAULT, SEGMENTERS, get_segmenter, open_segmenter


@pytest.mark.parametrize("name", SEGMENTERS)
def test_every_segmenter_is_where_it_says(name: str) -> None:
    spec = get_segmenter(name)
    made = getattr(import_module(spec.module), spec.segmenter)
    assert all(hasattr(made, step) for step in ("embed", "predict", "all_masks"))
    assert spec.name == name


def test_the_default_ships() -> None:
    assert get_segmenter(DEFAULT).extra == ""
    assert open_segmenter()


def test_names_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="region-tree"):
        get_segmenter("magic")


def test_the_catalogue_does_not_load_torch() -> None:
    code = "import sys, impasto.segmentation.catalog; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
