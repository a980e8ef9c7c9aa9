"""Trainings so small that they take seconds: a few photographs of 48 px, a narrow network."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from impasto.device import DeviceChoice
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG
from impasto.training import package, trainer
from impasto.training.job import TrainingJob, find_destination
from impasto.training.recipe import TrainingRecipe
from impasto.training.styles import read_styles

FLAGS = (
    *("--steps", "6", "--batch-size", "2", "--crop-size", "32", "--style-size", "32"),
    *("--warmup-steps", "2", "--precision", "float32", "--accelerator", "cpu"),
    *("--content-layer", "relu2_1", "--style-layers", "relu1_1,relu2_1"),
    *("--shape", "half=4,quarter=8,eighth=8,blocks=1"),
)
"""The same for the command line."""

SMALL: dict[str, Any] = {
    "steps": 6,
    "batch_size": 2,
    "crop_size": 32,
    "style_size": 32,
    "warmup_steps": 2,
    "precision": "float32",
    "content_layer": "relu2_1",
    "style_layers": ("relu1_1", "relu2_1"),
    "shape": ("half=4", "quarter=8", "eighth=8", "blocks=1"),
}


@pytest.fixture(autouse=True)
def styles_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where networks go by name."""
    monkeypatch.setenv("IMPASTO_OFFLINE", "1")
    monkeypatch.setenv("IMPASTO_STYLES", str(tmp_path / "styles"))
    return tmp_path / "styles"


@pytest.fixture(scope="session")
def judge(cpu: DeviceChoice) -> VGG:
    """The real VGG-19 with max pooling, in float32."""
    return load_encoder("vgg19", pooling="max", device=cpu)


def _save_picture(path: Path, seed: int, size: tuple[int, int] = (48, 56)) -> Path:
    """A smooth picture of (H, W)."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (6, 7, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize((size[1], size[0]), Image.Resampling.BICUBIC).save(path)
    return path


@pytest.fixture(scope="session")
def save_picture() -> Callable[..., Path]:
    """Writes a smooth picture of (H, W), different for each seed."""
    return _save_picture


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six photographs, laid out as COCO 2017 is."""
    for number in range(6):
        _save_picture(tmp_path / "coco" / "train2017" / f"{number:012d}.png", number)
    return tmp_path / "coco"


@pytest.fixture
def style_file(tmp_path: Path) -> Path:
    return _save_picture(tmp_path / "Blue_Painting 1.png", 100)


@pytest.fixture
def make_job(
    photos: Path, style_file: Path, judge: VGG, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., TrainingJob]:
    """Makes a small job; the encoder is loaded once, and no graphs are written."""
    monkeypatch.setattr(trainer, "load_encoder", lambda *_, **__: judge)
    monkeypatch.setattr(package, "_exporter", lambda: lambda *_: None)

    def make(name: str = "blue", sources: tuple[str, ...] = (), **changes: Any) -> TrainingJob:
        destination = find_destination(name)
        return TrainingJob(
            recipe=TrainingRecipe(**{**SMALL, **changes}),
            styles=read_styles(sources or (str(style_file),), destination.name),
            photos=photos,
            destination=destination,
        )

    return make


@pytest.fixture
def start(tmp_path: Path, photos: Path, style_file: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a small training of the style ``blue`` as a process of its own.

    Give it a script to run instead of the command; the arguments that follow are flags.
    """

    def launch(*flags: str, script: Path | None = None) -> "subprocess.Popen[str]":
        program = ["-m", "impasto"] if script is None else [str(script)]
        what = ["--style", str(style_file), "--photos", str(photos), "-o", "blue"]
        return subprocess.Popen(
            [sys.executable, *program, "train", *what, *FLAGS, *flags],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return launch
