from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from impasto.errors import CapacityError, ProjectError, UnknownNameError
from impasto.studio.server.library import Library
from impasto.studio.server.schemas import SetStyle
from impasto.studio.server.settings import Limits

Begin = Callable[..., Library]


@pytest.fixture
def begin(tmp_path: Path, stand_ins: ModuleType) -> Iterator[Begin]:
    with ExitStack() as stack:

        def make(tools: Any = None, **limits: Any) -> Library:
            settings = stand_ins.make_settings(
                tmp_path / "data", limits=Limits(**{"memory_bytes": 2**34, **limits})
            )
            library = Library(settings, tools or stand_ins.make_tools())
            stack.callback(library.close)
            return library

        yield make


def test_documents_belong_to_their_visitors(begin: Begin, stand_ins: ModuleType) -> None:
    library = begin()
    document = library.create("me", stand_ins.make_photo(), "a.png")
    assert [name for name, _, _ in library.list("me")] == [document.id]
    assert library.list("you") == []
    assert library.open("me", document.id) is document
    for call in (library.open, library.remove, library.preview):
        with pytest.raises(UnknownNameError):
            call("you", document.id)


def test_it_is_prepared_before_the_first_photograph(begin: Begin, stand_ins: ModuleType) -> None:
    opened: list[str] = []

    def open_segmenter(name: str) -> Any:
        opened.append(name)
        if len(opened) == 1:
            raise OSError("no weights yet")
        return stand_ins.open_grid(name)

    library = begin(stand_ins.make_tools(open_segmenter=open_segmenter))
    library.prepare()
    library.prepare()
    document = library.create("me", stand_ins.make_photo(), "a.png")
    library._pools[0].submit(lambda: None).result(60)
    assert opened == ["grid"] * 3
    assert document.loading["regions"]


def test_no_id_becomes_a_path(begin: Begin, tmp_path: Path) -> None:
    library = begin()
    for name in ("..", ".", "", "/etc", "../secret", "a\x00b"):
        with pytest.raises(UnknownNameError):
            library.open("me", name)
        with pytest.raises(UnknownNameError):
            library.preview("me", name)


def test_idle_documents_make_room_and_come_back(begin: Begin, stand_ins: ModuleType) -> None:
    library = begin(open_documents=2)
    ids = [library.create("me", stand_ins.make_photo(seed=n), "a.png").id for n in range(4)]
    message = SetStyle(do="set_style", region="background", style="red")
    library.open("me", ids[3]).workspace.edit(message)
    assert sum(is_open for _, _, is_open in library.list("me")) == 2
    library.open("me", ids[0])
    library.open("me", ids[1])
    again = library.open("me", ids[3])
    assert again.workspace.document.background.look.style == "red"


def test_documents_that_are_looked_at_are_not_closed(begin: Begin, stand_ins: ModuleType) -> None:
    library = begin(open_documents=1)
    first = library.create("me", stand_ins.make_photo(), "a.png")

    class Watcher:
        def painted(self, boxes: Any) -> None: ...
        def changed(self, topic: Any) -> None: ...

    watcher = Watcher()
    first.workspace.subscribe(watcher)
    with pytest.raises(CapacityError, match="no room"):
        library.create("me", stand_ins.make_photo(seed=1), "a.png")
    first.workspace.unsubscribe(watcher)
    library.create("me", stand_ins.make_photo(seed=1), "a.png")


def test_memory_and_number_have_limits(begin: Begin, stand_ins: ModuleType) -> None:
    with pytest.raises(CapacityError, match="memory"):
        begin(memory_bytes=10**6).create("me", stand_ins.make_photo(), "a.png")
    library = begin(documents=1)
    library.create("me", stand_ins.make_photo(), "a.png")
    library.create("you", stand_ins.make_photo(), "a.png")
    with pytest.raises(CapacityError, match="at most 1"):
        library.create("me", stand_ins.make_photo(), "a.png")


def test_a_damaged_document_hides_no_others_and_tells_no_paths(
    begin: Begin, stand_ins: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = begin()
    good = library.create("me", stand_ins.make_photo(), "a.png").id
    bad = library.create("me", stand_ins.make_photo(seed=1), "a.png").id
    odd = library.create("me", stand_ins.make_photo(seed=2), "a.png").id
    library.close()
    sessions = tmp_path / "data" / "sessions"
    (sessions / bad / "journal").write_bytes(b"nonsense")
    (sessions / odd / "card.json").write_bytes(b"{")
    again = begin()
    assert [name for name, _, _ in again.list("me")] == [good]
    with caplog.at_level(logging.CRITICAL), pytest.raises(ProjectError) as refused:
        again.open("me", bad)
    assert str(tmp_path) not in str(refused.value)
    again.open("me", good)
    again.remove("me", bad)


def test_failed_uploads_leave_nothing_behind(begin: Begin, tmp_path: Path) -> None:
    library = begin()
    with pytest.raises(Exception, match="expected"):
        library.create("me", b"nothing", "a.png")
    assert not [*(tmp_path / "data" / "sessions").iterdir()]
