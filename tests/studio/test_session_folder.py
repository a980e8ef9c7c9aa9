from itertools import pairwise
from pathlib import Path

import pytest

from impasto.errors import OutputError, ProjectError
from impasto.studio.box import Box
from impasto.studio.document import Document
from impasto.studio.document_json import MaskReference, masks_of, write_document
from impasto.studio.edits import set_style
from impasto.studio.history import History
from impasto.studio.journal import write_journal
from impasto.studio.session_folder import (
    SessionFolder,
    read_reference,
    read_session,
    remove_tail,
    step_record,
    whole_record,
    write_file,
)


@pytest.fixture
def folder(tmp_path: Path) -> SessionFolder:
    made = SessionFolder(path=tmp_path / "one")
    made.create()
    return made


def test_steps_are_short(history: History) -> None:
    pushed = history.push(set_style(history.document, "sky", "x").document)
    assert step_record(history, pushed) == {
        "do": "push",
        "document": write_document(pushed.document),
    }
    amended = history.amend(set_style(history.document, "sky", "x").document)
    assert step_record(history, amended) == {
        "do": "amend",
        "document": write_document(amended.document),
    }
    assert step_record(history, history.redo()) == {"do": "move", "position": 3}
    assert step_record(history, history.undo().redo()) is None
    assert step_record(pushed, history) == whole_record(history)


def test_replaying_gives_the_history(folder: SessionFolder, history: History) -> None:
    steps = [
        history,
        history.undo(),
        history.undo().undo(),
        history.undo().push(set_style(history.document, "sky", "y").document),
    ]
    steps.append(steps[-1].amend(set_style(history.document, "roof", "z").document))
    steps.append(steps[-1].undo().redo().undo())
    folder.save_masks(masks_of([*history.states]).values())
    records = [whole_record(steps[0])]
    for old, new in pairwise(steps):
        record = step_record(old, new)
        assert record is not None
        records.append(record)
        write_journal(folder.journal, records)
        assert read_session(folder) == (new, folder.journal.stat().st_size)
    assert read_reference(folder) == history.document.photograph


def test_a_state_with_a_damaged_mask_is_left_out(
    folder: SessionFolder, history: History, empty: Document
) -> None:
    folder.save_masks(masks_of(history.states).values())
    write_journal(folder.journal, [whole_record(history)])
    next(folder.masks.iterdir()).write_bytes(b"damaged")
    assert read_session(folder)[0] == History(states=(empty,))
    broken = History(states=history.states[1:])
    write_journal(folder.journal, [whole_record(broken)])
    with pytest.raises(ProjectError, match="a state that can be read"):
        read_session(folder)


@pytest.mark.parametrize(
    "record", [{"do": "fly"}, {"do": "move", "position": 9}, {"do": "push"}, {"do": "all"}]
)
def test_steps_that_cannot_be_are_refused(
    folder: SessionFolder, history: History, record: dict[str, object]
) -> None:
    folder.save_masks(masks_of(history.states).values())
    write_journal(folder.journal, [whole_record(history), record])
    with pytest.raises(ProjectError):
        read_session(folder)


@pytest.mark.parametrize("change", [{"version": 2}, {"format": "other"}, {"photograph": None}])
def test_other_versions_are_refused(
    folder: SessionFolder, history: History, change: dict[str, object]
) -> None:
    write_journal(folder.journal, [{**whole_record(history), **change}])
    with pytest.raises(ProjectError):
        read_reference(folder)


def test_masks_outside_the_photograph_are_refused(folder: SessionFolder) -> None:
    far = MaskReference(digest="0" * 64, box=Box(top=0, left=0, bottom=10**9, right=10**9))
    with pytest.raises(ProjectError, match="a box inside"):
        folder.read_mask(far, (61, 83))
    near = MaskReference(digest="0" * 64, box=Box(top=0, left=0, bottom=9, right=9))
    with pytest.raises(ProjectError, match="the file of a mask"):
        folder.read_mask(near, (61, 83))


def test_one_process_at_a_time(folder: SessionFolder) -> None:
    lock = folder.lock()
    with pytest.raises(OutputError, match="open already"):
        folder.lock()
    lock.close()
    folder.lock().close()


def test_unfinished_files_and_unused_masks_are_removed(
    folder: SessionFolder, history: History
) -> None:
    folder.save_masks(masks_of(history.states).values())
    unfinished = folder.masks / ".impasto-0123.tmp"
    unfinished.write_bytes(b"half")
    folder.remove_unfinished()
    assert not unfinished.exists()
    saved = folder.saved_masks()
    assert saved == masks_of(history.states).keys()
    folder.remove_masks(saved)
    assert folder.saved_masks() == set()


def test_cutting_off_a_tail(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, b"12345")
    remove_tail(path, 3)
    remove_tail(path, 3)
    assert path.read_bytes() == b"123"
    with pytest.raises(OutputError):
        remove_tail(tmp_path / "none", 3)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="expected to make this folder"):
        SessionFolder(path=tmp_path / "file" / "one").create()
