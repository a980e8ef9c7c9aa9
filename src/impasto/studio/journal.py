"""A file of records that only grows: whatever ends the program, all complete ones can be read.

A record is one line: the CRC-32 of what follows in eight hexadecimal digits, a space, and JSON.
A line without its end, or with another checksum, was being written when the program ended.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

from impasto.errors import OutputError, ProjectError
from impasto.image.destination import replace_file

Record = dict[str, Any]


class Journal:
    """A journal open for adding records. Belongs to one thread at a time.

    Args:
        path: The file, which must exist; use :func:`write_journal` to make it.
        durable: Whether a record survives not only the end of the program but a power cut too.
            Each then takes as long as the disk needs.

    Raises:
        OutputError: if the file cannot be opened for writing.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._path = path
        self._durable = durable
        self._is_closed = False
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            self.bytes = os.fstat(self._descriptor).st_size
        except OSError as error:
            raise OutputError(f"{path}: expected a journal to write to, but: {error}.") from error

    def append(self, record: Record) -> None:
        """Add a record; when this returns, the end of the program cannot lose it.

        Raises:
            OutputError: if it cannot be written; the journal is as it was.
        """
        line = encode_record(record)
        try:
            written = 0
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
            if self._durable:
                os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, self.bytes)
            raise OutputError(
                f"{self._path}: expected room for {len(line):,} bytes more, but: {error}; "
                "free some, or save the project elsewhere."
            ) from error
        self.bytes += len(line)

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            os.close(self._descriptor)


def write_journal(path: Path, records: list[Record]) -> None:
    """Make a journal, or replace the one that is there at once and as a whole.

    Raises:
        OutputError: if it cannot be written; what was there is untouched.
    """
    with replace_file(path) as file:
        for record in records:
            file.write(encode_record(record))
        file.flush()
        os.fsync(file.fileno())


def read_journal(path: Path) -> tuple[list[Record], int]:
    """The records of a journal up to the first that is not complete.

    Returns:
        The records, and how many bytes they take: the rest of the file is to be cut off.

    Raises:
        ProjectError: if the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path}: expected a journal, but: {error}.") from error
    records: list[Record] = []
    start = 0
    while (end := content.find(b"\n", start)) >= 0:
        record = _decode_record(content[start:end])
        if record is None:
            break
        records.append(record)
        start = end + 1
    return records, start


def first_record(path: Path) -> Record:
    """The record a journal begins with.

    Raises:
        ProjectError: if the file cannot be read, or begins with no complete record.
    """
    try:
        with path.open("rb") as file:
            line = file.readline()
    except OSError as error:
        raise ProjectError(f"{path}: expected a journal, but: {error}.") from error
    record = _decode_record(line[:-1]) if line.endswith(b"\n") else None
    if record is None:
        raise ProjectError(f"{path}: expected a journal, got a file damaged at its beginning.")
    return record


def encode_record(record: Record) -> bytes:
    """A record as its line."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _decode_record(line: bytes) -> Record | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
