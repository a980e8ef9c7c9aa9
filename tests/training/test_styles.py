import hashlib
from pathlib import Path

import pytest

from impasto.errors import ImageFormatError, ImageNotFoundError, OptionError, UnknownNameError
from impasto.training.styles import check_name, read_style, read_styles, with_targets


def test_a_file_gives_its_name(style_file: Path) -> None:
    style = read_style(str(style_file))
    assert style.name == "blue-painting-1"
    assert style.image == style_file.name
    assert style.image_sha256 == hashlib.sha256(style_file.read_bytes()).hexdigest()
    assert style.card_entry()["title"] == "Blue painting 1"
    assert style.licence == "unstated"


def test_names_can_be_given(style_file: Path) -> None:
    assert read_style(f"deep-sea={style_file}").name == "deep-sea"
    assert read_style(str(style_file), name="sea").name == "sea"
    assert read_style(f"deep-sea={style_file}", name="sea").name == "deep-sea"


def test_style_images_that_ship() -> None:
    style = read_style("my-mosaic=mosaic")
    assert (style.name, style.title, style.licence) == ("my-mosaic", "Mosaic", "Apache-2.0")


def test_one_style_has_the_networks_name(style_file: Path) -> None:
    assert [style.name for style in read_styles([str(style_file)], "net")] == ["net"]
    two = read_styles([str(style_file), "candy"], "net")
    assert [style.name for style in two] == ["blue-painting-1", "candy"]


def test_targets(style_file: Path) -> None:
    styles = read_styles([str(style_file), "candy"], "net")
    targets = [style.content_target for style in with_targets(styles, ["candy=0.8"])]
    assert targets == [None, 0.8]
    with pytest.raises(UnknownNameError, match="no style 'cady'"):
        with_targets(styles, ["cady=0.8"])
    with pytest.raises(OptionError, match="NAME=NUMBER"):
        with_targets(styles, ["candy"])
    with pytest.raises(OptionError, match="0 or more"):
        with_targets(styles, ["candy=-1"])


@pytest.mark.parametrize("name", ["", "Great", "a_b", "-a", "a--b", "identity", "a b", "ä"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(OptionError, match="lower-case words"):
        check_name(name)


def test_refusals(tmp_path: Path, style_file: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageNotFoundError, match="neither a file nor"):
        read_style("nothing.jpg")
    with pytest.raises(ImageFormatError):
        read_style(str(tmp_path / "text.png"))
    with pytest.raises(OptionError, match="two are called"):
        read_styles([str(style_file), str(style_file)], "net")
    with pytest.raises(OptionError, match="at least one style"):
        read_styles([], "net")
