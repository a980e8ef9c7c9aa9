from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.progress import Cancellation
from impasto.video.encoding import EncodingOptions
from impasto.video.frame_painter import PainterState
from impasto.video.probing import probe_video
from impasto.video.reader import VideoReader
from impasto.video.segment_styling import SegmentJob, style_segments
from impasto.video.segments import plan_segments
from impasto.video.work_folder import SegmentFolder

from .conftest import write_clip


class Negative:
    """Inverts frames, counts them, and remembers how many it has seen."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, Fraction]] = []
        self.count = 0

    def paint(self, pixels: np.ndarray, *, index: int, time: Fraction) -> np.ndarray:
        self.seen.append((index, time))
        self.count += 1
        return 255 - pixels

    def reset(self) -> None:
        self.count = 0

    def state(self) -> PainterState:
        return {"count": np.array(self.count)}

    def restore(self, state: PainterState) -> None:
        self.count = int(state.get("count", 0))


@pytest.fixture
def job(tmp_path: Path) -> SegmentJob:
    clip = write_clip(tmp_path / "clip.mp4", frames=30)
    encoding = EncodingOptions(codec="ffv1")
    return SegmentJob(info=probe_video(clip), size=(48, 64), encoding=encoding)


def test_each_frame_goes_into_its_segment(job: SegmentJob, tmp_path: Path) -> None:
    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    folder, painter, frames = SegmentFolder(tmp_path / "parts"), Negative(), []
    done = style_segments(job, segments, painter, folder, on_frame=lambda: frames.append(1))
    assert [len(each.times) for each in done] == [13, 12, 5]
    assert [each.path for each in done] == [folder.segment_path(number) for number in range(3)]
    assert painter.seen == [(index, Fraction(index, 25)) for index in range(30)]
    assert len(frames) == 30
    assert done[-1].end == 30 * 512
    source = list(VideoReader(job.info.path).frames())
    parts = [frame for each in done for frame in VideoReader(each.path or "").frames()]
    assert all(
        np.array_equal(part.pixels, 255 - frame.pixels)
        for part, frame in zip(parts, source, strict=True)
    )
    assert [folder.state_after(number).get("count") for number in range(3)] == [None, None, 30]
    assert folder.finished(segments) == done


def test_one_segment_by_itself_is_the_same(job: SegmentJob, tmp_path: Path) -> None:
    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    style_segments(job, segments, Negative(), SegmentFolder(tmp_path / "all"))
    folder = SegmentFolder(tmp_path / "single")
    for segment in reversed(segments):
        style_segments(job, [segment], Negative(), folder)
    for number in range(3):
        one, other = (SegmentFolder(tmp_path / name) for name in ("all", "single"))
        assert one.segment_path(number).read_bytes() == other.segment_path(number).read_bytes()
    assert len(folder.finished(segments)) == 3


def test_a_segment_without_frames(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "gap.mp4", pts=[0, 512, 20_000, 20_512])
    job = SegmentJob(info=probe_video(clip), size=(48, 64), encoding=EncodingOptions(codec="h264"))
    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    done = style_segments(job, segments, Negative(), SegmentFolder(tmp_path / "parts"))
    assert [each.times for each in done] == [(0, 512), (), (), (20_000, 20_512)]
    assert done[1].path is None


def test_a_cancellation_leaves_a_partial_segment(job: SegmentJob, tmp_path: Path) -> None:
    stop, count = Cancellation(), 0

    def on_frame() -> None:
        nonlocal count
        count += 1
        if count == 16:
            stop.cancel()

    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    folder = SegmentFolder(tmp_path / "parts")
    done = style_segments(job, segments, Negative(), folder, on_frame=on_frame, cancellation=stop)
    assert [(len(each.times), each.is_partial) for each in done] == [(13, False), (3, True)]
    assert done[1].path == folder.segment_path(1, is_partial=True)
    assert len(folder.finished(segments)) == 1


def test_a_painter_that_fails_stops_all_threads(job: SegmentJob, tmp_path: Path) -> None:
    class Failing(Negative):
        def paint(self, pixels: np.ndarray, *, index: int, time: Fraction) -> np.ndarray:
            if index == 20:
                raise ShapeError("no more")
            return super().paint(pixels, index=index, time=time)

    segments = plan_segments(job.info, length_s=Fraction(1, 2))
    folder = SegmentFolder(tmp_path / "parts")
    with pytest.raises(ShapeError, match="no more"):
        style_segments(job, segments, Failing(), folder)
    assert len(folder.finished(segments)) == 1


def test_an_encoder_that_fails_stops_the_work(job: SegmentJob, tmp_path: Path) -> None:
    painter = Negative()
    job = replace(job, size=(24, 32), info=replace(job.info, frames=None))

    class Large(Negative):
        def paint(self, pixels: np.ndarray, *, index: int, time: Fraction) -> np.ndarray:
            painter.count += 1
            return np.zeros((48, 64, 3), np.uint8)

    with pytest.raises(ShapeError, match="expected"):
        style_segments(job, plan_segments(job.info), Large(), SegmentFolder(tmp_path / "parts"))
    assert painter.count < 12
