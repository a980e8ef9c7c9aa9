from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pytest

from impasto.batch.film import PaintParts, stylize_film
from impasto.batch.local_pool import LocalProcesses, ThisProcess
from impasto.batch.work import Task, TaskResult, Work
from impasto.errors import CancelledError, JobError, OptionError
from impasto.guidance.controls import StyleUse
from impasto.progress import Cancellation, ProgressEvent
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.options import FastOptions
from impasto.video.encoding import EncodingOptions
from impasto.video.painters import FrameStyle
from impasto.video.pipeline import stylize_video
from impasto.video.plan import VideoRequest
from impasto.video.reader import VideoReader
from impasto.video.region_masks import FollowedMasks

PART_S = Fraction(1, 2)


@pytest.fixture
def request_(films: ModuleType, tmp_path: Path, networks: Path) -> VideoRequest:
    style = FrameStyle(
        uses=(StyleUse(style=parse_fast_style("stripes")),),
        options=FastOptions(engine="onnxruntime"),
    )
    path = films.write_film(tmp_path / "film.mp4")
    encoding = EncodingOptions(quality=95)
    return VideoRequest(path=path, style=style, encoding=encoding)


def frames(path: Path) -> list[np.ndarray]:
    return [frame.pixels.astype(int) for frame in VideoReader(path).frames()]


def times(path: Path) -> list[Fraction]:
    return [frame.time for frame in VideoReader(path).frames()]


def sound(path: Path) -> list[tuple[Any, bytes]]:
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.audio[0])
        return [(packet.pts, bytes(packet)) for packet in packets if packet.size]


@pytest.mark.parametrize("stability", ["off", "flow"])
def test_a_film_in_parts_is_the_film_in_one_go(
    stability: str, request_: VideoRequest, tmp_path: Path
) -> None:
    asked = replace(request_, stability=stability)
    whole, parts = tmp_path / "whole.mp4", tmp_path / "parts.mp4"
    stylize_video(asked, whole)
    events: list[ProgressEvent] = []
    result = stylize_film(asked, parts, ThisProcess(), part_s=PART_S, on_progress=events.append)
    assert (result.frames, result.painted, result.is_complete) == (60, 60, True)
    assert [event.step for event in events] == [20, 40, 60]
    assert times(parts) == times(whole) == times(asked.path)
    assert sound(parts) == sound(asked.path)
    apart = [
        np.abs(ours - theirs).mean()
        for ours, theirs in zip(frames(parts), frames(whole), strict=True)
    ]
    # What two encodings of one picture differ by, at the seams as elsewhere.
    assert max(apart) < 3
    assert not list(tmp_path.glob(".*"))


def test_processes_beside_this_one_paint_parts(request_: VideoRequest, tmp_path: Path) -> None:
    output = tmp_path / "parts.mp4"
    result = stylize_film(request_, output, LocalProcesses(2), part_s=PART_S, threads=1)
    assert (result.frames, result.is_complete) == (60, True)
    assert times(output) == times(request_.path)


class Broken(ThisProcess):
    """A pool in which one part fails, or after which a cancellation comes."""

    def __init__(self, *, failing: int | None = None, last: int | None = None) -> None:
        self.failing, self.last, self.asked = failing, last, []  # type: ignore[var-annotated]

    def run(
        self, work: Work, batches: Iterable[Sequence[Task]], cancellation: Cancellation
    ) -> Iterator[TaskResult]:
        for batch in batches:
            number = batch[0].number
            self.asked.append(number)
            if number == self.failing:
                yield TaskResult(number=number, state="failed", error="JobError: broken.")
                continue
            yield from super().run(work, [batch], cancellation)
            if number == self.last:
                cancellation.cancel()
                return


def test_a_part_that_fails_is_named_and_the_others_are_kept(
    request_: VideoRequest, tmp_path: Path
) -> None:
    output = tmp_path / "parts.mp4"
    with pytest.raises(JobError, match=r"1 of 3 parts .* from 0\.8 s on: JobError: broken"):
        stylize_film(request_, output, Broken(failing=1), part_s=PART_S)
    assert not output.exists()
    events: list[ProgressEvent] = []
    result = stylize_film(request_, output, ThisProcess(), part_s=PART_S, on_progress=events.append)
    assert result.is_complete


def test_a_cancellation_leaves_the_finished_parts_as_a_film(
    request_: VideoRequest, tmp_path: Path
) -> None:
    output = tmp_path / "parts.mp4"
    result = stylize_film(request_, output, Broken(last=1), part_s=PART_S)
    assert (result.frames, result.is_complete) == (40, False)
    assert len(times(output)) == 40
    again = stylize_film(request_, output, ThisProcess(), part_s=PART_S)
    assert (again.frames, again.painted, again.is_complete) == (60, 20, True)


def test_a_cancellation_before_anything_is_an_error(request_: VideoRequest, tmp_path: Path) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(CancelledError):
        stylize_film(request_, tmp_path / "p.mp4", ThisProcess(), cancellation=cancellation)
    assert not list(tmp_path.glob("p.mp4"))


def test_errors_are_tried_again_unless_they_stay(
    request_: VideoRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan: Any = None
    work = PaintParts(plan=plan, first_frames=(0,), folder=tmp_path)
    errors: list[Exception] = [JobError("busy"), JobError("busy"), OptionError("never")]

    def paint(self: PaintParts, number: int, cancellation: Cancellation) -> None:
        raise errors.pop(0)

    monkeypatch.setattr(PaintParts, "_paint", paint)
    (result,) = work.open(Cancellation())([Task(number=0, text="")])
    assert (result.state, result.attempts, result.error) == ("failed", 3, "OptionError: never")


def test_masks_that_follow_need_the_whole_film(request_: VideoRequest, tmp_path: Path) -> None:
    masked = replace(request_, masks=FollowedMasks(masks=()))
    with pytest.raises(OptionError, match="--follow-mask"):
        stylize_film(masked, tmp_path / "p.mp4", ThisProcess())
