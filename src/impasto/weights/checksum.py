"""SHA-256 checksums of files, remembered as long as a file stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

_known_checksums: dict[tuple[str, int, int], str] = {}


def sha256(path: Path) -> str:
    """Compute the SHA-256 of a file as 64 lower-case hexadecimal digits.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """Compute the SHA-256 of a file once per process, path, size and modification time.

    Hashing half a gigabyte takes seconds, so a second load shall not do it again.

    Raises:
        OSError: if the file cannot be read.
    """
    version = path.stat()
    key = (str(path.resolve()), version.st_size, version.st_mtime_ns)
    if key not in _known_checksums:
        _known_checksums[key] = sha256(path)
    return _known_checksums[key]
