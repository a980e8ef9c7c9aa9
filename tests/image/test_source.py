from __future__ import annotations

import io
from pathlib import Path

import pytest

from impasto.errors import ImageFormatError, ImageNotFoundError, OptionError
from impasto.image.source import read_source, source_name

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def test_reads_paths_bytes_and_open_files(tmp_path: Path) -> None:
    path = tmp_path / "näme with space.png"
    path.write_bytes(PNG)
    for source in (path, str(path), PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG)):
        assert read_source(source) == ("PNG", PNG)
    with path.open("rb") as file:
        assert read_source(file) == ("PNG", PNG)
        assert not file.closed


def test_reads_an_open_file_from_where_it_stands() -> None:
    file = io.BytesIO(b"header" + PNG)
    file.seek(6)
    assert read_source(file) == ("PNG", PNG)


def test_names(tmp_path: Path) -> None:
    assert source_name(tmp_path / "a.png") == str(tmp_path / "a.png")
    assert source_name(b"") == "image data"
    assert source_name(io.BytesIO()) == "image data"


@pytest.mark.parametrize("name", ["missing.png", "missing/photo.png"])
def test_missing_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImageNotFoundError, match=r"missing.*there is none"):
        read_source(tmp_path / name)


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(ImageFormatError, match="got a folder"):
        read_source(tmp_path)


@pytest.mark.parametrize("content", [b"", b"GIF8", b"hello", b"\0" * 100, b"<html></html>"])
def test_files_that_are_no_images(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageFormatError, match=r"photo\.jpg: expected an image"):
        read_source(path)


@pytest.mark.parametrize("name", ["a\0b.png", "a" * 5000 + ".png"])
def test_impossible_names(name: str) -> None:
    with pytest.raises(ImageFormatError, match="can be read"):
        read_source(name)


def test_a_file_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(PNG)
    with pytest.raises(ImageFormatError, match="can be read"):
        read_source(tmp_path / "file" / "photo.png")


def test_unreadable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ImageFormatError, match="Permission denied"):
        read_source(tmp_path / "photo.png")


def test_endless_devices_are_not_read_to_the_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("needs /dev/zero")
    with pytest.raises(ImageFormatError, match="none of these"):
        read_source("/dev/zero")


@pytest.mark.parametrize("source", [None, 3, ["a.png"], io.StringIO("text")])
def test_refuses_what_is_no_source(source: object) -> None:
    with pytest.raises(OptionError, match="expected"):
        read_source(source)  # type: ignore[arg-type]
