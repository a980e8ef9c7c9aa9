import errno
import os
from pathlib import Path

import pytest

from impasto.errors import OutputError, ProjectError
from impasto.studio.journal import (
    Journal,
    encode_record,
    first_record,
    read_journal,
    write_journal,
)

RECORDS = [{"do": "all", "name": "Überfahrt \n ✓"}, {"do": "push", "n": 1}, {"n": [1, 2.5, None]}]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_journal(tmp_path / "journal", RECORDS[:1])
    journal = Journal(tmp_path / "journal", durable=True)
    for record in RECORDS[1:]:
        journal.append(record)
    assert journal.bytes == (tmp_path / "journal").stat().st_size
    journal.close()
    return tmp_path / "journal"


def test_records_come_back(path: Path) -> None:
    assert read_journal(path) == (RECORDS, path.stat().st_size)
    assert first_record(path) == RECORDS[0]


def test_truncated_anywhere_the_complete_records_are_read(path: Path) -> None:
    content = path.read_bytes()
    ends = [0]
    for record in RECORDS:
        ends.append(ends[-1] + len(encode_record(record)))
    for length in range(len(content)):
        path.write_bytes(content[:length])
        complete = sum(end <= length for end in ends) - 1
        assert read_journal(path) == (RECORDS[:complete], ends[complete])


def test_a_flipped_bit_ends_the_journal_there(path: Path) -> None:
    content = bytearray(path.read_bytes())
    start = len(encode_record(RECORDS[0]))
    for position in range(start, start + len(encode_record(RECORDS[1]))):
        damaged = bytearray(content)
        damaged[position] ^= 4
        path.write_bytes(damaged)
        assert read_journal(path) == (RECORDS[:1], start)


@pytest.mark.parametrize("content", [b"", b"\n", b"garbage", b"00000000 {}\n", b"\xff\xfe\n"])
def test_what_is_no_journal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal").write_bytes(content)
    assert read_journal(tmp_path / "journal") == ([], 0)
    with pytest.raises(ProjectError, match="damaged at its beginning"):
        first_record(tmp_path / "journal")


def test_missing_files_are_said(tmp_path: Path) -> None:
    for read in (read_journal, first_record):
        with pytest.raises(ProjectError, match="expected a journal, but"):
            read(tmp_path / "none")
    with pytest.raises(OutputError, match="expected a journal to write to"):
        Journal(tmp_path / "none")


def test_a_full_disk_leaves_the_journal_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_write = os.write
    journal = Journal(path)

    def write_half(descriptor: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(descriptor, data[: len(data) // 2])

    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write_half)
        with pytest.raises(OutputError, match="No space left"):
            journal.append({"long": "x" * 100})
    assert path.read_bytes() == before
    journal.append({"after": 1})
    journal.close()
    assert read_journal(path)[0][-1] == {"after": 1}
