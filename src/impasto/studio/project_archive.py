"""The zip that a project file is: which files may be inside, and how large they may be."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from impasto.errors import ProjectError
from impasto.image.codec import DEFAULT_MAX_PIXELS

DOCUMENT = "document.json"
PHOTOGRAPH = "photograph"
_MASK = re.compile(r"masks/[0-9a-f]{64}\.png")
_ATTACHMENT = re.compile(r"attachments/([a-z0-9][a-z0-9._-]{0,99})")

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class ProjectLimits:
    """How large a project file may be to be opened.

    Attributes:
        max_bytes: Of the file, and of all it holds when unpacked.
        max_entries: Files inside.
        max_document_bytes: Of the JSON.
        max_states: States of the history.
        max_pixels: Of the photograph.
        max_mask_pixels: Of all masks together, each cropped to what is not zero.
    """

    max_bytes: int = 2**30
    max_entries: int = 100_000
    max_document_bytes: int = 64 * 2**20
    max_states: int = 100_000
    max_pixels: int = DEFAULT_MAX_PIXELS
    max_mask_pixels: int = 10**9


class ProjectArchive:
    """The files inside a project, all judged before one is unpacked.

    Raises:
        ProjectError: if there are files that do not belong there, or too many or too large ones.
    """

    def __init__(self, archive: zipfile.ZipFile, limits: ProjectLimits) -> None:
        self._archive = archive
        self._entries: dict[str, zipfile.ZipInfo] = {}
        entries = archive.infolist()
        if len(entries) > limits.max_entries:
            raise ProjectError(
                f"expected at most {limits.max_entries:,} files inside, got {len(entries):,}."
            )
        for entry in entries:
            self._entries[_checked_name(entry, self._entries)] = entry
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > limits.max_bytes:
            raise ProjectError(
                f"expected at most {limits.max_bytes:,} bytes, got {unpacked:,} when unpacked."
            )

    def read(self, name: str, max_bytes: int | None = None) -> bytes:
        """The content of one file."""
        entry = self._entries.get(name)
        if entry is None:
            raise ProjectError(f"expected a file {name!r} inside, got none.")
        if max_bytes is not None and entry.file_size > max_bytes:
            raise ProjectError(
                f"{name}: expected at most {max_bytes:,} bytes, got {entry.file_size:,}."
            )
        return self._archive.read(entry)

    def attachments(self) -> dict[str, bytes]:
        """All attachments by name."""
        matches = [match for name in self._entries if (match := _ATTACHMENT.fullmatch(name))]
        return {match[1]: self.read(match[0]) for match in matches}


def _checked_name(entry: zipfile.ZipInfo, others: Mapping[str, object]) -> str:
    name = entry.filename
    known = name in (DOCUMENT, PHOTOGRAPH) or _MASK.fullmatch(name) or _ATTACHMENT.fullmatch(name)
    if not known or name != entry.orig_filename:
        raise ProjectError(f"expected only files of a project inside, got {name!r:.80}.")
    if name in others:
        raise ProjectError(f"expected each file once inside, got {name!r:.80} twice.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ProjectError(f"{name}: expected a file stored or deflated, got another kind.")
    return name


def mask_name(digest: str) -> str:
    """Where a mask lies inside."""
    return f"masks/{digest}.png"


def attachment_name(name: str) -> str | None:
    """Where an attachment lies inside; ``None`` if none may have that name."""
    inside = f"attachments/{name}"
    return inside if _ATTACHMENT.fullmatch(inside) else None


def add_file(
    archive: zipfile.ZipFile, name: str, content: bytes, compression: int = zipfile.ZIP_STORED
) -> None:
    """Write one file into a project, always with the same date."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
