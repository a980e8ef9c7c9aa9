"""The folder of a saved session: what lies in it, and how it is read after whatever happened."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import ImpastoError, OutputError, ProjectError
from impasto.image.destination import replace_file
from impasto.studio.document import Document
from impasto.studio.document_json import (
    DocumentReader,
    MaskReference,
    masks_of,
    read_photograph_reference,
    read_states,
    write_document,
    write_history,
)
from impasto.studio.history import History
from impasto.studio.journal import Record, first_record, read_journal
from impasto.studio.mask import Mask
from impasto.studio.mask_file import decode_mask, encode_mask
from impasto.studio.photograph import PhotographReference
from impasto.weights.file_lock import exclusive

logger = logging.getLogger(__name__)

FORMAT = "impasto session"
VERSION = 1

_SUFFIX = ".png"


@dataclass(frozen=True, kw_only=True)
class SessionFolder:
    """Where the parts of one session lie.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def journal(self) -> Path:
        """What was done. Written last, so that a session without one never was."""
        return self.path / "journal"

    @property
    def photograph(self) -> Path:
        """The photograph's file, byte for byte."""
        return self.path / "photograph"

    @property
    def masks(self) -> Path:
        """A PNG for each mask, by its digest."""
        return self.path / "masks"

    @property
    def attachments(self) -> Path:
        """Files that were attached, by name."""
        return self.path / "attachments"

    def create(self) -> None:
        """Make the folder and those in it.

        Raises:
            OutputError: if that cannot be done.
        """
        try:
            for folder in (self.masks, self.attachments):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self.path}: expected to make this folder, but: {error}."
            ) from error

    def lock(self) -> ExitStack:
        """Keep all other processes from this session until the lock is closed.

        Raises:
            OutputError: if another has it.
        """

        def refuse() -> None:
            raise OutputError(
                f"{self.path}: this session is open already; close it there, or open a copy."
            )

        with ExitStack() as stack:
            stack.enter_context(exclusive(self.path / "lock", on_wait=refuse))
            return stack.pop_all()

    def saved_masks(self) -> set[str]:
        """Digests of the masks that are there."""
        return {path.stem for path in self.masks.glob(f"*{_SUFFIX}")}

    def save_masks(self, masks: Iterable[Mask]) -> None:
        """Write masks, each complete or not at all.

        Raises:
            OutputError: if one cannot be written.
        """
        for mask in masks:
            if not mask.box.is_empty:
                write_file(self._mask_path(mask.digest), encode_mask(mask))

    def read_mask(self, reference: MaskReference, size: tuple[int, int]) -> Mask:
        """Read a mask of a photograph of ``size`` (H, W).

        Raises:
            ProjectError: if it is missing or damaged.
        """
        if reference.box.clip(size) != reference.box:
            raise ProjectError(f"mask: expected a box inside {size}, got {reference.box}.")
        try:
            path = self._mask_path(reference.digest)
            content = b"" if reference.box.is_empty else path.read_bytes()
        except OSError as error:
            raise ProjectError(f"expected the file of a mask, but: {error}.") from error
        return decode_mask(content, reference.box, size, reference.digest)

    def remove_masks(self, digests: Iterable[str]) -> None:
        """Remove masks that no state needs any more."""
        for digest in digests:
            self._mask_path(digest).unlink(missing_ok=True)

    def remove_unfinished(self) -> None:
        """Remove what was being written when the program ended."""
        for path in self.path.rglob(".impasto-*.tmp"):
            path.unlink(missing_ok=True)

    def _mask_path(self, digest: str) -> Path:
        return self.masks / f"{digest}{_SUFFIX}"


def write_file(path: Path, content: bytes) -> None:
    """Write a file, complete or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    with replace_file(path) as file:
        file.write(content)


def whole_record(history: History) -> Record:
    """The record of a whole history: the first of a journal."""
    return {"do": "all", "format": FORMAT, "version": VERSION, **write_history(history)}


def step_record(old: History, new: History) -> Record | None:
    """The shortest record that leads from one history to another; ``None`` if they are the same."""
    if new.states == old.states:
        if new.position == old.position:
            return None
        return {"do": "move", "position": new.position}
    if new.position == len(new.states) - 1:
        before = new.states[:-1]
        if before == old.states[: old.position + 1]:
            return {"do": "push", "document": write_document(new.document)}
        if before == old.states[: old.position]:
            return {"do": "amend", "document": write_document(new.document)}
    return whole_record(new)


def new_masks(record: Record, history: History) -> dict[str, Mask]:
    """The masks that a record of :func:`step_record` may name for the first time."""
    return masks_of(history.states if record["do"] == "all" else (history.document,))


def read_reference(folder: SessionFolder) -> PhotographReference:
    """Which photograph a session is about.

    Raises:
        ProjectError: if there is no such session, or it is damaged from its beginning, or of
            another version.
    """
    head = first_record(folder.journal)
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise ProjectError(
            f"{folder.path}: expected a session of version {VERSION}, got "
            f"{head.get('format')!r:.40} {head.get('version')!r:.20}; open it with the Impasto "
            "that saved it."
        )
    return read_photograph_reference(head)


def read_session(folder: SessionFolder) -> tuple[History, int]:
    """Read a session's journal up to its last complete record.

    Returns:
        The history, and how many bytes of the journal are good.

    Raises:
        ProjectError: as :func:`read_reference`, or if no state can be read.
    """
    reference = read_reference(folder)
    records, good_bytes = read_journal(folder.journal)
    states, position = _replay(records)
    return _read_states(folder, reference, states, position), good_bytes


def _replay(records: Sequence[Record]) -> tuple[list[Any], int]:
    """The JSON of all states after all records, and which is shown."""
    states: list[Any] = []
    position = 0
    for record in records:
        match record:
            case {"do": "all"}:
                states, position = read_states(record)
            case {"do": "push", "document": document}:
                position += 1
                states[position:] = [document]
            case {"do": "amend", "document": document}:
                states[position:] = [document]
            case {"do": "move", "position": int(place)} if 0 <= place < len(states):
                position = place
            case _:
                raise ProjectError(f"expected a step of a session, got {record!r:.80}.")
    return states, position


def _read_states(
    folder: SessionFolder, reference: PhotographReference, states: list[Any], position: int
) -> History:
    """The states that can be read; one whose masks are damaged is left out."""
    known: dict[MaskReference, Mask] = {}

    def find_mask(mask: MaskReference) -> Mask:
        if mask not in known:
            known[mask] = folder.read_mask(mask, reference.size)
        return known[mask]

    reader = DocumentReader(reference, find_mask)
    documents: list[Document] = []
    shown = 0
    for number, state in enumerate(states):
        try:
            documents.append(reader.read(state))
        except ImpastoError as error:
            logger.warning("%s: state %d is left out: %s", folder.path, number, error)
        if number <= position:
            shown = max(0, len(documents) - 1)
    if not documents:
        raise ProjectError(f"{folder.path}: expected a state that can be read, got none.")
    return History(states=tuple(documents), position=shown)


def remove_tail(path: Path, good_bytes: int) -> None:
    """Cut off what follows the last complete record of a journal.

    Raises:
        OutputError: if the file cannot be changed.
    """
    try:
        excess = path.stat().st_size - good_bytes
        if excess > 0:
            logger.warning("%s: the last %d bytes are incomplete and cut off.", path, excess)
            os.truncate(path, good_bytes)
    except OSError as error:
        raise OutputError(f"{path}: expected to change it, but: {error}.") from error
