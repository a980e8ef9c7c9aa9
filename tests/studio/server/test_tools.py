from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from impasto.errors import UnknownNameError
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.studio.server.tools import (
    default_tools,
    known_mix,
    mix_with_network,
    network_styles,
    paint_by_optimization,
    paint_with_network,
)

PIXELS = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)


def test_styles_of_networks_have_titles(networks: Path) -> None:
    styles = network_styles()
    assert styles["stripes"].title == "Stripes"
    assert styles["dots"].title == "Dots"
    assert styles["dots"].image is None


def test_a_network_paints_pixels(networks: Path) -> None:
    painted = paint_with_network(PIXELS, "stripes", Cancellation())
    assert painted.shape == PIXELS.shape
    assert painted.dtype == np.uint8
    assert (painted != PIXELS).any()
    with pytest.raises(UnknownNameError):
        paint_with_network(PIXELS, "no such style", Cancellation())


def test_pictures_are_mixed_in_one_pass(any_style: Path) -> None:
    assert known_mix() is mix_with_network
    random = np.random.default_rng(1)
    pictures = [Picture(pixels=random.integers(0, 256, (32, 32, 3), np.uint8)) for _ in range(2)]
    parts = [(picture, 0.5) for picture in pictures]
    painted = mix_with_network(PIXELS, parts, False, Cancellation())
    assert painted.shape == PIXELS.shape
    assert (painted != PIXELS).any()
    assert (mix_with_network(PIXELS, parts[:1], False, Cancellation()) != painted).any()


def test_where_no_network_takes_any_style_nothing_is_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_ARBITRARY", str(tmp_path))
    assert known_mix() is None
    assert default_tools().mix is None


@pytest.mark.slow
def test_any_picture_is_a_style_by_optimisation() -> None:
    heard: list[ProgressEvent] = []
    cancellation = Cancellation()

    def stop_soon(event: ProgressEvent) -> None:
        heard.append(event)
        if len(heard) > 3:
            cancellation.cancel()

    photo, style = Picture(pixels=PIXELS), Picture(pixels=PIXELS[::-1].copy())
    painted = paint_by_optimization(photo, style, 36, stop_soon, cancellation)
    assert painted.shape == (24, 36, 3)
    assert heard


def test_everything_real_is_there() -> None:
    tools = default_tools()
    assert "region-tree" in tools.segmenters
    with pytest.raises(UnknownNameError):
        tools.open_segmenter("none")
