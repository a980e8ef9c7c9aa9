import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OutputError
from impasto.video.segments import Segment, StyledSegment
from impasto.video.work_folder import WorkFolder

SEGMENTS = tuple(Segment(number=n, start=10 * n, end=10 * n + 10) for n in range(4))


def keep(work: WorkFolder, number: int, *, state: bool = False) -> None:
    path = work.segment_path(number)
    path.write_bytes(b"pictures")
    styled = StyledSegment(segment=SEGMENTS[number], path=path, times=(10 * number,), end=5)
    work.keep(styled, {"last": np.full(3, number)} if state else {})


def test_what_is_finished_is_found_up_to_the_first_gap(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "film.mp4", {"style": "a"})
    for number in (0, 1, 3):
        keep(work, number, state=True)
    work.release()
    again = WorkFolder(tmp_path / "film.mp4", {"style": "a"})
    assert [each.segment.number for each in again.finished(SEGMENTS)] == [0, 1]
    assert again.state_after(1)["last"].tolist() == [1, 1, 1]
    assert again.state_after(0) == {}
    again.segment_path(0).unlink()
    assert again.finished(SEGMENTS) == []


def test_other_settings_begin_anew(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "film.mp4", {"style": "a", "size": (3, 4)})
    keep(work, 0)
    work.release()
    same = WorkFolder(tmp_path / "film.mp4", {"style": "a", "size": [3, 4]})
    assert len(same.finished(SEGMENTS)) == 1
    same.release()
    other = WorkFolder(tmp_path / "film.mp4", {"style": "b", "size": (3, 4)})
    assert other.finished(SEGMENTS) == []
    assert not other.segment_path(0).exists()


def test_a_damaged_record_is_no_segment(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "film.mp4", {})
    keep(work, 0)
    (work.path / "00000.json").write_text("{")
    assert work.finished(SEGMENTS) == []


def test_one_process_at_a_time(tmp_path: Path) -> None:
    output = tmp_path / "film.mp4"
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        work = WorkFolder(output, {})
        (work.path / "lock").write_text(str(other.pid))
        with pytest.raises(OutputError, match=f"process {other.pid} is making"):
            WorkFolder(output, {})
    finally:
        other.kill()
        other.wait()
    WorkFolder(output, {})
    assert (work.path / "lock").read_text() == str(os.getpid())
    work.remove()
    assert list(tmp_path.iterdir()) == []
