from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import ImpastoError, NotReadyError, OutputError
from impasto.studio.autosave import create_session, open_session
from impasto.studio.document import Document
from impasto.studio.edits import set_strength
from impasto.studio.history import History
from impasto.studio.photograph import photograph_from_pixels
from impasto.studio.server.saver import Saver, Step

PHOTO = photograph_from_pixels(np.zeros((20, 30, 3), np.uint8))


class Later(Executor):
    """Runs what it was given when it is told to."""

    def __init__(self) -> None:
        self.work: list[Any] = []

    def submit(self, function: Any, /, *args: Any, **keywords: Any) -> Future[Any]:
        self.work.append(function)
        return Future()

    def run(self) -> None:
        while self.work:
            self.work.pop(0)()


def _histories(count: int) -> Iterator[History]:
    history = History(states=(Document(photograph=PHOTO.reference),))
    for number in range(count):
        edit = set_strength(history.document, "background", (number + 1) / count)
        history = history.push(edit.document)
        yield history


def _begin(folder: Path, executor: Executor) -> tuple[Saver, list[Any]]:
    heard: list[Any] = []
    history = History(states=(Document(photograph=PHOTO.reference),))
    autosave = create_session(folder, PHOTO, history)
    return Saver(autosave, executor, lambda *args: heard.append(args)), heard


def test_steps_are_saved_in_order_and_told(tmp_path: Path) -> None:
    executor = Later()
    saver, heard = _begin(tmp_path / "s", executor)
    histories = [*_histories(3)]
    for revision, history in enumerate(histories, 1):
        saver.save(Step(history=history, revision=revision))
    executor.run()
    saver.close()
    assert heard == [(1, None), (2, None), (3, None)]
    with open_session(tmp_path / "s") as again:
        assert again.history == histories[-1]


def test_steps_of_a_gesture_are_saved_as_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        saver, heard = _begin(tmp_path / "s", executor)
        for revision, history in enumerate(_histories(5), 1):
            saver.save(Step(history=history, revision=revision, gesture="drag"))
        saver.close()
    assert heard == [(5, None)]


def test_closing_saves_what_is_left_and_refuses_more(tmp_path: Path) -> None:
    saver, _ = _begin(tmp_path / "s", Later())
    (history,) = _histories(1)
    saver.save(Step(history=history, revision=1))
    saver.close()
    with open_session(tmp_path / "s") as again:
        assert again.history == history
    with pytest.raises(NotReadyError, match="closed"):
        saver.save(Step(history=history, revision=2))


def test_a_full_disk_is_told_and_the_next_step_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = Later()
    saver, heard = _begin(tmp_path / "s", executor)
    first, second = _histories(2)
    autosave = saver._autosave
    whole = type(autosave).save

    def fail(_self: Any, _history: History) -> None:
        raise OutputError("no room")

    monkeypatch.setattr(type(autosave), "save", fail)
    saver.save(Step(history=first, revision=1))
    executor.run()
    monkeypatch.setattr(type(autosave), "save", whole)
    saver.save(Step(history=second, revision=2))
    executor.run()
    saver.close()
    (revision, error), good = heard
    assert revision == 1
    assert isinstance(error, ImpastoError)
    assert good == (2, None)
    with open_session(tmp_path / "s") as again:
        assert again.history == second


def test_files_are_attached(tmp_path: Path) -> None:
    saver, _ = _begin(tmp_path / "s", Later())
    saver.attach("style.json", b"{}")
    assert saver.attachments() == {"style.json": b"{}"}
    saver.close()
