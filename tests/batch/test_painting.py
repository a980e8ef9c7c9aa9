import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.batch import painting, storage
from impasto.batch.job import PhotoJob
from impasto.batch.painting import DIGEST, PaintPhotos
from impasto.batch.work import Task, TaskResult
from impasto.errors import OutputError
from impasto.image.codec import open_image
from impasto.progress import Cancellation
from impasto.render import stylize

pytestmark = pytest.mark.usefixtures("networks")
WORDS = {"style": "stripes", "engine": "onnxruntime"}


def jobs(photos: Path, *names: str, **words: Any) -> list[PhotoJob]:
    return [
        PhotoJob(
            content=str(photos / name),
            output=str(photos.parent / "out" / f"{Path(name).stem}.png"),
            words={**WORDS, **words},
        )
        for name in names
    ]


def paint(planned: list[PhotoJob], **others: Any) -> list[TaskResult]:
    work = PaintPhotos(**{"tag": "t", "started_s": time.time() + 60, **others})
    tasks = [Task(number=number, text=job.to_json()) for number, job in enumerate(planned)]
    return sorted(work.open(Cancellation())(tasks), key=lambda each: each.number)


def test_a_result_is_that_of_stylize(photos: Path) -> None:
    (result,) = paint(jobs(photos, "a.png"))
    assert (result.state, result.error, result.attempts) == ("done", "", 1)
    written = open_image(photos.parent / "out" / "a.png")
    expected = stylize(photos / "a.png", style="stripes").picture
    assert written.size == (24, 32)
    difference = written.pixels.astype(int) - expected.pixels
    assert np.abs(difference).mean() < 2
    settings = json.loads(written.metadata.text["impasto"])
    assert (settings["style"], settings["method"]) == ("stripes", "fast")
    assert len(settings[DIGEST]) == 64


def test_what_fails_is_tried_again_and_stops_nothing(photos: Path) -> None:
    (photos / "b.png").write_bytes(b"no picture")
    found = paint(jobs(photos, "a.png", "b.png", "missing.png", "c.png"))
    assert [each.state for each in found] == ["done", "failed", "failed", "done"]
    assert [each.attempts for each in found] == [1, 3, 3, 1]
    assert found[1].error.startswith("ImageFormatError: ")
    assert str(photos / "b.png") in found[1].error
    assert sorted(path.name for path in (photos.parent / "out").iterdir()) == ["a.png", "c.png"]


def test_a_failure_that_passes_is_no_failure(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, failures = storage.write, iter([OutputError("busy"), ZeroDivisionError()])

    def at_first_busy(*arguments: Any, **others: Any) -> None:
        if (error := next(failures, None)) is not None:
            raise error
        write(*arguments, **others)

    monkeypatch.setattr(storage, "write", at_first_busy)
    (result,) = paint(jobs(photos, "a.png"))
    assert (result.state, result.attempts) == ("done", 3)


def test_errors_that_stay_are_not_tried_again(photos: Path) -> None:
    words = {"style": [{"style": "stripes", "mask": "rest"}]}
    (result,) = paint(jobs(photos, "a.png", **words))
    assert (result.state, result.attempts) == ("failed", 1)
    assert result.error.startswith("OptionError: mask")


def test_what_is_done_is_left_out(photos: Path) -> None:
    names = ["a.png", "b.png"]
    planned = jobs(photos, *names)

    def states(planned: list[PhotoJob], **others: Any) -> list[str]:
        return [each.state for each in paint(planned, **others)]

    assert states(planned) == ["done", "done"]
    assert states(planned) == ["skipped", "skipped"]
    assert states(planned, threads=1) == ["skipped", "skipped"]
    assert states(planned, overwrite=True) == ["done", "done"]
    os.utime(photos / "b.png", (time.time() + 60, time.time() + 60))
    assert states(planned) == ["skipped", "done"]
    os.utime(photos / "b.png", (0, 0))
    assert states(jobs(photos, *names, strength=0.5)) == ["done", "done"]
    (photos.parent / "out" / "a.png").write_bytes(b"damaged")
    assert states(jobs(photos, *names, strength=0.5)) == ["done", "skipped"]


def test_what_a_dead_process_of_this_run_did_counts_as_done(photos: Path) -> None:
    planned = jobs(photos, "a.png")
    paint(planned)
    assert paint(planned, started_s=time.time() - 60)[0].state == "done"


def test_threads_are_those_of_the_process_unless_the_job_says(photos: Path) -> None:
    paint(jobs(photos, "a.png"), threads=1)
    assert options(photos)["threads"] == 1
    paint(jobs(photos, "a.png", threads=2), threads=1, overwrite=True)
    assert options(photos)["threads"] == 2


def options(photos: Path) -> dict[str, Any]:
    picture = open_image(photos.parent / "out" / "a.png")
    found: dict[str, Any] = json.loads(picture.metadata.text["impasto"])["options"]
    return found


def test_a_cancelled_painting_is_not_written(photos: Path) -> None:
    cancellation = Cancellation()
    work = PaintPhotos(tag="t", started_s=time.time())
    run = work.open(cancellation)
    cancellation.cancel()
    found = list(run([Task(number=0, text=jobs(photos, "a.png")[0].to_json())]))
    assert [each.state for each in found] in ([], ["undone"])
    assert not (photos.parent / "out").exists()


def test_places_of_every_kind(photos: Path) -> None:
    content = "memory://photos/a.png"
    storage.write(content, (photos / "a.png").read_bytes(), tag="t")
    job = PhotoJob(content=content, output="memory://out/a.webp", words=WORDS)
    assert [each.state for each in paint([job]) + paint([job])] == ["done", "skipped"]
    picture = open_image(storage.image_source("memory://out/a.webp"))
    assert picture.size == (24, 32)


def test_no_pause_where_nothing_comes_from_a_network(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(painting.time, "sleep", pauses.append)
    paint(jobs(photos, "missing.png"))
    assert pauses == []
    job = PhotoJob(content="memory://none/a.png", output="memory://out/none.png", words=WORDS)
    paint([job])
    assert pauses == [0.2, 0.4]
