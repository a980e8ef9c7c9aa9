"""Files by path or by URI: local ones, and whatever fsspec or pyarrow can open."""

from __future__ import annotations

import contextlib
import io
import os
import posixpath
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    ImpastoError,
    MissingPackageError,
    OutputError,
)
from impasto.image.source import ImageFile

TEMPORARY = ".impasto-batch-"
"""What names of files begin with that are not complete yet."""


def is_uri(place: str) -> bool:
    """Whether a place is a URI such as ``s3://bucket/key`` and not a path."""
    return "://" in place


def absolute(place: str) -> str:
    """The same place for any process of this machine: paths from the root, URIs as they are."""
    return place if is_uri(place) else str(Path(place).absolute())


def join(folder: str, name: str) -> str:
    """A name in a folder, with ``/`` between them in URIs."""
    return f"{folder.rstrip('/')}/{name}" if is_uri(folder) else str(Path(folder) / name)


def stem(place: str) -> str:
    """The last part of a place without its suffix."""
    return posixpath.splitext(posixpath.basename(place))[0] if is_uri(place) else Path(place).stem


def suffix(place: str) -> str:
    """The suffix of a place, in small letters."""
    return posixpath.splitext(place)[1].lower()


def read(place: str) -> bytes:
    """The content of a file.

    Raises:
        ImageNotFoundError: if there is none.
        ImageFormatError: if it cannot be read.
        MissingPackageError: if a package is needed to read such a URI.
    """
    with _translated(place):
        if not is_uri(place):
            return Path(place).read_bytes()
        files, path = file_system(place)
        content: bytes = files.cat_file(path)
        return content


def image_source(place: str) -> ImageFile:
    """What an image at a place is opened from, so that messages name the place.

    Raises:
        ImpastoError: as :func:`read` does, for URIs.
    """
    if not is_uri(place):
        return place
    content = _NamedBytes(read(place))
    content.name = place
    return content


def write(place: str, content: bytes, *, tag: str) -> None:
    """Write a file whole: until it is complete, it is not there under its name.

    Args:
        place: Where; folders are made.
        content: What.
        tag: Marks the temporary names of one run, for :func:`sweep`.

    Raises:
        OutputError: if it cannot be written; what was there is unchanged.
    """
    try:
        if is_uri(place):
            _write_uri(place, content, tag)
        else:
            _write_path(Path(place), content, tag)
    except ImpastoError:
        raise
    # Each file system has exceptions of its own for what it refuses.
    except Exception as error:
        raise OutputError(
            f"{place}: could not be written: {error}; what was there is unchanged."
        ) from error


def sweep(folder: str, *, tag: str) -> int:
    """Remove what writers that were killed have left in a folder and below.

    Args:
        folder: Where results are written.
        tag: Of the run.

    Returns:
        How many files.
    """
    if is_uri(folder) and not folder.startswith("file://"):
        return 0  # There, a file that is not complete does not exist.
    left = list(Path(folder.removeprefix("file://")).rglob(f"{TEMPORARY}{tag}-*"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def modified_s(place: str) -> float | None:
    """When a file was last written, in seconds since 1970; ``None`` where there is none.

    Raises:
        ImageFormatError: if that cannot be found out.
    """
    try:
        with _translated(place):
            if not is_uri(place):
                return Path(place).stat().st_mtime
            files, path = file_system(place)
            found = files.modified(path)
            return found.timestamp() if isinstance(found, datetime) else float(found)
    except ImageNotFoundError:
        return None


def is_folder(place: str) -> bool:
    """Whether a place is a folder."""
    with _translated(place):
        if not is_uri(place):
            return _is_local_folder(Path(place))
        files, path = file_system(place)
        return bool(files.isdir(path))


def walk(folder: str) -> Iterator[str]:
    """Every file below a folder, in sorted order, as places."""
    with _translated(folder):
        if not is_uri(folder):
            yield from _walk_local(Path(folder))
            return
        files, path = file_system(folder)
        scheme = folder.split("://")[0]
        for found in sorted(files.find(path)):
            yield _as_uri(scheme, found)


def match(pattern: str) -> list[str]:
    """The files that a glob with a scheme stands for, in sorted order."""
    with _translated(pattern):
        files, path = file_system(pattern)
        scheme = pattern.split("://")[0]
        return [_as_uri(scheme, found) for found in sorted(files.glob(path))]


def file_system(uri: str) -> tuple[Any, str]:
    """What opens a URI, as fsspec has it, and the path in it.

    Where fsspec lacks the package for a scheme, pyarrow is asked, which reads ``s3`` and
    ``gs`` by itself.

    Raises:
        MissingPackageError: if neither can.
    """
    import fsspec

    try:
        files, path = fsspec.core.url_to_fs(uri)
        return files, str(path)
    except (ImportError, ValueError) as error:
        found = _arrow_file_system(uri)
        if found is None:
            raise MissingPackageError(
                f"{uri}: {error}; or run: pip install 'impasto[distributed]', which reads "
                "s3 and gs."
            ) from error
        return found


def _arrow_file_system(uri: str) -> tuple[Any, str] | None:
    try:
        import pyarrow
        from fsspec.implementations.arrow import ArrowFSWrapper
        from pyarrow import fs
    except ImportError:
        return None
    try:
        files, path = fs.FileSystem.from_uri(uri)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
        return None
    return ArrowFSWrapper(files), path


def _write_uri(place: str, content: bytes, tag: str) -> None:
    files, path = file_system(place)
    protocol = files.protocol if isinstance(files.protocol, str) else files.protocol[0]
    if protocol in ("file", "local"):
        _write_path(Path(path), content, tag)
        return
    try:
        files.pipe_file(path, content)
    except FileNotFoundError:
        # Object stores have no folders; others want theirs made.
        files.makedirs(posixpath.dirname(path), exist_ok=True)
        files.pipe_file(path, content)


def _write_path(path: Path, content: bytes, tag: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{tag}-{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _walk_local(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from (str(Path(parent, name)) for name in sorted(names))


def _is_local_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _as_uri(scheme: str, path: str) -> str:
    return path if is_uri(path) else f"{scheme}://{path}"


class _NamedBytes(io.BytesIO):
    """The content of a file that remembers where it was."""

    name: str


@contextlib.contextmanager
def _translated(place: str) -> Iterator[None]:
    try:
        yield
    except ImpastoError:
        raise
    except FileNotFoundError as error:
        raise ImageNotFoundError(f"{place}: there is no such file; check its name.") from error
    # Each file system has exceptions of its own for what it refuses.
    except Exception as error:
        raise ImageFormatError(
            f"{place}: expected a file that can be read, but: {error}; check its name and "
            "permissions."
        ) from error
