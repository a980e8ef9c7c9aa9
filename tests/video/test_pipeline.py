import resource
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from impasto.errors import OptionError, OutputError
from impasto.guidance.controls import StyleUse
from impasto.progress import Cancellation, ProgressEvent
from impasto.stylizers.fast_style import parse_fast_style
from impasto.video.encoding import EncodingOptions
from impasto.video.painters import FrameStyle
from impasto.video.pipeline import stylize_video
from impasto.video.plan import VideoRequest, plan_video
from impasto.video.reader import VideoReader

from .conftest import rotate_clip, write_clip

HALF_S = Fraction(1, 2)


def ask(path: Path, **others: Any) -> VideoRequest:
    style = FrameStyle(uses=(StyleUse(style=parse_fast_style("stripes")),))
    return VideoRequest(path=path, style=style, **{"segment_s": HALF_S, **others})


def times(path: Path) -> list[Fraction]:
    return [frame.time for frame in VideoReader(path).frames()]


def sound(path: Path) -> tuple[list[tuple[Any, ...]], Any]:
    """Each packet of the sound with its time, and the length of its stream."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        packets = [(p.pts, p.duration, bytes(p)) for p in container.demux(stream) if p.size]
        return packets, (stream.time_base, stream.duration)


def test_a_film_keeps_its_times_sound_and_facts(networks: Path, clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    events: list[ProgressEvent] = []
    result = stylize_video(ask(clip), output, on_progress=events.append)
    assert (result.frames, result.painted, result.is_complete) == (25, 25, True)
    assert result.duration == 1
    assert times(output) == times(clip)
    assert sound(output) == sound(clip)
    with av.open(str(output)) as made, av.open(str(clip)) as source:
        assert made.duration == source.duration
        assert made.metadata["title"] == "A clip"
    painted, before = (next(VideoReader(path).frames()).pixels for path in (output, clip))
    assert np.abs(painted.astype(int) - before).mean() > 10
    assert [event.step for event in events] == list(range(1, 26))
    assert events[-1].total == 25
    assert events[3].stage.endswith(" fps")
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["clip.mp4", "out.mp4"]
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_a_variable_rate_is_kept(networks: Path, tmp_path: Path, suffix: str) -> None:
    pts = [0, 700, 9000, 9020, 16_000, 30_000, 30_900, 31_000, 44_000]
    clip = write_clip(tmp_path / "vfr.mp4", pts=pts, sound=True)
    output = tmp_path / f"out{suffix}"
    result = stylize_video(ask(clip), output)
    tick = VideoReader(output).info.time_base
    assert all(
        abs(made - at) <= (tick / 2 if suffix == ".mkv" else 0)
        for made, at in zip(times(output), times(clip), strict=True)
    )
    assert result.frames == len(pts)
    last = list(VideoReader(clip).frames())[-1]
    assert result.duration == (last.pts + last.duration) * last.time_base
    if suffix != ".mkv":
        assert VideoReader(output).info.duration == result.duration


def test_rotation_odd_size_and_pixel_shape(networks: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "odd.mp4", size=(49, 67), pixel_format="yuv444p", frames=10)
    output = tmp_path / "out.mp4"
    result = stylize_video(ask(rotate_clip(clip, 1)), output)
    info = VideoReader(output).info
    assert (info.size, info.turn.quarters) == ((67, 49), 0)
    assert result.frames == 10
    assert any("4:4:4" in warning for warning in plan_video(ask(clip), output).warnings)


def test_a_part_of_a_film_with_its_sound(networks: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "long.mp4", frames=75, sound=True)
    output = tmp_path / "part.mp4"
    request = ask(clip, start=Fraction(1), end=Fraction(5, 2), size=32)
    result = stylize_video(request, output)
    assert (result.frames, result.duration) == (38, Fraction(38, 25))
    assert times(output) == [Fraction(index, 25) for index in range(38)]
    packets, (tick, _) = sound(output)
    assert -0.03 < packets[0][0] * tick < 0.001
    end = packets[-1][0] + packets[-1][1]
    assert abs(end * tick - result.duration) < 0.03
    whole = [packet[2] for packet in sound(clip)[0]]
    assert [packet[2] for packet in packets] == whole[whole.index(packets[0][2]) :][: len(packets)]


KILLED = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.video.test_pipeline import ask
from impasto.video.pipeline import stylize_video
def on_progress(event):
    if event.step == {kill_at}:
        os.kill(os.getpid(), signal.SIGKILL)
request = ask(Path({clip!r}), stability={stability!r})
stylize_video(request, Path({output!r}), on_progress=on_progress)
"""


