import os
from pathlib import Path

import pytest

from impasto.weights import checksum

# From FIPS 180-4's examples.
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    hashed: list[Path] = []
    compute = checksum.sha256

    def count(path: Path) -> str:
        hashed.append(path)
        return compute(path)

    monkeypatch.setattr(checksum, "sha256", count)
    return hashed


def test_sha256_of_a_known_text(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert checksum.sha256(tmp_path / "abc") == SHA256_OF_ABC


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        checksum.sha256(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        checksum.remembered_sha256(tmp_path / "none")


def test_a_file_is_hashed_once(tmp_path: Path, counted: list[Path]) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert checksum.remembered_sha256(tmp_path / "abc") == SHA256_OF_ABC
    assert checksum.remembered_sha256(tmp_path / "abc") == SHA256_OF_ABC
    assert len(counted) == 1


def test_a_relative_path_is_the_same_file(
    tmp_path: Path, counted: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    monkeypatch.chdir(tmp_path)
    checksum.remembered_sha256(tmp_path / "abc")
    checksum.remembered_sha256(Path("abc"))
    assert len(counted) == 1


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_changed_file_is_hashed_again(tmp_path: Path, counted: list[Path], change: str) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abd")
    before = path.stat()
    wrong = checksum.remembered_sha256(path)
    path.write_bytes(b"abc" if change == "time" else b"abcd")
    later_ns = before.st_mtime_ns + (1 if change == "time" else 0)
    os.utime(path, ns=(later_ns, later_ns))
    assert checksum.remembered_sha256(path) != wrong
    assert len(counted) == 2
