import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import StyleUse
from impasto.image.picture import Picture
from impasto.stylizers.fast_style import FastStyle, parse_fast_style
from impasto.video.painters import FrameStyle
from impasto.video.stability import FlowPainter, choose_stability, stable_style

from .conftest import scene
from .test_segment_styling import Negative


@pytest.fixture
def style(networks: Path) -> FrameStyle:
    return FrameStyle(uses=(StyleUse(style=parse_fast_style("stripes")),))


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, networks: Path) -> FrameStyle:
    """A style of a network that has a twin beside it."""
    home = tmp_path / "home"
    for name in ("tiny", "tiny-stable"):
        shutil.copytree(networks / "tiny", home / name)
    monkeypatch.setenv("IMPASTO_STYLES", str(home))
    return FrameStyle(uses=(StyleUse(style=parse_fast_style("stripes:0.6,dots:0.4")),))


def test_trained_is_taken_where_there_is_a_twin(twin: FrameStyle) -> None:
    assert choose_stability(twin, "auto") == "trained"
    found = stable_style(twin).uses[0].style
    assert isinstance(found, FastStyle)
    assert found.network.folder.name == "tiny-stable"
    assert dict(found.weights) == {"stripes": 0.6, "dots": 0.4}


def test_without_a_twin_it_is_off_unless_asked_for(style: FrameStyle) -> None:
    assert choose_stability(style, "auto") == "off"
    assert choose_stability(style, "flow") == "flow"
    with pytest.raises(OptionError, match="no twin"):
        choose_stability(style, "trained")
    with pytest.raises(OptionError, match="expected one of"):
        choose_stability(style, "calm")


def test_a_network_trained_for_films_is_its_own_twin(twin: FrameStyle) -> None:
    use = twin.uses[0].style
    assert isinstance(use, FastStyle)
    card = json.loads((use.network.folder / "card.json").read_text())
    card["recipe"] = {**card.get("recipe", {}), "stability_weight": 20.0}
    (use.network.folder / "card.json").write_text(json.dumps(card))
    again = FrameStyle(uses=(StyleUse(style=parse_fast_style("stripes")),))
    found = stable_style(again).uses[0].style
    assert isinstance(found, FastStyle)
    assert found.network.folder.name == "tiny"


def test_pictures_have_no_trained_stability() -> None:
    picture = FrameStyle(uses=(StyleUse(style=Picture(pixels=scene(0))),), method="gatys")
    with pytest.raises(OptionError, match="method 'gatys'"):
        choose_stability(picture, "trained")


class Noisy(Negative):
    """Paints the same frame differently each time."""

    def paint(self, pixels: np.ndarray, *, index: int, time: Fraction) -> np.ndarray:
        self.count += 1
        noise = np.random.default_rng(self.count).integers(-40, 40, pixels.shape)
        return (128 + noise).astype(np.uint8)


def run(painter: FlowPainter, frames: range) -> list[np.ndarray]:
    return [painter.paint(scene(i), index=i, time=Fraction(i, 25)) for i in frames]


def test_what_is_optimised_goes_on_from_frame_to_frame() -> None:
    picture = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    style = FrameStyle(uses=(StyleUse(style=picture),), method="gatys")
    assert choose_stability(style, "auto") == "flow"
    assert choose_stability(style, "off") == "off"


def test_flow_holds_frames_still() -> None:
    held = run(FlowPainter(Noisy()), range(8))
    noisy = Noisy()
    free = [noisy.paint(scene(i), index=i, time=Fraction(0)) for i in range(8)]

    def flicker(frames: list[np.ndarray]) -> float:
        return float(np.abs(np.diff(np.stack(frames[4:]).astype(float), axis=0)).mean())

    assert flicker(held) < 0.75 * flicker(free)


def test_a_painter_goes_on_from_its_state() -> None:
    whole = run(FlowPainter(Noisy()), range(8))
    first = FlowPainter(Noisy())
    run(first, range(5))
    second = FlowPainter(Noisy())
    second.restore(first.state())
    assert all(
        np.array_equal(a, b) for a, b in zip(run(second, range(5, 8)), whole[5:], strict=True)
    )
    second.reset()
    second.restore({})
    assert np.array_equal(run(second, range(1))[0], whole[0])
