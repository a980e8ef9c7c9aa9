"""Pictures kept in memory up to a budget; those not used for longest lie on disk."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np

from impasto.errors import OutputError
from impasto.studio.box import Pixels


class ImageStore:
    """Pictures by name. Safe to use from several threads.

    What lies on disk is mapped into memory, so that reading a box of it reads that box alone.
    Where the system allows, its files lose their names at once and so vanish with the process,
    however it ends.

    Args:
        memory_bytes: How much to keep in memory.
        folder: Where to put the rest; a folder of its own is made inside. ``None`` for the
            system's place for temporary files.
    """

    def __init__(self, memory_bytes: int, folder: Path | None = None) -> None:
        self._memory_bytes = memory_bytes
        self._parent = folder
        self._folder: Path | None = None
        self._lock = threading.Lock()
        self._putting = threading.Lock()
        self._is_closed = False
        self._in_memory: OrderedDict[str, Pixels] = OrderedDict()
        self._on_disk: dict[str, Pixels] = {}

    @property
    def held_bytes(self) -> int:
        """Bytes kept in memory now."""
        with self._lock:
            return sum(pixels.nbytes for pixels in self._in_memory.values())

    def get(self, name: str) -> Pixels | None:
        """The picture put under ``name``, read-only; ``None`` if there is none."""
        with self._lock:
            if name in self._in_memory:
                self._in_memory.move_to_end(name)
                return self._in_memory[name]
            return self._on_disk.get(name)

    def put(self, name: str, pixels: Pixels) -> None:
        """Keep a picture, instead of the one of that name if there is one; nothing once closed.

        Raises:
            OutputError: if memory is full and the disk cannot take more; the store is unchanged.
        """
        kept = np.ascontiguousarray(pixels).view()
        kept.setflags(write=False)
        with self._putting:
            if not self._is_closed:
                self._put(name, kept)

    def remove(self, name: str) -> None:
        """Forget a picture; one that is not there is no error."""
        with self._putting, self._lock:
            self._in_memory.pop(name, None)
            self._on_disk.pop(name, None)

    def close(self) -> None:
        """Forget all pictures and remove the folder."""
        with self._putting, self._lock:
            self._is_closed = True
            self._in_memory.clear()
            self._on_disk.clear()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _put(self, name: str, pixels: Pixels) -> None:
        moved = {each: self._write(held) for each, held in self._surplus(name, pixels)}
        with self._lock:
            self._on_disk.pop(name, None)
            self._in_memory.pop(name, None)
            self._in_memory[name] = pixels
            for each, mapped in moved.items():
                del self._in_memory[each]
                self._on_disk[each] = mapped

    def _surplus(self, name: str, pixels: Pixels) -> list[tuple[str, Pixels]]:
        """What must leave memory so that ``pixels`` has room, the longest unused first."""
        with self._lock:
            held = [(each, kept) for each, kept in self._in_memory.items() if each != name]
        held.append((name, pixels))
        excess = sum(kept.nbytes for _, kept in held) - self._memory_bytes
        surplus = []
        for each, kept in held:
            if excess <= 0:
                break
            surplus.append((each, kept))
            excess -= kept.nbytes
        return surplus

    def _write(self, pixels: Pixels) -> Pixels:
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="impasto-studio-", dir=self._parent))
            handle, path = tempfile.mkstemp(suffix=".raw", dir=self._folder)
            with os.fdopen(handle, "r+b") as file:
                file.write(pixels.data)
                file.flush()
                mapped = np.memmap(file, np.uint8, "r", shape=pixels.shape)
            with contextlib.suppress(OSError):
                Path(path).unlink()
        except OSError as error:
            raise OutputError(
                f"expected room for {pixels.nbytes:,} bytes of stylised pictures on disk, but: "
                f"{error}; free some, or raise the memory budget."
            ) from error
        return np.asarray(mapped)
