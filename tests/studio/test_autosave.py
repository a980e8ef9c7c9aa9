import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from impasto.errors import ImageSizeError, OutputError, ProjectError
from impasto.studio import autosave
from impasto.studio.autosave import (
    Autosave,
    create_session,
    open_session,
    remove_session,
    saved_sessions,
)
from impasto.studio.document import Document
from impasto.studio.edits import replace_mask, set_strength, set_style
from impasto.studio.history import History
from impasto.studio.journal import encode_record, read_journal
from impasto.studio.mask import Mask
from impasto.studio.photograph import Photograph

WRITER = """
import sys
from pathlib import Path
import numpy as np
from impasto.studio.autosave import create_session, open_session
from impasto.studio.document import Document, Look
from impasto.studio.edits import add_object, replace_mask, set_strength
from impasto.studio.history import History
from impasto.studio.mask import make_mask
from impasto.studio.photograph import photograph_from_pixels
import impasto.studio.autosave as module

module.COMPACT_BYTES = 20_000
folder = Path(sys.argv[1])
random = np.random.default_rng()
if (folder / "journal").exists():
    session = open_session(folder)
else:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    photograph = photograph_from_pixels(pixels)
    document = Document(photograph=photograph.reference)
    document = add_object(
        document, make_mask(pixels[..., 0]), name="it", object_id="it", look=Look(strength=0)
    ).document
    session = create_session(folder, photograph, History(states=(document,)))
history = session.history
number = int(round(history.document.find("it").look.strength * 1e6))
while True:
    number += 1
    mask = make_mask(random.integers(0, 256, (40, 50), np.uint8))
    document = replace_mask(history.document, "it", mask).document
    document = set_strength(document, "it", number / 1e6).document
    history = history.push(document) if number % 3 else history.amend(document)
    session.save(history)
    print(number, document.find("it").mask.digest, flush=True)
    if number % 7 == 0:
        history = history.undo().redo()
        session.save(history)
"""


@pytest.fixture
def session(tmp_path: Path, photograph: Photograph, history: History) -> Iterator[Autosave]:
    with create_session(tmp_path / "sessions" / "one", photograph, history) as made:
        yield made


def test_everything_comes_back(session: Autosave, photograph: Photograph, history: History) -> None:
    changed = history.push(set_style(history.document, "sky", "x").document)
    session.save(changed)
    session.save(changed.undo())
    session.attach("style-1.png", b"painted")
    session.close()
    with open_session(session.folder) as opened:
        assert opened.history == changed.undo()
        assert opened.history.redo() == changed
        assert opened.photograph.content == photograph.content
        assert opened.photograph.reference == photograph.reference
        assert opened.attachments == {"style-1.png": b"painted"}


def test_what_was_attached_is_detached(session: Autosave) -> None:
    session.attach("style-1.png", b"painted")
    session.attach("style-2.png", b"painted too")
    session.detach("style-1.png")
    session.detach("style-1.png")
    session.detach("../journal")
    assert session.attachments == {"style-2.png": b"painted too"}
    assert (session.folder / "journal").exists()


def test_a_look_costs_a_line_and_no_mask(session: Autosave, history: History) -> None:
    masks = session.folder / "masks"
    before = {path: path.stat().st_mtime_ns for path in masks.iterdir()}
    size = (session.folder / "journal").stat().st_size
    session.save(history.push(set_style(history.document, "sky", "x").document))
    assert {path: path.stat().st_mtime_ns for path in masks.iterdir()} == before
    assert (session.folder / "journal").stat().st_size - size < 1500


def test_truncated_at_any_byte_of_the_last_record(session: Autosave, history: History) -> None:
    steps = [history]
    for strength in (0.1, 0.2):
        steps.append(steps[-1].push(set_strength(history.document, "sky", strength).document))
        session.save(steps[-1])
    session.close()
    journal = session.folder / "journal"
    content = journal.read_bytes()
    last = len(encode_record(read_journal(journal)[0][-1]))
    for cut in range(1, last + 1):
        journal.write_bytes(content[:-cut])
        with open_session(session.folder) as opened:
            assert opened.history == steps[1]
        assert len(journal.read_bytes()) == len(content) - last
    with open_session(session.folder) as opened:
        opened.save(steps[2])
    with open_session(session.folder) as opened:
        assert opened.history == steps[2]


