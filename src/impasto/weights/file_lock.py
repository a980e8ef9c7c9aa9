"""A lock between processes, made of a file that the operating system locks."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from impasto.errors import OutputError

RETRY_S = 0.1

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(path: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file ``path`` for the body of a ``with``; wait while another holds it.

    The operating system frees the lock when its holder ends, however it ends, so no lock
    goes stale. The empty file stays: were it removed, a process that waits for it and one
    that makes it anew would each hold a lock of their own.

    Args:
        path: The lock file; made if it does not exist. Its folder must exist.
        on_wait: Called about ten times a second while waiting; may raise to give up.

    Raises:
        OutputError: if the file cannot be made, or its file system knows no locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _lock_error(path, error) from error
    try:
        while not _try_lock(descriptor, path):
            on_wait()
            time.sleep(RETRY_S)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise _lock_error(path, error) from error
    return True


def _lock_error(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Expected to lock {path}, which keeps two processes from writing one file at once,"
        f" but: {error}. Make its folder writable, on a file system with locks."
    )
