from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from impasto.errors import UnknownNameError
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.studio.server.tools import (
    default_tools,
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
