import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.video.reader import VideoReader

av = pytest.importorskip("av")

Run = Callable[..., Any]


def write_film(path: Path, frames: int = 12, size: tuple[int, int] = (48, 64)) -> Path:
    """Grey frames that grow brighter."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1"})
        stream.height, stream.width = size
        for index in range(frames):
            pixels = np.full((*size, 3), 60 + (2 * index) % 120, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def film(folder: Path, networks: Path) -> Path:
    return write_film(folder / "film.mp4")


def test_a_film_is_painted_and_named_after_its_style(run: Run, film: Path) -> None:
    outcome = run("video", "film.mp4", "--style", "stripes")
    assert outcome.code == 0, outcome.err
    assert "film-stripes.mp4  (12 frames" in outcome.out
    assert "stability off" in outcome.out
    assert len(list(VideoReader("film-stripes.mp4").frames())) == 12


def test_what_was_made_as_json(run: Run, film: Path) -> None:
    outcome = run(
        *("video", "film.mp4", "-s", "stripes", "-o", "out.mkv", "--json", "--codec", "ffv1"),
        *("--start", "0.2", "--end", "0:00.4", "--size", "32", "--stability", "flow"),
    )
    assert outcome.code == 0, outcome.err
    report = json.loads(outcome.out)
    assert (report["frames"], report["film_s"], report["stability"]) == (5, 0.2, "flow")
    assert report["complete"] is True
    assert VideoReader("out.mkv").size == (24, 32)


def test_masks_of_pictures_and_of_films(run: Run, film: Path, folder: Path) -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :32] = 255
    Image.fromarray(mask).save("mask.png")
    with av.open("mask.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height, stream.width = 48, 64
        frame = av.VideoFrame.from_ndarray(np.repeat(mask[..., None], 3, -1), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    before = list(VideoReader(film).frames())[5].pixels.astype(int)
    for name, flags in {
        "still": ["--mask", "mask.png"],
        "followed": ["--mask", "mask.png", "--follow-mask"],
        "film": ["--mask-video", "mask.mp4"],
    }.items():
        outcome = run(
            "video", "film.mp4", "-s", "stripes", "-o", f"{name}.mkv", "--codec", "ffv1", *flags
        )
        assert outcome.code == 0, outcome.err
        after = list(VideoReader(f"{name}.mkv").frames())[5].pixels
        assert (after[:, 36:] == before[:, 36:]).all()
        assert np.abs(after[:, :28] - before[:, :28]).mean() > 5


def test_several_styles_and_the_encoders_options(run: Run, film: Path) -> None:
    outcome = run(
        *("video", "film.mp4", "-s", "stripes", "-s", "dots", "--blend", "0.7,0.3", "-o", "o.mp4"),
        *("--encoder-option", "tune=animation", "--preset", "ultrafast", "--quality", "30"),
        *("--strength", "0.5", "--keep-color", "luminance", "--style-scale", "1.5"),
    )
    assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(("flags", "said"), [
    (["--start", "soon"], "--start: expected seconds"),
    (["--start", "9"], "a part of the film"),
    (["--codec", "divx"], "codec: expected one of"),
    (["--encoder-option", "crf"], "NAME=VALUE"),
    (["--encoder-option", "no=1"], "has no option 'no'"),
    (["--method", "texture"], "paints the style alone"),
    (["--stability", "trained"], "has no twin"),
    (["--stability", "calm"], "stability: expected"),
    (["--follow-mask"], "--follow-mask"),
    (["--mask", "a.png", "--mask-video", "film.mp4"], "got both"),
])  # fmt: skip
def test_what_makes_no_sense_is_said(run: Run, film: Path, flags: list[str], said: str) -> None:
    outcome = run("video", "film.mp4", "-s", "stripes", "-o", "out.mp4", *flags)
    assert outcome.code == 2
    assert said in outcome.err
    assert not Path("out.mp4").exists()


def test_files_that_cannot_be(run: Run, film: Path, folder: Path) -> None:
    for flags, said in (
        (["none.mp4", "-o", "o.mp4"], "no such file"),
        (["text.jpg", "-o", "o.mp4"], "text.jpg"),
        (["film.mp4", "-o", "film.mp4"], "is the film itself"),
        (["film.mp4", "-o", "o.xyz"], "ends in one of"),
    ):
        outcome = run("video", "-s", "stripes", *flags)
        assert outcome.code == 1
        assert said in outcome.err


@pytest.mark.slow
def test_ctrl_c_leaves_a_film_that_plays(film: Path, folder: Path, networks: Path) -> None:
    write_film(folder / "long.mp4", frames=400, size=(480, 640))
    command = [sys.executable, "-m", "impasto", "video", "long.mp4", "-s", "stripes", "-o", "o.mp4"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ, text=True
    )
    parts = folder / ".o.mp4.impasto"
    deadline = time.monotonic() + 60
    while not list(parts.glob("*-partial*")) and time.monotonic() < deadline:
        time.sleep(0.05)
        if list(parts.glob(".impasto-*")):
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "the same command goes on" in err
    assert 0 < len(list(VideoReader("o.mp4").frames())) < 400


def test_optimised_films_take_their_own_options(run: Run, film: Path) -> None:
    arguments = ("video", "film.mp4", "-s", "style.png", "--method", "gatys", "--end", "0.08")
    outcome = run(*arguments, "-o", "out.mkv", "--iterations", "2", "--style-weight", "5")
    assert outcome.code == 0, outcome.err
    assert "(2 frames" in outcome.out
    assert "stability flow" in outcome.out
    outcome = run(*arguments, "-o", "other.mkv", "--detail", "1")
    assert outcome.code == 2
    assert "--detail is not an option of gatys" in outcome.err
