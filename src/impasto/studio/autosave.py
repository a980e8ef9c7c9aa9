"""Every state saved as it comes: the end of the program loses no more than the click under way.

A session is a folder with the photograph, a file for each mask, and a journal of what was done.
Masks are complete on disk before the record that names them. Opening a session reads the journal
up to its last complete record.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from impasto.errors import ImpastoError, OutputError, ProjectError
from impasto.image.codec import DEFAULT_MAX_PIXELS
from impasto.studio.document_json import masks_of
from impasto.studio.history import History
from impasto.studio.journal import Journal, write_journal
from impasto.studio.photograph import Photograph, PhotographReference, read_photograph
from impasto.studio.project_archive import attachment_name
from impasto.studio.session_folder import (
    SessionFolder,
    new_masks,
    read_reference,
    read_session,
    remove_tail,
    step_record,
    whole_record,
    write_file,
)

COMPACT_BYTES = 4 * 2**20
"""A journal of this many bytes is written anew when most of what it says is of no use any more."""


class Autosave:
    """A session on disk that follows a history. Belongs to one thread at a time.

    Make one with :func:`create_session` or :func:`open_session`; close it, or use it as a
    context manager. No other process can open the session meanwhile.
    """

    def __init__(
        self,
        folder: SessionFolder,
        photograph: Photograph,
        history: History,
        lock: ExitStack,
        *,
        durable: bool,
    ) -> None:
        self._folder = folder
        self._photograph = photograph
        self._history = history
        self._lock = lock
        self._durable = durable
        self._saved_masks = folder.saved_masks()
        self._open_journal()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """Where the session lies."""
        return self._folder.path

    @property
    def photograph(self) -> Photograph:
        """What the session is about."""
        return self._photograph

    @property
    def history(self) -> History:
        """What was saved last."""
        return self._history

    @property
    def attachments(self) -> dict[str, bytes]:
        """What was attached, by name."""
        files = sorted(self._folder.attachments.iterdir())
        return {path.name: path.read_bytes() for path in files if attachment_name(path.name)}

    def save(self, history: History) -> None:
        """Save a history: the step to it from what was saved last is added to the journal.

        Raises:
            OutputError: if it cannot be written; what was saved before still is.
        """
        record = step_record(self._history, history)
        if record is None:
            return
        missing = {
            digest: mask
            for digest, mask in new_masks(record, history).items()
            if digest not in self._saved_masks
        }
        self._folder.save_masks(missing.values())
        self._saved_masks |= missing.keys()
        self._journal.append(record)
        self._history = history
        self._records += 1
        if self._journal.bytes > COMPACT_BYTES and self._records > 2 * len(history.states):
            self.compact()

    def attach(self, name: str, content: bytes) -> None:
        """Keep a file with the session, such as a person's own style.

        Raises:
            OutputError: if it cannot be written, or the name is not made of lower-case letters,
                digits, ``.``, ``_`` and ``-``.
        """
        if attachment_name(name) is None:
            raise OutputError(f"attachment: expected a plain lower-case name, got {name!r:.60}.")
        write_file(self._folder.attachments / name, content)

    def detach(self, name: str) -> None:
        """Remove a file that was attached; one that was not is no error.

        Raises:
            OutputError: if it cannot be removed.
        """
        if attachment_name(name) is None:
            return
        try:
            (self._folder.attachments / name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"attachment {name}: expected to remove it, but: {error}.") from error

    def compact(self) -> None:
        """Write the journal anew without what was undone or amended, and drop unused masks.

        Raises:
            OutputError: if it cannot be written; the session is as it was.
        """
        write_journal(self._folder.journal, [whole_record(self._history)])
        self._journal.close()
        self._open_journal()
        needed = masks_of(self._history.states)
        self._folder.remove_masks(self._saved_masks - needed.keys())
        self._saved_masks &= needed.keys()

    def close(self) -> None:
        """Let go of the session; it stays on disk. Closing it again does nothing."""
        self._journal.close()
        self._lock.close()

    def _open_journal(self) -> None:
        self._journal = Journal(self._folder.journal, durable=self._durable)
        self._records = len(self._history.states)


@dataclass(frozen=True, kw_only=True)
class SavedSession:
    """A session that can be opened again.

    Attributes:
        folder: Where it lies.
        photograph: What it is about.
        saved_at_s: When something was done last, in seconds since 1970.
    """

    folder: Path
    photograph: PhotographReference
    saved_at_s: float


def create_session(
    folder: Path,
    photograph: Photograph,
    history: History,
    *,
    durable: bool = False,
) -> Autosave:
    """Begin to save a history.

    Args:
        folder: Where; made if it is not there, with the folders above it.
        photograph: What the history is about.
        history: The first to be saved.
        durable: Whether each state is safe from a power cut too, not only from the end of the
            program; each then takes as long as the disk needs.

    Raises:
        OutputError: if it cannot be written there, or a session is there already.
    """
    place = SessionFolder(path=folder)
    if place.journal.exists():
        raise OutputError(
            f"{folder}: expected no session there; open it, or choose another folder."
        )
    place.create()
    with ExitStack() as stack:
        stack.enter_context(place.lock())
        write_file(place.photograph, photograph.content)
        place.save_masks(masks_of(history.states).values())
        write_journal(place.journal, [whole_record(history)])
        return Autosave(place, photograph, history, stack.pop_all(), durable=durable)


def open_session(
    folder: Path, *, durable: bool = False, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Autosave:
    """Open a session again, however the program that saved it ended.

    Args:
        folder: Where it lies.
        durable: As for :func:`create_session`.
        max_pixels: Larger photographs are refused.

    Raises:
        ProjectError: if there is no session there, or it is damaged from its beginning.
        OutputError: if it is open already, or cannot be written to.
        ImageFormatError: if its photograph is damaged.
        ImageSizeError: if its photograph is larger than ``max_pixels``.
    """
    place = SessionFolder(path=folder)
    if not place.journal.is_file():
        raise ProjectError(f"{folder}: expected a saved session, but there is none.")
    with ExitStack() as stack:
        stack.enter_context(place.lock())
        photograph = _read_photograph(place, max_pixels)
        history, good_bytes = read_session(place)
        remove_tail(place.journal, good_bytes)
        place.create()
        place.remove_unfinished()
        return Autosave(place, photograph, history, stack.pop_all(), durable=durable)


def saved_sessions(root: Path) -> tuple[SavedSession, ...]:
    """The sessions in the folders of ``root``, the last saved first; damaged ones are left out."""
    found = []
    for journal in root.glob("*/journal"):
        try:
            reference = read_reference(SessionFolder(path=journal.parent))
            saved_at = journal.stat().st_mtime
        except (ImpastoError, OSError):
            continue
        found.append(SavedSession(folder=journal.parent, photograph=reference, saved_at_s=saved_at))
    return tuple(sorted(found, key=lambda each: each.saved_at_s, reverse=True))


def remove_session(folder: Path) -> None:
    """Remove a session for good.

    Raises:
        OutputError: if it is open, or cannot be removed.
    """
    place = SessionFolder(path=folder)
    if not place.journal.is_file():
        return
    with place.lock():
        place.journal.unlink()
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise OutputError(f"{folder}: expected to remove it, but: {error}.") from error


def _read_photograph(place: SessionFolder, max_pixels: int) -> Photograph:
    reference = read_reference(place)
    try:
        content = place.photograph.read_bytes()
    except OSError as error:
        raise ProjectError(f"{place.path}: expected its photograph, but: {error}.") from error
    photograph = read_photograph(content, name=reference.name, max_pixels=max_pixels)
    if photograph.reference != reference:
        raise ProjectError(f"{place.path}: expected the photograph it names, got another one.")
    return photograph
