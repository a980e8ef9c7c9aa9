from __future__ import annotations

import io
from types import ModuleType

import pytest

from impasto.errors import ImageFormatError, ImageSizeError, ProjectError, UploadSizeError
from impasto.studio.project_file import Project, write_project
from impasto.studio.server.open_document import ORIGINAL
from impasto.studio.server.settings import Limits
from impasto.studio.server.uploads import check_pixels, document_pixels, read_upload


def test_a_photograph_begins_a_document(stand_ins: ModuleType) -> None:
    beginning = read_upload(stand_ins.make_photo(40, 60), "../a/b.png", Limits())
    assert beginning.photograph.reference.name == "b.png"
    assert beginning.history.document.objects == ()
    assert not beginning.attachments


def test_a_large_one_is_worked_on_at_a_smaller_size_and_kept(stand_ins: ModuleType) -> None:
    content = stand_ins.make_photo(200, 300)
    limits = Limits(working_pixels=20_000)
    beginning = read_upload(content, "b.png", limits)
    height, width = beginning.photograph.size
    assert height * width <= 20_000
    assert width / height == pytest.approx(1.5, abs=0.02)
    assert beginning.attachments == {ORIGINAL: content}
    assert document_pixels(content, limits) == 20_000


def test_a_project_continues_where_it_was(stand_ins: ModuleType) -> None:
    beginning = read_upload(stand_ins.make_photo(), "b.png", Limits())
    file = io.BytesIO()
    project = Project(
        photograph=beginning.photograph, history=beginning.history, attachments={"note": b"x"}
    )
    write_project(project, file)
    again = read_upload(file.getvalue(), "ignored", Limits())
    assert again.history == beginning.history
    assert again.attachments == {"note": b"x"}
    with pytest.raises(ProjectError, match="at most"):
        read_upload(file.getvalue(), "", Limits(project_bytes=10))


def test_what_is_too_large_is_refused_before_it_is_decoded(stand_ins: ModuleType) -> None:
    content = stand_ins.make_photo()
    with pytest.raises(UploadSizeError, match="at most 10 bytes"):
        document_pixels(content, Limits(upload_bytes=10))
    with pytest.raises(UploadSizeError, match="project"):
        document_pixels(b"PK\x03\x04" + bytes(20), Limits(project_bytes=10))
    with pytest.raises(ImageSizeError, match="photograph: expected at most 100 pixels"):
        document_pixels(content, Limits(photo_pixels=100))
    with pytest.raises(ImageSizeError, match="72 x 48"):
        check_pixels("style", content, 100)
    with pytest.raises(ImageSizeError):
        read_upload(content, "", Limits(photo_pixels=100))
    with pytest.raises(ImageFormatError):
        document_pixels(b"nothing", Limits())
