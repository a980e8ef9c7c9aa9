from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from impasto.errors import OutputError
from impasto.image.destination import check_destination, replace_file


def _write(path: Path, content: bytes) -> None:
    with replace_file(path) as file:
        file.write(content)


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "result.png"
    _write(path, b"one")
    _write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_is_not_there_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "result.png"
    with replace_file(path) as file:
        file.write(b"half")
        assert not path.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "result.png"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"new")
        raise error

    with pytest.raises(error), replace_file(path) as file:
        fail(file)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"No space left.*unchanged"),
        replace_file(tmp_path / "result.png"),
    ):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_failure_to_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="Operation not permitted"):
        _write(tmp_path / "result.png", b"new")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        _write(tmp_path / "new.png", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "new.png").stat().st_mode & 0o777 == 0o640
    old = tmp_path / "old.png"
    old.touch()
    old.chmod(0o604)
    _write(old, b"new")
    assert old.stat().st_mode & 0o777 == 0o604


def test_symbolic_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    link.symlink_to(target)
    _write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list((tmp_path / "real").iterdir()) == [target]


def test_existing_files_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "result.png"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match="not to be overwritten"):
        check_destination(path, overwrite=False)
    with pytest.raises(OutputError, match="exists already"), replace_file(path, overwrite=False):
        pytest.fail("the file must not be opened")
    assert path.read_bytes() == b"old"


def test_missing_folders(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"missing, but it does not exist; create it"):
        check_destination(tmp_path / "missing" / "a.png")


def test_a_file_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is not a folder"):
        check_destination(tmp_path / "file" / "a.png")


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OutputError, match="got a folder"):
        check_destination(tmp_path / "a.png")


def test_devices(tmp_path: Path) -> None:
    if not Path("/dev/null").exists():
        pytest.skip("needs /dev/null")
    (tmp_path / "a.png").symlink_to("/dev/null")
    with pytest.raises(OutputError, match="got a device"):
        check_destination(tmp_path / "a.png")


@pytest.mark.parametrize("protected", ["folder", "file"])
def test_write_protection(tmp_path: Path, protected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.touch()
    closed = tmp_path if protected == "folder" else path
    monkeypatch.setattr(os, "access", lambda where, _: where != closed)
    with pytest.raises(OutputError, match="write-protected"):
        check_destination(path)


@pytest.mark.parametrize("name", ["a\0.png", "a" * 5000 + ".png"])
def test_impossible_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="expected"):
        check_destination(tmp_path / name)


def test_where_no_file_can_be_made() -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("needs /proc")
    with pytest.raises(OutputError):
        _write(Path("/proc/result.png"), b"new")
