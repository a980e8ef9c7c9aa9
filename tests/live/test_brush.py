from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from impasto.image.picture import Picture
from impasto.live.brush import Brush, dissolve, glide
from impasto.live.look import Look
from impasto.render import RenderRequest, render
from impasto.stylizers.options import FastOptions
from impasto.weights.style_networks import find_network

OPTIONS = FastOptions(engine="onnxruntime")


@pytest.fixture
def frame() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (48, 64, 3)).astype(np.uint8)


@pytest.mark.parametrize("strength", [0.0, 0.25, 0.8, 1.0, 1.4])
@pytest.mark.parametrize(
    "look",
    [Look(style="stripes"), Look(style="stripes", blend="dots", share=0.25), Look(style="lone")],
)
def test_frames_are_painted_as_photographs_are(
    networks: Path, frame: np.ndarray, look: Look, strength: float
) -> None:
    style = look.fast_style()
    assert style is not None
    if not style.network.rows:
        strength = min(strength, 1.0)
    brush = Brush(style.network, OPTIONS)
    live = brush.paint(frame, brush.mixture(style, strength))
    options = FastOptions(engine="onnxruntime", strength=strength)
    request = RenderRequest(
        content=Picture(pixels=frame), style=style, method="fast", options=options
    )
    photograph = render(request).picture.pixels
    assert np.abs(live.astype(int) - photograph).max() <= 1


def test_a_mixture_glides_and_arrives() -> None:
    now, target = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    steps = []
    for _ in range(40):
        now = glide(now, target, 1 / 24)
        steps.append(float(now[1]))
    assert steps == sorted(steps)
    assert 0.2 < steps[0] < 0.4
    assert steps[-1] == 1.0
    assert np.diff([0.0, *steps]).max() < 0.35


def test_a_mixture_does_not_depend_on_the_frame_rate() -> None:
    target = np.array([0, 1], np.float32)
    coarse = glide(np.array([1, 0], np.float32), target, 0.1)
    fine = np.array([1, 0], np.float32)
    for _ in range(10):
        fine = glide(fine, target, 0.01)
    assert np.abs(coarse - fine).max() < 1e-5


def test_only_one_style(networks: Path) -> None:
    brush = Brush(find_network("tiny"), OPTIONS)
    assert brush.names == ("identity", "stripes", "dots")
    assert brush.only("dots").tolist() == [0, 0, 1]
    brush.warm_up([(16, 24)])


def test_pictures_dissolve() -> None:
    below, above = np.full((4, 4, 3), 10, np.uint8), np.full((4, 4, 3), 110, np.uint8)
    assert dissolve(below, above, 0.25)[0, 0, 0] == 35
