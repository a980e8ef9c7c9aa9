"""Project files: a photograph, its objects, their masks and all states, in one ``.impasto``."""

from __future__ import annotations

import io
import json
import logging
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from impasto.errors import ImpastoError, OptionError, ProjectError
from impasto.image.destination import replace_file
from impasto.studio.document_json import (
    DocumentReader,
    MaskReference,
    mask_references,
    masks_of,
    read_photograph_reference,
    read_states,
    write_history,
)
from impasto.studio.history import History
from impasto.studio.mask import Mask
from impasto.studio.mask_file import decode_mask, encode_mask
from impasto.studio.photograph import Photograph, read_photograph
from impasto.studio.project_archive import (
    DOCUMENT,
    PHOTOGRAPH,
    ProjectArchive,
    ProjectLimits,
    add_file,
    attachment_name,
    mask_name,
)

logger = logging.getLogger(__name__)

SUFFIX = ".impasto"
FORMAT = "impasto project"
VERSION = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Project:
    """What a project file holds.

    Attributes:
        photograph: The photograph as it came.
        history: All states, and which is shown.
        attachments: Files by name, such as a person's own styles.

    Raises:
        OptionError: if the history is of another photograph, or an attachment has a name
            other than lower-case letters, digits, ``.``, ``_`` and ``-``.
    """

    photograph: Photograph
    history: History
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.history.document.photograph != self.photograph.reference:
            raise OptionError("history: expected states of the project's photograph.")
        for name in self.attachments:
            if attachment_name(name) is None:
                raise OptionError(
                    "attachments: expected names of up to 100 lower-case letters, digits, "
                    f"'.', '_' and '-', got {name!r:.60}."
                )


def save_project(project: Project, path: str | os.PathLike[str], *, overwrite: bool = True) -> Path:
    """Write a project file. It appears under its name only when it is complete.

    Args:
        project: What to write.
        path: Where; the folder must exist.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path written.

    Raises:
        OutputError: if nothing can be written there; what was there is untouched.
    """
    path = Path(path)
    with replace_file(path, overwrite=overwrite) as file:
        write_project(project, file)
    return path


def write_project(project: Project, file: BinaryIO) -> None:
    """Write a project into an open file. The same project always gives the same bytes.

    Where a history is longer than :class:`ProjectLimits` allows to be opened, its oldest states
    are left out, with a logged warning.
    """
    history = _fitting(project.history)
    head = {"format": FORMAT, "version": VERSION, **write_history(history)}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
        add_file(archive, DOCUMENT, text.encode(), zipfile.ZIP_DEFLATED)
        add_file(archive, PHOTOGRAPH, project.photograph.content)
        for digest, mask in masks_of(history.states).items():
            if not mask.box.is_empty:
                add_file(archive, mask_name(digest), encode_mask(mask))
        for name, content in project.attachments.items():
            add_file(archive, f"attachments/{name}", content)


def open_project(
    source: str | os.PathLike[str] | bytes | BinaryIO, *, limits: ProjectLimits | None = None
) -> Project:
    """Read a project file; nothing in it is trusted, and nothing is unpacked to disk.

    Args:
        source: A path, the content, or a file open for reading bytes.
        limits: How large it may be.

    Raises:
        ProjectError: if there is no such file, or it is no project, damaged, too large, of a
            later version, or contradicts itself.
        ImageFormatError: if the photograph in it cannot be read.
        ImageSizeError: if the photograph is larger or smaller than the limits.
    """
    limits = limits or ProjectLimits()
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else "project"
    try:
        with zipfile.ZipFile(_opened(source), "r") as archive:
            return _read_project(ProjectArchive(archive, limits), limits)
    except ProjectError as error:
        raise ProjectError(f"{name}: {error}") from error
    except ImpastoError:
        raise
    # What zipfile raises for damaged files is more than it says.
    except (
        zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, LookupError,
        NotImplementedError, OverflowError,
    ) as error:  # fmt: skip
        raise ProjectError(
            f"{name}: expected a project file ({SUFFIX}), but it cannot be read: "
            f"{error or type(error).__name__}; take an earlier copy."
        ) from error


def _read_project(contents: ProjectArchive, limits: ProjectLimits) -> Project:
    head = _read_head(contents, limits)
    reference = read_photograph_reference(head)
    photograph = read_photograph(
        contents.read(PHOTOGRAPH), name=reference.name, max_pixels=limits.max_pixels
    )
    if photograph.reference != reference:
        raise ProjectError("expected the photograph the document names, got another one.")
    states, position = read_states(head)
    if len(states) > limits.max_states:
        raise ProjectError(f"expected at most {limits.max_states:,} states, got {len(states):,}.")
    named = set(mask_references(head))
    _check_mask_pixels(named, reference.size, limits)
    masks = {each: _read_mask(contents, each, reference.size) for each in named}
    reader = DocumentReader(reference, masks.__getitem__)
    return Project(
        photograph=photograph,
        history=History(states=tuple(map(reader.read, states)), position=position),
        attachments=contents.attachments(),
    )


def _read_head(contents: ProjectArchive, limits: ProjectLimits) -> dict[str, Any]:
    text = contents.read(DOCUMENT, limits.max_document_bytes)
    try:
        head = json.loads(text)
    except RecursionError as error:
        raise ProjectError(f"{DOCUMENT}: nested too deeply.") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ProjectError(f"{DOCUMENT}: expected the document of a project, got something else.")
    if head.get("version") != VERSION or type(head["version"]) is not int:
        raise ProjectError(
            f"{DOCUMENT}: expected version {VERSION}, got {head.get('version')!r:.20}; "
            "open it with a later Impasto."
        )
    return head


def _check_mask_pixels(
    named: set[MaskReference], size: tuple[int, int], limits: ProjectLimits
) -> None:
    for each in named:
        if each.box.clip(size) != each.box:
            raise ProjectError(f"mask: expected a box inside {size}, got {each.box}.")
    pixels = sum(each.box.area for each in named)
    if pixels > limits.max_mask_pixels:
        raise ProjectError(
            f"expected masks of at most {limits.max_mask_pixels:,} pixels, got {pixels:,}."
        )


def _read_mask(contents: ProjectArchive, reference: MaskReference, size: tuple[int, int]) -> Mask:
    content = b""
    if not reference.box.is_empty:
        content = contents.read(mask_name(reference.digest))
    return decode_mask(content, reference.box, size, reference.digest)


def _fitting(history: History) -> History:
    """The history without the oldest states that would make the file too large to open."""
    limits = ProjectLimits()
    kept = history
    while len(kept.states) > 1 and _is_too_large(kept, limits):
        half = (kept.position + 1) // 2
        if half:
            kept = History(states=kept.states[half:], position=kept.position - half)
        else:
            kept = History(states=kept.states[: (len(kept.states) + 1) // 2])
    if kept is not history:
        logger.warning(
            "%d states are left out of the project file, which would be too large to open.",
            len(history.states) - len(kept.states),
        )
    return kept


def _is_too_large(history: History, limits: ProjectLimits) -> bool:
    masks = masks_of(history.states)
    return (
        len(history.states) > limits.max_states
        or len(masks) > limits.max_entries // 2
        or sum(mask.box.area for mask in masks.values()) > limits.max_mask_pixels
    )


def _opened(source: str | os.PathLike[str] | bytes | BinaryIO) -> str | BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return os.fspath(source) if isinstance(source, str | os.PathLike) else source
