"""Keep freed memory for the next step instead of handing it back to the system."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
DEFAULT_TRIM_THRESHOLD = 128 * 1024
DEFAULT_MMAP_MAX = 65536
NEVER_TRIM = 2**31 - 1


@contextmanager
def reuse_freed_memory() -> Iterator[None]:
    """Let the C library recycle large blocks while the context lasts.

    Every step of an optimisation allocates and frees the same hundreds of megabytes.
    The GNU C library maps each large block anew and unmaps it when it is freed, so the
    kernel clears every page every time: a quarter of a step. Inside this context such
    blocks come from the heap and stay there; on leaving it, they are given back.

    Does nothing where the C library is another one.
    """
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(M_MMAP_MAX, 0)
    library.mallopt(M_TRIM_THRESHOLD, NEVER_TRIM)
    try:
        yield
    finally:
        library.mallopt(M_MMAP_MAX, DEFAULT_MMAP_MAX)
        library.mallopt(M_TRIM_THRESHOLD, DEFAULT_TRIM_THRESHOLD)
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
