"""Folders that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from impasto.errors import OutputError
from impasto.weights.style_networks import CARD


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Make sure, before long work starts, that a network's folder can be written.

    Args:
        folder: Where it will be; folders above it may be missing.
        overwrite: Whether a network that is there may be replaced.

    Raises:
        OutputError: if something else lies there, or nothing can be written there.
    """
    if folder.exists() or folder.is_symlink():
        if not (folder / CARD).is_file():
            raise OutputError(
                f"{folder}: expected a new name or a style network, got another file or folder; "
                "choose another name."
            )
        if not overwrite:
            raise OutputError(
                f"{folder}: there is a style network already; choose another name, "
                "or replace it with --force."
            )
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(
            f"{folder}: expected to write into {above}, but it is no folder or write-protected; "
            "choose another place."
        )


@contextmanager
def replace_folder(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Fill a folder that takes the place of ``folder`` when the block ends well.

    Args:
        folder: Where it will be.
        overwrite: Whether a style network that is there may be replaced.

    Yields:
        An empty folder inside another beside it, which has a temporary name.

    Raises:
        OutputError: if it cannot be made or put in place; what was there is unchanged.
    """
    check_folder(folder, overwrite=overwrite)
    aside = folder.with_name(f".impasto-{secrets.token_hex(8)}.tmp")
    # One level down: a kill leaves nothing that is taken for a network.
    temporary = aside / folder.name
    try:
        temporary.mkdir(parents=True)
        yield temporary
        _put_in_place(temporary, folder, aside / ".before")
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            f"{folder}: could not be written: {error}; what was there is unchanged."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(temporary: Path, folder: Path, before: Path) -> None:
    if not folder.exists():
        temporary.rename(folder)
        return
    folder.rename(before)
    try:
        temporary.rename(folder)
    except OSError:
        before.rename(folder)
        raise
