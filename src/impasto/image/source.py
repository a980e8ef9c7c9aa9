"""Getting the bytes of an image from a path, from memory or from an open file."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from impasto.errors import ImageFormatError, ImageNotFoundError, ImpastoError, OptionError
from impasto.image.file_format import HEADER_BYTES, READABLE, recognise_format

ImageFile = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""What an image can be read from."""


def source_name(source: ImageFile) -> str:
    """What messages call a source: its path where it has one."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "image data"


def read_source(source: ImageFile) -> tuple[str, bytes]:
    """Read an image file whole, once its first bytes look like an image.

    Args:
        source: A path, the content of a file, or a file open for reading bytes, which is
            read from where it stands to its end.

    Returns:
        The format as :func:`~impasto.image.file_format.recognise_format` names it, and
        the content.

    Raises:
        ImageNotFoundError: if there is no such file.
        ImageFormatError: if it is a folder, cannot be read, is empty or not an image.
        OptionError: if ``source`` is none of these things.
    """
    name = source_name(source)
    try:
        if isinstance(source, str | os.PathLike):
            return _read_path(Path(source), name)
        if isinstance(source, bytes | bytearray | memoryview):
            return _read_image(io.BytesIO(source), name)
        if hasattr(source, "read"):
            return _read_image(source, name)
    except ImpastoError:
        raise
    except FileNotFoundError as error:
        raise ImageNotFoundError(
            f"{name}: expected an image file, but there is none; check the path "
            f"(the current folder is {Path.cwd()})."
        ) from error
    except (OSError, ValueError) as error:
        raise ImageFormatError(
            f"{name}: expected a file that can be read, but: {error}; check its name and "
            "permissions."
        ) from error
    raise OptionError(
        "source: expected a path, bytes or a file open for reading bytes, "
        f"got {type(source).__name__}."
    )


def _read_path(path: Path, name: str) -> tuple[str, bytes]:
    if path.is_dir():
        raise ImageFormatError(
            f"{name}: expected an image file, got a folder; name one of the files in it."
        )
    with path.open("rb") as file:
        return _read_image(file, name)


def _read_image(file: BinaryIO, name: str) -> tuple[str, bytes]:
    header = file.read(HEADER_BYTES)
    if not isinstance(header, bytes):
        raise OptionError(f"{name}: expected a file open for reading bytes ('rb'), got text.")
    if not header:
        raise ImageFormatError(f"{name}: expected an image, got an empty file.")
    recognised = recognise_format(header)
    if recognised is None:
        raise ImageFormatError(
            f"{name}: expected an image ({READABLE}), but the content is none of these; "
            "convert it to PNG or JPEG first."
        )
    return recognised, header + file.read()
