from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError, UnknownNameError
from impasto.live import steadiness
from impasto.live.look import Look
from impasto.live.steadiness import make_painter
from impasto.stylizers.options import FastOptions
from impasto.weights.style_networks import find_network

OPTIONS = FastOptions(engine="onnxruntime")


def test_flow_holds_a_noisy_picture_still(networks: Path) -> None:
    random = np.random.default_rng(0)
    still = random.integers(60, 190, (12, 16, 3)).repeat(4, 0).repeat(4, 1)
    flicker = {}
    for stability in ("off", "flow"):
        painter = make_painter(OPTIONS, stability, Look(style="stripes"))  # type: ignore[arg-type]
        noise = np.random.default_rng(1)
        shown = [
            painter.paint((still + noise.integers(-3, 4, still.shape)).astype(np.uint8), at / 24)
            for at in range(6)
        ]
        flicker[stability] = float(np.abs(np.diff(np.stack(shown).astype(int), axis=0)).mean())
        painter.close()
    assert flicker["flow"] < 0.5 * flicker["off"]


def test_there_is_no_other_stability(networks: Path) -> None:
    with pytest.raises(OptionError, match="auto, off, trained, flow"):
        make_painter(OPTIONS, "steady", Look(style="stripes"))  # type: ignore[arg-type]


def test_the_twin_that_was_trained_to_be_steady_paints_where_there_is_one(
    networks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(stability: str) -> str:
        painter = make_painter(OPTIONS, stability, Look(style="lone"))  # type: ignore[arg-type]
        assert painter.brush is not None
        return painter.brush.network.name

    assert opened("auto") == opened("off") == "lone"
    with pytest.raises(UnknownNameError, match="twin"):
        opened("trained")
    twin = find_network("lone")
    monkeypatch.setattr(
        steadiness,
        "stable_twin",
        lambda _network: replace(twin, card={**twin.card, "name": "twin"}),
    )
    assert opened("auto") == opened("trained") == "twin"
    assert opened("off") == opened("flow") == "lone"
