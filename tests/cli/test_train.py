from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.cli.train import recipe_flag, recipe_from_flags
from impasto.errors import OptionError
from impasto.training.recipe import TrainingRecipe, flag_name

Run = Callable[..., Any]
SMALL = (
    *("--steps", "2", "--batch-size", "2", "--crop-size", "32", "--style-size", "32"),
    *("--content-layer", "relu1_2", "--style-layers", "relu1_1", "--accelerator", "cpu"),
    *("--precision", "float32", "--shape", "half=4,quarter=4,eighth=8,blocks=0"),
)


@pytest.fixture
def trainable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the command's tests, with three photographs."""
    monkeypatch.setenv("IMPASTO_STYLES", str(folder / "styles"))
    generator = np.random.default_rng(1)
    (folder / "photos" / "train2017").mkdir(parents=True)
    for number in range(3):
        pixels = generator.integers(0, 256, (40, 48, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "photos" / "train2017" / f"{number}.jpg")
    return folder


def test_every_field_of_the_recipe_is_a_flag() -> None:
    shown = CliRunner().invoke(app, ["train", "--help"], env={"COLUMNS": "200"}).stdout
    for declared in fields(TrainingRecipe):
        assert flag_name(declared.name) in shown, declared.name


def test_help_tells_choices_and_defaults() -> None:
    assert recipe_flag("pooling").help.endswith("One of average, max. Default: max.")
    assert recipe_flag("style_layers").help.endswith("relu4_1,relu5_1.")
    assert "Default" not in recipe_flag("minutes").help


def test_flags_become_a_recipe() -> None:
    flags = {"steps": 3, "minutes": None, "style_layers": "relu1_1, relu2_1", "shape": "half=8"}
    assert recipe_from_flags(flags) == TrainingRecipe(
        steps=3, style_layers=("relu1_1", "relu2_1"), shape=("half=8",)
    )
    with pytest.raises(OptionError, match="--style-layers: expected at least one"):
        recipe_from_flags({"style_layers": ","})


def test_trains(run: Run, trainable: Path) -> None:
    outcome = run("train", "--style", "style.png", "--photos", "photos", "-o", "mine", *SMALL)
    assert outcome.code == 0, outcome.err
    assert Path(outcome.out.strip()) == trainable / "styles" / "mine"
    assert "mine: style left" in outcome.err
    assert "Fabric" not in outcome.err
    again = run("train", "--style", "style.png", "--photos", "photos", "-o", "mine", *SMALL)
    assert again.code == 1
    assert "--force" in again.err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--style", "none.png"], "neither a file nor"),
        (["--style", "text.jpg"], "expected"),
        (["--photos", "out"], "no photographs"),
        (["--photos", "nowhere"], "expected a folder"),
        (["-o", "mosaic"], "taken"),
        (["-o", "My Style"], "lower-case"),
        (["-o", "nowhere/mine"], "does not exist"),
        (["-o", "./out"], "another file or folder"),
        (["--batch-size", "4"], "at most the 3 photographs"),
        (["--crop-size", "33"], "multiple of 8"),
        (["--from", "nothing"], "no fast style"),
        (["--encoder", "vgg16"], "vgg16"),
        (["--style-target", "other=1"], "no style 'other'"),
        (["--devices", "0"], "devices"),
        (["--checkpoint-every", "0"], "checkpoint_every"),
    ],
)
def test_bad_requests_are_one_line_and_write_nothing(
    run: Run, trainable: Path, flags: list[str], message: str
) -> None:
    before = sorted(trainable.rglob("*"))
    request = ["--style", "style.png", "--photos", "photos", "-o", "mine", *SMALL, *flags]
    if "--style" in flags:
        request = request[2:]
    outcome = run("train", *request)
    assert outcome.code in (1, 2)
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert message in outcome.err
    assert sorted(trainable.rglob("*")) == before
