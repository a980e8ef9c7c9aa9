import io
import zipfile

import pytest

from impasto.errors import ProjectError
from impasto.studio.project_archive import (
    DOCUMENT,
    PHOTOGRAPH,
    ProjectArchive,
    ProjectLimits,
    add_file,
    attachment_name,
    mask_name,
)

MASK = mask_name("a" * 64)


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            add_file(made, name, content, compression)
    return zipfile.ZipFile(file)


def test_files_are_read() -> None:
    files = {DOCUMENT: b"{}", PHOTOGRAPH: b"jpeg", MASK: b"png", "attachments/a.png": b"own"}
    contents = ProjectArchive(archive(files), ProjectLimits())
    assert contents.read(PHOTOGRAPH) == b"jpeg"
    assert contents.read(MASK) == b"png"
    assert contents.attachments() == {"a.png": b"own"}
    with pytest.raises(ProjectError, match=r"expected a file .* inside, got none"):
        contents.read(mask_name("b" * 64))
    with pytest.raises(ProjectError, match="expected at most 1 bytes, got 2"):
        contents.read(DOCUMENT, 1)


@pytest.mark.parametrize(
    "name",
    [
        "../document.json",
        "/etc/passwd",
        "masks/../photograph",
        "masks\\x.png",
        "C:\\photograph",
        "masks/" + "A" * 64 + ".png",
        "attachments/",
        "attachments/../x",
        "attachments/X",
        "folder/",
        "",
        "document.json\n",
    ],
)
def test_names_that_do_not_belong_are_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="expected only files of a project"):
        ProjectArchive(archive({name: b""}), ProjectLimits())


def test_the_same_name_twice_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        add_file(made, DOCUMENT, b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            add_file(made, DOCUMENT, b"2")
    with pytest.raises(ProjectError, match="twice"):
        ProjectArchive(zipfile.ZipFile(file), ProjectLimits())


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = archive({DOCUMENT: b"0" * 10_000_000}, zipfile.ZIP_DEFLATED)
    with pytest.raises(ProjectError, match="expected at most 1,000,000 bytes, got 10,000,000"):
        ProjectArchive(bomb, ProjectLimits(max_bytes=1_000_000))
    many = archive({mask_name(f"{number:064x}"): b"" for number in range(20)})
    with pytest.raises(ProjectError, match="expected at most 10 files inside, got 20"):
        ProjectArchive(many, ProjectLimits(max_entries=10))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(compression: int) -> None:
    with pytest.raises(ProjectError, match="stored or deflated"):
        ProjectArchive(archive({DOCUMENT: b"1"}, compression), ProjectLimits())


def test_names_of_attachments() -> None:
    assert attachment_name("style-1.png") == "attachments/style-1.png"
    for name in ("", "..", "a/b", "Ä", "x" * 101, "a\n"):
        assert attachment_name(name) is None