@pytest.mark.slow
def test_killed_while_writing_it_opens_again(tmp_path: Path) -> None:
    """What was said to be saved is there; at most the state under way is there too."""
    folder = tmp_path / "one"
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(0.02 + 0.03 * attempt)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait(60)
        process.stdout.close()
        said = [line.split() for line in lines if line.endswith("\n")]
        assert said
        with open_session(folder) as opened:
            shown = opened.history.document.find("it")
            number = round(shown.look.strength * 1e6)
            assert number in (int(said[-1][0]), int(said[-1][0]) + 1)
            if number == int(said[-1][0]):
                assert shown.mask.digest == said[-1][1]
            assert len(opened.history.states) > number // 2
        assert not list(folder.rglob("*.tmp"))


def test_compaction_keeps_all_and_drops_the_rest(
    session: Autosave, history: History, disc: Callable[..., Mask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "COMPACT_BYTES", 5_000)
    now = history
    for radius in range(3, 20):
        mask = disc(40, 30, radius)
        now = now.amend(replace_mask(now.document, "roof", mask).document)
        session.save(now)
    journal = session.folder / "journal"
    session.compact()
    assert len(read_journal(journal)[0]) == 1
    assert len(list((session.folder / "masks").iterdir())) == 4
    after = now.push(replace_mask(now.document, "roof", disc(40, 30, 3)).document)
    session.save(after)
    session.close()
    with open_session(session.folder) as opened:
        assert opened.history == after


def test_journals_are_compacted_as_they_grow(
    tmp_path: Path, photograph: Photograph, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "COMPACT_BYTES", 10_000)
    with create_session(tmp_path / "one", photograph, history) as session:
        now = history
        for step in range(200):
            now = now.amend(set_strength(now.document, "sky", step / 200).document)
            session.save(now)
        assert (session.folder / "journal").stat().st_size < 20_000
        assert session.history == now


def test_no_two_programs_at_once(session: Autosave) -> None:
    with pytest.raises(OutputError, match="open already"):
        open_session(session.folder)
    with pytest.raises(OutputError, match="open already"):
        remove_session(session.folder)
    session.close()
    open_session(session.folder).close()


def test_listing_and_removing(session: Autosave, photograph: Photograph, history: History) -> None:
    root = session.folder.parent
    create_session(root / "two", photograph, history).close()
    (root / "three").mkdir()
    (root / "four").mkdir()
    (root / "four" / "journal").write_bytes(b"damaged")
    found = saved_sessions(root)
    assert {each.folder.name for each in found} == {"one", "two"}
    assert found[0].saved_at_s >= found[1].saved_at_s
    assert found[0].photograph == photograph.reference
    remove_session(root / "two")
    remove_session(root / "two")
    assert [each.folder.name for each in saved_sessions(root)] == ["one"]
    assert saved_sessions(root / "none") == ()


def test_what_is_wrong_is_said(
    session: Autosave, photograph: Photograph, history: History, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="expected no session there"):
        create_session(session.folder, photograph, history)
    with pytest.raises(ProjectError, match="there is none"):
        open_session(tmp_path)
    for name in ("../x", "A", "", "a/b", ".hidden"):
        with pytest.raises(OutputError, match="plain lower-case name"):
            session.attach(name, b"")
    session.close()
    with pytest.raises(ImageSizeError):
        open_session(session.folder, max_pixels=100)
    (session.folder / "photograph").unlink()
    with pytest.raises(ProjectError, match="expected its photograph"):
        open_session(session.folder)


def test_another_photograph_is_refused(session: Autosave, document: Document) -> None:
    session.close()
    path = session.folder / "photograph"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ProjectError, match="got another one"):
        open_session(session.folder)


def test_durable_sessions(tmp_path: Path, photograph: Photograph, history: History) -> None:
    with create_session(tmp_path / "one", photograph, history, durable=True) as session:
        session.save(history.undo())
    with open_session(tmp_path / "one") as opened:
        assert opened.history == history.undo()
