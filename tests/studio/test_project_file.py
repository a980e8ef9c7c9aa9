import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.errors import ImpastoError, OptionError, OutputError, ProjectError
from impasto.studio import project_file
from impasto.studio.document import Document
from impasto.studio.document_json import masks_of
from impasto.studio.edits import replace_mask
from impasto.studio.history import History
from impasto.studio.mask import Mask
from impasto.studio.photograph import Photograph, photograph_from_pixels
from impasto.studio.project_archive import DOCUMENT, PHOTOGRAPH, ProjectLimits, add_file
from impasto.studio.project_file import Project, open_project, save_project, write_project

ATTACHMENTS = {"style-1.png": b"painted"}


@pytest.fixture
def project(photograph: Photograph, history: History) -> Project:
    return Project(photograph=photograph, history=history, attachments=ATTACHMENTS)


@pytest.fixture
def content(project: Project) -> bytes:
    file = io.BytesIO()
    write_project(project, file)
    return file.getvalue()


def rebuilt(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, each in files.items():
            add_file(archive, name, each)
    return file.getvalue()


def with_head(content: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    def apply(files: dict[str, bytes]) -> None:
        head = json.loads(files[DOCUMENT])
        change(head)
        files[DOCUMENT] = json.dumps(head).encode()

    return rebuilt(content, apply)


def test_everything_comes_back(project: Project, tmp_path: Path) -> None:
    path = save_project(project, tmp_path / "harbour.impasto")
    for source in (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes())):
        opened = open_project(source)
        assert opened.history == project.history
        assert opened.photograph.content == project.photograph.content
        assert opened.photograph.reference == project.photograph.reference
        assert opened.attachments == ATTACHMENTS


def test_the_same_project_gives_the_same_bytes(project: Project, content: bytes) -> None:
    file = io.BytesIO()
    write_project(open_project(content), file)
    assert file.getvalue() == content


def test_masks_are_pictures_that_any_program_shows(project: Project, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("masks/")]
        assert len(names) == len(masks_of(project.history.states)) == 3
        mask = project.history.document.find("lion").mask
        image = Image.open(io.BytesIO(archive.read(f"masks/{mask.digest}.png")))
        assert np.array_equal(np.asarray(image), mask.values)
        assert archive.read(PHOTOGRAPH) == project.photograph.content


def test_saving_is_atomic(project: Project, tmp_path: Path) -> None:
    path = save_project(project, tmp_path / "a.impasto")
    before = path.read_bytes()
    with pytest.raises(OutputError):
        save_project(project, path, overwrite=False)
    with pytest.raises(OutputError):
        save_project(project, tmp_path / "none" / "a.impasto")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.impasto"]


def test_truncated_files_are_refused(content: bytes) -> None:
    for length in [*range(0, len(content), 97), len(content) - 1]:
        with pytest.raises(ProjectError, match="project: "):
            open_project(content[:length])


def test_damage_is_noticed_or_does_no_harm(project: Project, content: bytes) -> None:
    """Bytes flipped anywhere: an error of ours, or the very same project."""
    random = np.random.default_rng(0)
    for position in random.integers(0, len(content), 300):
        damaged = bytearray(content)
        damaged[position] ^= int(random.integers(1, 256))
        try:
            opened = open_project(bytes(damaged))
        except ImpastoError:
            continue
        assert opened.history == project.history
        assert opened.photograph.content == project.photograph.content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h.update(version=2), "expected version 1, got 2"),
        (lambda h: h.update(version=True), "expected version 1, got True"),
        (lambda h: h.update(version="1"), "expected version 1, got '1'"),
        (lambda h: h.update(format="other"), "expected the document of a project"),
        (lambda h: h.update(position=4), "expected one of 4 states, got 4"),
        (lambda h: h.update(states=[]), "expected one of 0 states"),
        (lambda h: h["photograph"].update(size=[61, 84]), "got another one"),
        (lambda h: h["photograph"].update(digest="0" * 64), "got another one"),
        (lambda h: h["photograph"].update(name="../x"), "got another one"),
        (lambda h: h["objects"][0].update(strength=7), "strength: expected"),
        (lambda h: h["objects"][0].update(id="roof"), "a different id"),
        (lambda h: h["objects"][0]["mask"].update(digest="b" * 64), "got none"),
        (
            lambda h: h["objects"][0]["mask"].update(box=[0, 0, 10**6, 10**6]),
            "a box inside",
        ),
        (
            lambda h: h["objects"][0]["mask"].update(box=[5, 5, 5, 9]),
            "a box inside",
        ),
        (
            lambda h: h["objects"][0]["mask"].update(box=[0, 0, 2, 2]),
            "expected a grey mask",
        ),
    ],
)
def test_contradictions_are_refused(
    content: bytes, change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        open_project(with_head(content, change))


@pytest.mark.parametrize(
    "head", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format":"impasto project"}']
)
def test_other_documents_are_refused(content: bytes, head: bytes) -> None:
    with pytest.raises(ProjectError):
        open_project(rebuilt(content, lambda files: files.update({DOCUMENT: head})))


@pytest.mark.parametrize("missing", [DOCUMENT, PHOTOGRAPH])
def test_missing_files_are_named(content: bytes, missing: str) -> None:
    with pytest.raises(ProjectError, match=f"expected a file '{missing}' inside"):
        open_project(rebuilt(content, lambda files: files.pop(missing)))


@pytest.mark.parametrize(
    "limits",
    [
        ProjectLimits(max_bytes=1000),
        ProjectLimits(max_entries=3),
        ProjectLimits(max_document_bytes=100),
        ProjectLimits(max_states=3),
        ProjectLimits(max_pixels=100),
        ProjectLimits(max_mask_pixels=100),
    ],
)
def test_limits(content: bytes, limits: ProjectLimits) -> None:
    with pytest.raises(ImpastoError, match=r"expected (masks of )?at most"):
        open_project(content, limits=limits)


@pytest.mark.parametrize("source", ["no-such-file.impasto", b"", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_project(source: str | bytes) -> None:
    with pytest.raises(ProjectError):
        open_project(source)


def test_a_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be read"):
        open_project(tmp_path)


def test_a_history_too_long_to_open_loses_its_oldest_states(
    photograph: Photograph,
    document: Document,
    disc: Callable[..., Mask],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = History(states=(document,))
    for x in range(10, 40):
        history = history.push(replace_mask(document, "lion", disc(x, 30, 6)).document)
    small = ProjectLimits(max_mask_pixels=3000)
    monkeypatch.setattr(project_file, "ProjectLimits", lambda: small)
    for shown in (history, history.undo(), History(states=history.states)):
        file = io.BytesIO()
        write_project(Project(photograph=photograph, history=shown), file)
        opened = open_project(file.getvalue(), limits=small)
        assert opened.history.document == shown.document
        assert 1 < len(opened.history.states) < len(history.states)


def test_parts_that_do_not_fit_are_refused(photograph: Photograph, history: History) -> None:
    other = photograph_from_pixels(np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(OptionError, match="states of the project's photograph"):
        Project(photograph=other, history=history)
    with pytest.raises(OptionError, match="attachments: expected names"):
        Project(photograph=photograph, history=history, attachments={"../x": b""})
