from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from impasto.errors import OptionError
from impasto.video.probing import probe_video
from impasto.video.segments import Segment, StyledSegment, plan_segments, ticks
from impasto.video.video_info import VideoInfo


@pytest.fixture
def info(clip: Path) -> VideoInfo:
    """A film of 10 seconds."""
    return replace(probe_video(clip), duration=Fraction(10), frames=250)


def test_segments_follow_each_other(info: VideoInfo) -> None:
    found = plan_segments(info)
    assert [(each.start, each.end) for each in found] == [
        (0, 51_200),
        (51_200, 102_400),
        (102_400, None),
    ]
    assert found == plan_segments(info)


def test_a_part_of_the_film(info: VideoInfo) -> None:
    found = plan_segments(info, start=Fraction(1), end=Fraction(6))
    assert [(each.start, each.end) for each in found] == [(12_800, 64_000), (64_000, 76_800)]


def test_cuts_may_be_given(info: VideoInfo) -> None:
    found = plan_segments(info, start=Fraction(2), cuts=[Fraction(1), Fraction(3)])
    assert [(each.start, each.end) for each in found] == [(25_600, 38_400), (38_400, None)]


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 5), (10, None), (3, 1)])
def test_nothing_of_the_film(info: VideoInfo, start: int, end: int | None) -> None:
    with pytest.raises(OptionError, match="a part of the film"):
        plan_segments(info, start=Fraction(start), end=None if end is None else Fraction(end))


def test_a_film_of_unknown_length_is_one_segment(info: VideoInfo) -> None:
    assert len(plan_segments(replace(info, duration=None))) == 1


def test_times_are_those_of_the_file(info: VideoInfo) -> None:
    shifted = replace(info, start=Fraction(7, 5), first_pts=17_920)
    assert ticks(shifted, Fraction(1)) == 30_720
    assert plan_segments(shifted)[0].start == 17_920


def test_records_come_back() -> None:
    styled = StyledSegment(
        segment=Segment(number=3, start=5, end=None),
        path=Path("3.nut"),
        times=(5, 9),
        end=12,
        problems=("a",),
    )
    assert StyledSegment.from_record(styled.record(), Path("3.nut")) == styled
