from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from impasto.cli.texture import _parsed_size
from impasto.errors import OptionError

QUICK = ["--iterations", "2", "--style-layers", "relu1_1", "--device", "cpu"]


@pytest.mark.parametrize(("size", "expected"), [("40x24", (40, 24)), ("20", (20, 20))])
def test_size(size: str, expected: tuple[int, int], run: Callable[..., Any], folder: Path) -> None:
    flags = ["--size", size, "--seed", "3", "--tv-weight", "0.2"]
    outcome = run("texture", "style.png", "-o", "texture.png", *QUICK, *flags)
    assert outcome.code == 0
    assert outcome.out.startswith("texture.png  (")
    with Image.open(folder / "texture.png") as image:
        assert image.size == expected


@pytest.mark.parametrize("text", ["", "x", "15", "16x15", "16x16x16", "16.5x16", "-20x20"])
def test_refused_sizes(text: str) -> None:
    with pytest.raises(OptionError, match="--size"):
        _parsed_size(text)


def test_parsed_size_is_height_then_width() -> None:
    assert _parsed_size("640X480") == (480, 640)
