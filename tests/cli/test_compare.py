from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from impasto.cli.compare import plan_columns

QUICK = ["--size", "24", "--iterations", "1", "--device", "cpu"]


def test_two_methods(run: Callable[..., Any], folder: Path) -> None:
    outcome = run("compare", "a.png", "-s", "style.png", "-o", "figure.png", *QUICK)
    assert (outcome.code, outcome.out) == (0, "figure.png\n")
    with Image.open(folder / "figure.png") as image:
        assert image.width > 2 * image.height


def test_photographs_and_styles_make_rows(run: Callable[..., Any], folder: Path) -> None:
    """A name that is no text for mathematics, or for the font, is shown all the same."""
    (folder / "$a$ $_$ 寿司.png").write_bytes((folder / "b.png").read_bytes())
    styles = ["-s", "style.png", "-s", "$a$ $_$ 寿司.png"]
    flags = ["--methods", "gatys", *QUICK]
    outcome = run("compare", "[ab].png", *styles, "-o", "figure.jpg", *flags)
    assert outcome.code == 0
    assert outcome.err.splitlines()[-1].startswith("4/4")
    with Image.open(folder / "figure.jpg") as image:
        assert image.height > image.width


def test_fast_beside_another_method(run: Callable[..., Any], folder: Path, networks: Path) -> None:
    flags = ["--methods", "fast", *QUICK]
    outcome = run("compare", "a.png", "-s", "stripes", "-s", "lone", "-o", "figure.png", *flags)
    assert (outcome.code, outcome.out) == (0, "figure.png\n")
    flags = ["--methods", "fast,gatys", *QUICK]
    outcome = run("compare", "a.png", "-s", "stripes", "-o", "figure.png", *flags)
    assert outcome.code == 2
    assert "not a picture" in outcome.err


def test_controls_are_columns(run: Callable[..., Any], folder: Path, networks: Path) -> None:
    flags = ["--methods", "fast", "--size", "24", "--with", "strength=0.5,keep-color=luminance"]
    outcome = run("compare", "a.png", "-s", "stripes", "-o", "figure.png", *flags)
    assert (outcome.code, outcome.out) == (0, "figure.png\n")
    with Image.open(folder / "figure.png") as image:
        assert image.width > 3.5 * image.height / 1.5


def test_methods_for_any_style_with_controls(
    run: Callable[..., Any], folder: Path, any_style: Path
) -> None:
    methods = ["--methods", "adain,wct,sanet", "--size", "24"]
    controls = ["--with", "strength=0.5", "--with", "keep-color=luminance"]
    flags = ["-s", "style.png", "-o", "figure.png", *methods, *controls]
    outcome = run("compare", "a.png", *flags)
    assert (outcome.code, outcome.out) == (0, "figure.png\n")
    with Image.open(folder / "figure.png") as image:
        assert image.width > 5 * image.height / 1.5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("colour=red", "expected one of keep-color"),
        ("strength=much", "expected a number"),
        ("semantic=yes", "takes no value"),
        ("texture", "cannot honour it"),
        ("exact-outside", "expected a mask"),
    ],
)
def test_controls_that_are_none(
    words: str, message: str, run: Callable[..., Any], networks: Path
) -> None:
    flags = ["--methods", "fast", "--with", words]
    outcome = run("compare", "a.png", "-s", "stripes", "-o", "figure.png", *flags)
    assert outcome.code == 2
    assert message in outcome.err


def test_columns_are_methods_with_and_without() -> None:
    columns = plan_columns("gatys,fast", ["strength=0.5"])
    assert [column.title for column in columns] == [
        "Gatys",
        "Gatys\nstrength=0.5",
        "Fast",
        "Fast\nstrength=0.5",
    ]
