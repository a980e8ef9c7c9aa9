import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from impasto.batch import storage
from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    MissingPackageError,
    OutputError,
)


@pytest.fixture(params=["path", "file", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A folder by each way to name one."""
    if request.param == "memory":
        yield "memory://bucket/folder"
        fsspec.filesystem("memory").rm("/bucket", recursive=True)
        return
    yield str(tmp_path) if request.param == "path" else f"file://{tmp_path}"


def test_what_is_written_is_read(folder: str) -> None:
    place = storage.join(folder, "deep/a.png")
    assert storage.modified_s(place) is None
    storage.write(place, b"first", tag="t")
    storage.write(place, b"second", tag="t")
    assert storage.read(place) == b"second"
    now = datetime.datetime.now().timestamp()
    assert abs((storage.modified_s(place) or 0) - now) < 60
    assert storage.is_folder(folder)
    assert not storage.is_folder(place)


def test_walks_to_the_bottom_in_order(folder: str) -> None:
    for name in ("b/2.png", "a.png", "b/1.png", "c/d/e.png"):
        storage.write(storage.join(folder, name), b"x", tag="t")
    found = [place.rpartition("folder")[2] or place for place in storage.walk(folder)]
    assert [place.split("/")[-1] for place in found] == ["a.png", "1.png", "2.png", "e.png"]
    for place in storage.walk(folder):
        assert storage.read(place) == b"x"


def test_a_missing_file_and_a_folder_are_refused(folder: str) -> None:
    with pytest.raises(ImageNotFoundError, match=r"nothing\.png"):
        storage.read(storage.join(folder, "nothing.png"))
    storage.write(storage.join(folder, "sub/a.png"), b"x", tag="t")
    with pytest.raises((ImageFormatError, ImageNotFoundError)):
        storage.read(storage.join(folder, "sub"))


def test_globs_with_a_scheme(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", "c.txt"):
        (tmp_path / name).touch()
    found = storage.match(f"file://{tmp_path}/*.png")
    assert found == [f"file://{tmp_path}/a.png", f"file://{tmp_path}/b.png"]


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path / "a.png")
    storage.write(place, b"before", tag="t")

    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="disk full"):
        storage.write(place, b"after", tag="t")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert storage.read(place) == b"before"


def test_sweep_removes_what_killed_writers_of_this_run_left(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    mine = tmp_path / "deep" / f"{storage.TEMPORARY}mine-1.tmp"
    other = tmp_path / f"{storage.TEMPORARY}other-1.tmp"
    for path in (mine, other, tmp_path / "a.png"):
        path.touch()
    assert storage.sweep(f"file://{tmp_path}", tag="mine") == 1
    assert storage.sweep("memory://bucket", tag="mine") == 0
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [other.name, "a.png"]


def test_a_scheme_that_nothing_reads_names_what_to_install() -> None:
    with pytest.raises(MissingPackageError, match=r"impasto\[distributed\]"):
        storage.read("nowhere://a/b.png")


def test_pyarrow_opens_what_fsspec_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")

    def lacks(*_: Any) -> Any:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", lacks)
    files, path = storage.file_system("mock:///bucket/deep/a.png")
    monkeypatch.setattr(storage, "file_system", lambda uri: (files, path))
    storage.write("mock:///bucket/deep/a.png", b"content", tag="t")
    assert storage.read("mock:///bucket/deep/a.png") == b"content"
    assert storage.modified_s("mock:///bucket/deep/a.png") is not None


def test_names_of_places() -> None:
    assert storage.absolute("s3://bucket/a b.png") == "s3://bucket/a b.png"
    assert storage.absolute("a.png") == str(Path.cwd() / "a.png")
    assert (storage.stem("s3://bucket/a.b.png"), storage.suffix("s3://b/a.PNG")) == ("a.b", ".png")
    assert storage.join("s3://bucket/", "a.png") == "s3://bucket/a.png"


def test_messages_name_the_uri_of_an_image() -> None:
    storage.write("memory://bucket/a.png", b"no picture", tag="t")
    from impasto.image.codec import open_image

    with pytest.raises(ImageFormatError, match=r"^memory://bucket/a"):
        open_image(storage.image_source("memory://bucket/a.png"))
