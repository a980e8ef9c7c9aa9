from dataclasses import replace
from pathlib import Path

import pytest

from impasto.cli.files import FilePlan, check_size, expand, open_photo, plan_outputs
from impasto.errors import ImageNotFoundError, OptionError, OutputError


def test_globs_are_sorted_and_nothing_comes_twice(folder: Path) -> None:
    assert expand(["b.png", "?.png", "./a.png"]) == [Path("b.png"), Path("a.png")]
    assert expand([str(folder / "[ab].png")]) == [folder / "a.png", folder / "b.png"]
    assert expand(["missing.png"]) == [Path("missing.png")]


def test_names_that_look_like_globs(folder: Path) -> None:
    (folder / "x[1].png").touch()
    assert expand(["x[1].png"]) == [Path("x[1].png")]


def test_a_folder_stands_for_the_pictures_in_it(folder: Path) -> None:
    for name in ("a.png", "b.png"):
        (folder / name).rename(folder / "folder" / name)
    (folder / "folder" / "text.jpg").write_text("no picture")
    (folder / "folder" / ".hidden.png").write_bytes((folder / "folder" / "a.png").read_bytes())
    (folder / "folder" / "below").mkdir()
    assert expand(["folder", "folder/a.png"]) == [Path("folder/a.png"), Path("folder/b.png")]
    with pytest.raises(ImageNotFoundError, match="no picture in this folder"):
        expand(["out"])


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


def test_a_folder_is_made_where_the_name_ends_as_one(folder: Path) -> None:
    assert plan_outputs([Path("a.png")], "new/deep/", label="x") == [Path("new/deep/a-x.png")]
    assert (folder / "new" / "deep").is_dir()


def test_refused_outputs(folder: Path) -> None:
    photos = [Path("a.png"), Path("b.png")]
    with pytest.raises(OutputError, match=r"create it first, or write no/"):
        plan_outputs(photos, "no", label="x")
    with pytest.raises(OutputError, match=r"a\.png/: expected a folder"):
        plan_outputs(photos, "a.png/", label="x")
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


def test_photographs_are_opened_if_their_results_can_be_saved(folder: Path) -> None:
    plan = FilePlan(size=None, max_pixels=10_000, quality=90, keep_profile=False)
    assert open_photo(Path("a.png"), Path("r.png"), plan).size == (24, 32)
    with pytest.raises(OptionError, match="pixels"):
        open_photo(Path("a.png"), Path("r.png"), replace(plan, size=100_000))