@pytest.mark.parametrize("stability", ["off", "flow"])
def test_killed_and_run_again_it_is_the_same_film(
    networks: Path, tmp_path: Path, stability: str
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=60, sound=True)
    whole, killed = tmp_path / "whole.mp4", tmp_path / "killed.mp4"
    stylize_video(ask(clip, stability=stability), whole)
    code = KILLED.format(
        root=str(Path(__file__).parents[2]),
        kill_at=44,
        clip=str(clip),
        output=str(killed),
        stability=stability,
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not killed.exists()
    result = stylize_video(ask(clip, stability=stability), killed)
    assert 0 < result.painted < 60
    assert result.frames == 60
    assert killed.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_stopped_it_is_a_film_that_plays_and_goes_on(networks: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=60, sound=True)
    whole, output = tmp_path / "whole.mp4", tmp_path / "out.mp4"
    stylize_video(ask(clip), whole)
    stop = Cancellation()
    result = stylize_video(
        ask(clip),
        output,
        cancellation=stop,
        on_progress=lambda event: stop.cancel() if event.step == 30 else None,
    )
    assert not result.is_complete
    assert 30 <= result.frames < 40
    assert times(output) == times(clip)[: result.frames]
    packets, (tick, _) = sound(output)
    assert abs((packets[-1][0] + packets[-1][1]) * tick - result.duration) < 0.03
    again = stylize_video(ask(clip), output)
    assert again.is_complete
    assert 0 < again.painted < 60
    assert output.read_bytes() == whole.read_bytes()


def test_a_full_disk_keeps_what_is_finished(networks: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full."""
    clip = write_clip(
        tmp_path / "clip.mp4",
        frames=50,
        make=lambda index, size: np.random.default_rng(0).integers(
            0, 255 if index > 30 else 1, (*size, 3), np.uint8
        ),
    )
    request = ask(clip, encoding=EncodingOptions(quality=100))
    output = tmp_path / "out.mp4"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, hard))
    try:
        with pytest.raises(OutputError):
            stylize_video(request, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not output.exists()
    assert not list(tmp_path.glob(".*.tmp"))
    result = stylize_video(request, output)
    assert result.painted < result.frames == 50


def test_a_truncated_film_gives_what_it_has_and_says_so(networks: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "whole.mkv", frames=100, sound=True)
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) // 2])
    result = stylize_video(ask(clip), tmp_path / "out.mkv")
    assert 10 < result.frames < 100
    assert any("ends after" in note or "ended early" in note for note in result.notes)


def test_what_cannot_be_made_is_refused_before_the_work(
    networks: Path, clip: Path, tmp_path: Path
) -> None:
    for output, options, error in (
        (clip, {}, OutputError),
        (tmp_path / "out.gif", {}, OutputError),
        (tmp_path / "out.webm", {"encoding": EncodingOptions(codec="h264")}, OutputError),
        (tmp_path / "out.mp4", {"stability": "trained"}, OptionError),
        (tmp_path / "out.mp4", {"start": Fraction(5)}, OptionError),
    ):
        with pytest.raises(error):
            stylize_video(ask(clip, **options), output)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["clip.mp4"]
