import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from impasto.image.codec import open_image

Run = Callable[..., Any]


@pytest.fixture
def painting(run: Run, folder: Path, networks: Path) -> Path:
    arguments = ["--size", "48", "--strength", "0.8", "-o", "r.png"]
    assert run("stylize", "a.png", "-s", "stripes:1,dots:2", *arguments).code == 0
    return folder / "r.png"


def test_the_same_picture_comes_again(run: Run, painting: Path) -> None:
    outcome = run("redo", "r.png", "a.png", "-o", "again.png")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("again.png  (")
    assert "the same picture, bit for bit" in outcome.out
    first, second = open_image("r.png"), open_image("again.png")
    np.testing.assert_array_equal(first.pixels, second.pixels)
    assert run("redo", "again.png", "a.png").out.startswith("again-redo.png")


def test_an_optimised_picture_of_a_style_file(stylize: Run, run: Run, folder: Path) -> None:
    assert stylize("a.png", "-o", "r.jpg").code == 0
    (folder / "style.png").rename(folder / "renamed.png")
    lost = run("redo", "r.jpg", "a.png")
    assert (lost.code, "--style-image" in lost.err) == (1, True)
    outcome = run("redo", "r.jpg", "a.png", "--style-image", "renamed.png", "--json")
    report = json.loads(outcome.out)
    assert report["identical"] is True
    assert report["output"] == "r-redo.jpg"
    assert not report["differences"]


def test_other_inputs_are_refused_and_can_be_forced(run: Run, painting: Path) -> None:
    refused = run("redo", "r.png", "b.png", "-o", "again.png")
    assert refused.code == 1
    assert "another picture: the photograph" in refused.err
    assert not Path("again.png").exists()
    forced = run("redo", "r.png", "b.png", "-o", "again.png", "--force")
    assert forced.code == 0
    assert "warning: the photograph" in forced.err
    assert "not the same bits" in forced.out
    assert open_image("again.png").size == (36, 48)


def test_a_texture(run: Run, folder: Path) -> None:
    quick = ["--iterations", "2", "--style-layers", "relu1_1", "--size", "40x24"]
    assert run("texture", "style.png", *quick, "-o", "t.png").code == 0
    assert "bit for bit" in run("redo", "t.png").out


@pytest.mark.parametrize("name", ["r.png", "a.png"])
def test_what_it_is_made_from_is_not_overwritten(run: Run, painting: Path, name: str) -> None:
    outcome = run("redo", "r.png", "a.png", "-o", name)
    assert (outcome.code, "choose another name" in outcome.err) == (1, True)


def test_a_picture_without_a_record(run: Run, folder: Path) -> None:
    outcome = run("redo", "a.png", "b.png")
    assert (outcome.code, "expected a result that Impasto wrote" in outcome.err) == (1, True)


def test_a_film_is_not_made_again(run: Run, folder: Path) -> None:
    outcome = run("redo", "film.mp4", "a.png")
    assert (outcome.code, outcome.out) == (2, "")
    assert "expected a picture, got a film; paint it again with 'impasto video'" in outcome.err
