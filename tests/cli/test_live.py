from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from impasto.cli import live
from impasto.errors import (
    CameraError,
    MissingPackageError,
    OptionError,
    OutputError,
    UnknownNameError,
    VideoNotFoundError,
)
from impasto.video.writer import VideoWriter

av = pytest.importorskip("av", reason="needs PyAV")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A second of noise, 12 frames."""
    path = tmp_path / "clip.mp4"
    random = np.random.default_rng(0)
    with VideoWriter(path, (96, 128), frame_rate=Fraction(12), time_base=Fraction(1, 12)) as writer:
        for number in range(12):
            writer.write(random.integers(0, 255, (96, 128, 3)).astype(np.uint8), number)
    return path


@pytest.mark.parametrize("text", ["1280", "12x80", "1280x72000", "0x0", "axb", "1280x-720", ""])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(OptionError, match="WIDTHxHEIGHT"):
        live.parse_size(text)


def test_sizes() -> None:
    assert live.parse_size("640x360") == (360, 640)
    assert live.parse_size(" 1280×720 ") == (720, 1280)


def test_what_does_not_go_together(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="one of them"):
        live.live_command(camera="0", file=clip)
    with pytest.raises(OptionError, match="--once"):
        live.live_command(once=True)
    with pytest.raises(OptionError, match="--camera browser"):
        live.live_command(camera="browser", virtual_camera=True)
    with pytest.raises(OptionError, match="stability"):
        live.live_command(file=clip, stability="much", folder=tmp_path, port=0)
    with pytest.raises(OptionError, match="blend of two"):
        live.live_command(file=clip, style="candy,great-wave,feathers", folder=tmp_path)


def test_what_is_not_there(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError):
        live.live_command(file=clip, style="crayon", folder=tmp_path)
    with pytest.raises(VideoNotFoundError):
        live.live_command(file=tmp_path / "none.mp4", style="candy", folder=tmp_path)
    with pytest.raises(CameraError, match="--file"):
        live.live_command(camera="63", style="candy", folder=tmp_path)
    with pytest.raises(OutputError, match="ends in"):
        live.live_command(file=clip, record=tmp_path / "out.txt", folder=tmp_path)
    find = importlib.util.find_spec

    def missing(name: str, *rest: Any) -> Any:
        return None if name == "av" else find(name, *rest)

    monkeypatch.setattr(importlib.util, "find_spec", missing)
    with pytest.raises(MissingPackageError, match=r"impasto\[studio,video\]"):
        live.live_command(file=clip)


def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "impasto", "live", *arguments, "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/live/\?key=\S+", process.stdout.readline())
    if found is None:
        process.kill()
        raise AssertionError(process.communicate())
    return process, found[0]


@pytest.mark.slow
def test_a_file_is_recorded_and_everything_ends_with_it(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    process, _ = start(
        "--file", str(clip), "--once", "--style", "candy", "--record", str(output),
        "--engine", "onnxruntime",
    )  # fmt: skip
    try:
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "Recorded" in errors
    with av.open(str(output)) as container:
        frames = [*container.decode(video=0)]
    assert (frames[0].height, frames[0].width) == (96, 128)
    assert 1 <= len(frames) <= 12


@pytest.mark.slow
def test_ctrl_c_finishes_the_recording_and_leaves_no_process(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    process, _ = start(
        "--file", str(clip), "--style", "candy", "--record", str(output), "--engine", "onnxruntime"
    )
    try:
        children = psutil.Process(process.pid).children(recursive=True)
        until_s = time.monotonic() + 60
        while not [*tmp_path.glob(".impasto-*.tmp")]:
            assert time.monotonic() < until_s, "no recording began"
            time.sleep(0.05)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert not [child for child in children if child.is_running()]
    with av.open(str(output)) as container:
        assert [*container.decode(video=0)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["clip.mp4", "out.mp4"]
