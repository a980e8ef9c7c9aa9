import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.errors import ImageFormatError, OutputError, ShapeError
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.pipeline import READ_AHEAD, WRITERS, FileJob, FileSteps, is_done, render_files
from impasto.progress import Cancellation, ProgressEvent
from impasto.render import RenderResult

PATIENCE_S = 20.0


def jobs(count: int) -> list[FileJob]:
    return [FileJob(photo=Path(f"{i}.jpg"), output=Path(f"{i}.png")) for i in range(count)]


def picture(value: int = 0) -> Picture:
    return Picture(pixels=np.full((16, 16, 3), value, np.uint8))


def result(content: Picture, reason: Any = "finished") -> RenderResult:
    return RenderResult(picture=content, trace=(), settings={}, reason=reason, duration_s=0.0)


def steps(**others: Any) -> FileSteps:
    plain: dict[str, Any] = {
        "read": lambda job: picture(int(job.photo.stem)),
        "paint": result,
        "write": lambda job, done: None,
    }
    return FileSteps(**{**plain, **others})


def names(outcomes: Sequence[Any]) -> list[str]:
    return [outcome.job.photo.stem for outcome in outcomes]


def test_each_photograph_ends_in_its_own_file_and_in_order() -> None:
    written: dict[str, int] = {}

    def write(job: FileJob, done: RenderResult) -> None:
        written[job.output.stem] = int(done.picture.pixels[0, 0, 0])

    outcomes = list(render_files(jobs(9), steps(write=write)))
    assert names(outcomes) == [str(i) for i in range(9)]
    assert written == {str(i): i for i in range(9)}
    assert list(render_files([], steps())) == []


def test_reading_painting_and_writing_overlap() -> None:
    """Painting waits for another photograph being read, and for another one being written."""
    read_next, write_first, painted_next = (threading.Event() for _ in range(3))

    def read(job: FileJob) -> Picture:
        if job.photo.stem == "1":
            read_next.set()
        return picture(int(job.photo.stem))

    def paint(content: Picture) -> RenderResult:
        if content.pixels[0, 0, 0] == 0:
            assert read_next.wait(PATIENCE_S)
        else:
            assert write_first.wait(PATIENCE_S)
            painted_next.set()
        return result(content)

    def write(job: FileJob, done: RenderResult) -> None:
        if job.photo.stem == "0":
            write_first.set()
            assert painted_next.wait(PATIENCE_S)

    assert len(list(render_files(jobs(2), steps(read=read, paint=paint, write=write)))) == 2


def test_prepares_while_the_first_is_read() -> None:
    prepared = threading.Event()

    def read(job: FileJob) -> Picture:
        assert prepared.wait(PATIENCE_S)
        return picture()

    assert len(list(render_files(jobs(1), steps(read=read, prepare=prepared.set)))) == 1


def test_memory_is_bounded() -> None:
    """Never more photographs under way than are read ahead, painted and written."""
    alive, most, lock = 0, 0, threading.Lock()

    def read(job: FileJob) -> Picture:
        nonlocal alive, most
        with lock:
            alive += 1
            most = max(most, alive)
        return picture()

    def write(job: FileJob, done: RenderResult) -> None:
        nonlocal alive
        with lock:
            alive -= 1

    list(render_files(jobs(40), steps(read=read, write=write)))
    assert alive == 0
    assert most <= READ_AHEAD + WRITERS + 2


def test_failures_and_what_is_done_do_not_stop_the_rest() -> None:
    def read(job: FileJob) -> Picture | None:
        if job.photo.stem == "1":
            raise ImageFormatError("1.jpg: damaged")
        return None if job.photo.stem == "2" else picture(int(job.photo.stem))

    def paint(content: Picture) -> RenderResult:
        if content.pixels[0, 0, 0] == 3:
            raise ShapeError("painted badly")
        return result(content)

    def write(job: FileJob, done: RenderResult) -> None:
        if job.photo.stem == "4":
            raise OutputError("disk full")

    events: list[ProgressEvent] = []
    made = steps(read=read, paint=paint, write=write)
    outcomes = list(render_files(jobs(6), made, on_progress=events.append))
    assert names(outcomes) == [str(i) for i in range(6)]
    assert [type(outcome.error).__name__ for outcome in outcomes] == [
        "NoneType",
        "ImageFormatError",
        "NoneType",
        "ShapeError",
        "OutputError",
        "NoneType",
    ]
    assert [outcome.result is not None for outcome in outcomes] == [True, *[False] * 4, True]
    assert [(event.step, event.total) for event in events] == [(i, 6) for i in range(1, 7)]
    assert events[-1].remaining_s == 0


@pytest.mark.parametrize("where", ["read", "paint", "write"])
def test_other_exceptions_are_bugs_and_come_through(where: str) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(render_files(jobs(5), steps(**{where: fail})))


def test_cancelling_keeps_what_is_painted() -> None:
    cancellation, written = Cancellation(), set()

    def paint(content: Picture) -> RenderResult:
        if content.pixels[0, 0, 0] == 2:
            cancellation.cancel()
        return result(content)

    made = steps(paint=paint, write=lambda job, done: written.add(job.photo.stem))
    outcomes = list(render_files(jobs(30), made, cancellation=cancellation))
    assert names(outcomes) == ["0", "1", "2"]
    assert written == {"0", "1", "2"}


def test_a_painting_cut_short_is_not_written() -> None:
    written = []

    def paint(content: Picture) -> RenderResult:
        return result(content, "cancelled" if content.pixels[0, 0, 0] == 1 else "finished")

    made = steps(paint=paint, write=lambda job, done: written.append(job.photo.stem))
    assert names(list(render_files(jobs(4), made))) == ["0"]
    assert written == ["0"]


@pytest.fixture
def done(tmp_path: Path) -> tuple[FileJob, Callable[[dict[str, Any]], None]]:
    """A job whose photograph is there, and what writes its result."""
    job = FileJob(photo=tmp_path / "a.png", output=tmp_path / "b.png")
    save_image(picture(), job.photo)

    def write(settings: dict[str, Any]) -> None:
        save_image(picture(), job.output, image_text={"impasto": json.dumps(settings)})

    return job, write


def test_done_is_newer_and_made_with_the_same_settings(
    done: tuple[FileJob, Callable[[dict[str, Any]], None]],
) -> None:
    job, write = done
    settings = {"method": "fast", "options": {"strength": 0.3}}
    assert not is_done(job, settings)
    write({**settings, "content_sha256": "0"})
    assert is_done(job, settings)
    assert not is_done(job, {**settings, "method": "gatys"})
    assert not is_done(job, {**settings, "network": "other"})
    later_ns = job.output.stat().st_mtime_ns + 1_000_000
    os.utime(job.photo, ns=(later_ns, later_ns))
    assert not is_done(job, settings)


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_what_is_no_result_is_not_done(content: bytes | None, tmp_path: Path) -> None:
    job = FileJob(photo=tmp_path / "a.png", output=tmp_path / "b.png")
    save_image(picture(), job.photo)
    if content is None:
        save_image(picture(), job.output, image_text={"impasto": "[1, 2"})
    else:
        job.output.write_bytes(content)
    assert not is_done(job, {"method": "fast"})
