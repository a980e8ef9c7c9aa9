import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("av")
MEASURES = [
    "frames",
    "cuts",
    "warping_error",
    "photo_warping_error",
    "flicker",
    "photo_flicker",
    "still_share",
    "known_share",
    "fps",
]


def frames_in(folder: Path, levels: list[int]) -> None:
    folder.mkdir()
    for index, level in enumerate(levels):
        Image.fromarray(np.full((24, 32, 3), level, np.uint8)).save(folder / f"{index}.png")


def test_a_flickering_film(run: Callable[..., Any], folder: Path) -> None:
    frames_in(folder / "film", [90, 90, 90])
    frames_in(folder / "painted", [100, 110, 100])
    outcome = run("metrics-video", "film", "painted", "--json")
    assert outcome.code == 0
    measured = json.loads(outcome.out)
    assert list(measured) == MEASURES
    assert measured["flicker"] == pytest.approx(10 / 255)
    assert measured["warping_error"] == pytest.approx(10 / 255)
    assert measured["photo_flicker"] == 0
    assert measured["fps"] is None
    lines = run("metrics-video", "film", "painted").out.splitlines()
    assert [line.split()[0] for line in lines] == MEASURES
    assert lines[-1].split(maxsplit=1)[1] == "nothing to measure"


def test_what_is_wrong_is_said(run: Callable[..., Any], folder: Path) -> None:
    frames_in(folder / "film", [90, 90])
    frames_in(folder / "painted", [90])
    outcome = run("metrics-video", "film", "painted")
    assert outcome.code == 1
    assert "as many frames" in outcome.err
    assert run("metrics-video", "film", "missing").code == 1
