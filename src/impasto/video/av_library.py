"""PyAV, imported late, and FFmpeg's errors in the words of Impasto."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from impasto.errors import (
    ImpastoError,
    MissingPackageError,
    OutputError,
    VideoFormatError,
    VideoNotFoundError,
)


def import_av() -> Any:
    """The package ``av``.

    Raises:
        MissingPackageError: if it is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingPackageError(
            "Video files need the package av, which is not installed; "
            "run: pip install 'impasto[video]'."
        ) from error
    return av


def is_own_error(error: BaseException) -> bool:
    """Whether an error is FFmpeg's."""
    return isinstance(error, import_av().error.FFmpegError)


def reason(error: BaseException) -> str:
    """What FFmpeg says, in one short line."""
    words = getattr(error, "strerror", None) or str(error)
    return " ".join(str(words).split())[:200]


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of opening and probing a film into those of Impasto.

    Raises:
        VideoNotFoundError: if there is no file.
        VideoFormatError: if FFmpeg cannot read it.
    """
    try:
        yield
    except ImpastoError:
        raise
    except FileNotFoundError as error:
        raise VideoNotFoundError(f"{path}: there is no such file; check its name.") from error
    except IsADirectoryError as error:
        raise VideoNotFoundError(f"{path}: expected a video file, got a folder.") from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    except Exception as error:
        if is_own_error(error):
            raise _unreadable(path, error) from error
        raise


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors of encoding and writing a film into those of Impasto.

    Raises:
        OutputError: if the disk is full, or FFmpeg refuses what it was given.
    """
    try:
        yield
    except ImpastoError:
        raise
    except (OSError, ValueError, LookupError) as error:
        raise _unwritable(path, error) from error
    except Exception as error:
        if is_own_error(error):
            raise _unwritable(path, error) from error
        raise


def _unreadable(path: Path, error: BaseException) -> VideoFormatError:
    return VideoFormatError(
        f"{path}: expected a video file that FFmpeg reads, but: {reason(error)}; "
        "check that the file is complete."
    )


def _unwritable(path: Path, error: BaseException) -> OutputError:
    if getattr(error, "errno", None) == errno.ENOSPC:
        return OutputError(f"{path}: the disk is full; make room and run the command again.")
    return OutputError(f"{path}: could not be written: {reason(error)}.")
