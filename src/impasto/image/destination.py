"""Where results are written: checked before the work, replaced whole after it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from impasto.errors import OutputError


def check_destination(path: Path, *, overwrite: bool = True) -> Path:
    """The file a result will become, or why it cannot be written.

    Args:
        path: Where the result should go; symbolic links are followed.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        OutputError: if the folder does not exist or is write-protected, or if there is a
            folder, a device, a write-protected file, or a file that is to be kept.
    """
    try:
        return _check_destination(path, overwrite)
    except OutputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise OutputError(f"{path}: expected a path to write to, but: {error}.") from error


def _check_destination(path: Path, overwrite: bool) -> Path:
    target = path.resolve()
    folder = target.parent
    if target.is_dir():
        raise OutputError(f"{path}: expected a file name, got a folder; add a name to it.")
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist; create it first"
        raise OutputError(f"{path}: expected to write into {folder}, but it {what}.")
    if target.exists():
        _check_replaceable(path, target, overwrite)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"{path}: expected to write into {folder}, but it is write-protected; "
            "choose another folder."
        )
    return target


def _check_replaceable(path: Path, target: Path, overwrite: bool) -> None:
    if not target.is_file():
        raise OutputError(f"{path}: expected a file, got a device; choose another name.")
    if not overwrite:
        raise OutputError(f"{path}: exists already and is not to be overwritten; rename one.")
    if not os.access(target, os.W_OK):
        raise OutputError(f"{path}: exists and is write-protected; choose another name.")


@contextlib.contextmanager
def replace_file(path: Path, *, overwrite: bool = True) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` when the block ends well.

    Until then it lies beside it under a temporary name. Whatever ends the block early,
    Ctrl-C included, removes it, and what was there before stays as it was. A new file has
    the permissions the umask gives; a replaced one keeps its own.

    Args:
        path: Where the file will be; symbolic links are followed.
        overwrite: Whether a file that is there may be replaced.

    Yields:
        A new file open for reading and writing bytes.

    Raises:
        OutputError: if the file cannot be created, written or put in place.
    """
    target = check_destination(path, overwrite=overwrite)
    temporary = target.with_name(f".impasto-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x+b") as file:
            yield file
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            f"{path}: could not be written: {error}; what was there is unchanged."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
