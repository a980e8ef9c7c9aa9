"""Where a film under way is kept: its finished segments, to go on from after any end."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from impasto.errors import OutputError
from impasto.video.frame_painter import PainterState
from impasto.video.segments import Segment, StyledSegment

JOB = "job.json"
LOCK = "lock"


class SegmentFolder:
    """A folder with the segments of a film that are painted already.

    A segment is there wholly or not at all: its record is written last. Several processes may
    paint different segments into one folder.

    Args:
        path: The folder, which is made if need be.

    Raises:
        OutputError: if it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._errors():
            path.mkdir(exist_ok=True)

    def segment_path(self, number: int, *, is_partial: bool = False) -> Path:
        """Where the pictures of a segment are kept; one that is not finished elsewhere."""
        return self.path / f"{number:05d}{'-partial' if is_partial else ''}.part"

    def finished(self, segments: Sequence[Segment]) -> list[StyledSegment]:
        """The segments that are painted, from the first on without a gap."""
        found: list[StyledSegment] = []
        for segment in segments:
            styled = self._read(segment)
            if styled is None:
                break
            found.append(styled)
        return found

    def keep(self, styled: StyledSegment, state: PainterState) -> None:
        """Record a segment whose pictures are written, and what the painter remembers.

        Raises:
            OutputError: if the disk is full.
        """
        number = styled.segment.number
        with self._errors():
            if state:
                temporary = self.path / f"{number:05d}.tmp.npz"
                np.savez(temporary, **dict(state))  # type: ignore[arg-type]
                temporary.replace(self._state_path(number))
            self._write(f"{number:05d}.json", json.dumps(styled.record()).encode())
        # What it remembered before is not needed any more.
        self._state_path(number - 1).unlink(missing_ok=True)

    def state_after(self, number: int) -> PainterState:
        """What the painter remembered after a segment; empty where it was nothing."""
        path = self._state_path(number)
        if not path.exists():
            return {}
        with np.load(path) as arrays:
            return {name: arrays[name] for name in arrays.files}

    def _state_path(self, number: int) -> Path:
        return self.path / f"{number:05d}.npz"

    def _read(self, segment: Segment) -> StyledSegment | None:
        path = self.segment_path(segment.number)
        try:
            record = json.loads((self.path / f"{segment.number:05d}.json").read_text("utf-8"))
            styled = StyledSegment.from_record(record, path)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        is_there = styled.path is None or path.is_file()
        return styled if is_there and styled.segment == segment else None

    def _write(self, name: str, content: bytes) -> None:
        temporary = self.path / f"{name}.tmp"
        temporary.write_bytes(content)
        temporary.replace(self.path / name)

    @contextlib.contextmanager
    def _errors(self) -> Any:
        try:
            yield
        except OutputError:
            raise
        except OSError as error:
            raise OutputError(
                f"{self.path}: could not be written: {error.strerror or error}; what is finished "
                "is kept, run the command again to go on."
            ) from error


class WorkFolder(SegmentFolder):
    """The hidden folder beside a film that is being made, for one process at a time.

    What was painted with other settings, or of another film, is removed.

    Args:
        output: The film that is made.
        settings: All that decides the result, as plain JSON values.

    Raises:
        OutputError: if the folder cannot be made, or another process is at work in it.
    """

    def __init__(self, output: Path, settings: Mapping[str, Any]) -> None:
        super().__init__(output.resolve().with_name(f".{output.name}.impasto"))
        self.output = output
        self._settings: Any = json.loads(json.dumps(settings))
        with self._errors():
            self._lock()
            if self._found_settings() != self._settings:
                self._clear()
                self._write(JOB, json.dumps(self._settings).encode())

    def remove(self) -> None:
        """Remove the folder: the film is complete."""
        shutil.rmtree(self.path, ignore_errors=True)

    def release(self) -> None:
        """Let other runs work in the folder, if it is still there."""
        (self.path / LOCK).unlink(missing_ok=True)

    def _found_settings(self) -> Any:
        try:
            return json.loads((self.path / JOB).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def _clear(self) -> None:
        for path in self.path.iterdir():
            if path.name != LOCK:
                path.unlink()

    def _lock(self) -> None:
        path = self.path / LOCK
        for _ in range(2):
            try:
                with path.open("x") as file:
                    file.write(str(os.getpid()))
            except FileExistsError:
                owner = _process(path)
                if owner is not None:
                    raise OutputError(
                        f"{self.output}: process {owner} is making this film already; wait for "
                        "it, or choose another name."
                    ) from None
                path.unlink(missing_ok=True)
            else:
                return


def _process(lock: Path) -> int | None:
    """The process that holds a lock, if it lives and is not this one."""
    try:
        number = int(lock.read_text())
    except (OSError, ValueError):
        return None
    return number if number != os.getpid() and psutil.pid_exists(number) else None
