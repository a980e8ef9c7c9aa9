from pathlib import Path

import pytest

from impasto.cli.files import check_size, expand, plan_outputs
from impasto.errors import ImageNotFoundError, OptionError, OutputError


def test_globs_are_sorted_and_nothing_comes_twice(folder: Path) -> None:
    assert expand(["b.png", "?.png", "./a.png"]) == [Path("b.png"), Path("a.png")]
    assert expand([str(folder / "[ab].png")]) == [folder / "a.png", folder / "b.png"]
    assert expand(["missing.png"]) == [Path("missing.png")]


def test_names_that_look_like_globs(folder: Path) -> None:
    (folder / "x[1].png").touch()
    assert expand(["x[1].png"]) == [Path("x[1].png")]


@pytest.mark.parametrize("pattern", ["*.bmp", "fold*"])
def test_pattern_without_a_file(pattern: str, folder: Path) -> None:
    with pytest.raises(ImageNotFoundError, match="no file matches"):
        expand([pattern])


def test_outputs(folder: Path) -> None:
    photos = [Path("a.png"), Path("b.png")]
    assert plan_outputs(photos, None, label="x") == [Path("a-x.png"), Path("b-x.png")]
    for name in ("out", "out/"):
        assert plan_outputs(photos, name, label="x")[0] == Path("out/a-x.png")
    assert plan_outputs(photos[:1], "r.jpg", label="x") == [Path("r.jpg")]


def test_refused_outputs(folder: Path) -> None:
    photos = [Path("a.png"), Path("b.png")]
    for name in ("no", "no/"):
        with pytest.raises(OutputError, match="create it first"):
            plan_outputs(photos, name, label="x")
    with pytest.raises(OptionError, match="need a folder"):
        plan_outputs(photos, "r.png", label="x")
    with pytest.raises(OutputError, match="one name"):
        plan_outputs([Path("a.png"), Path("a.jpg")], "out", label="x")
    with pytest.raises(OutputError, match="itself"):
        plan_outputs(photos[:1], "out/../a.png", label="x")


def test_sizes() -> None:
    check_size((4000, 4000), output=Path("r.webp"))
    check_size((20_000, 20_000), max_pixels=400_000_000)
    with pytest.raises(OptionError, match="pixels"):
        check_size((20_000, 20_000))
    with pytest.raises(OutputError, match="16383"):
        check_size((16_384, 16), output=Path("r.webp"))
