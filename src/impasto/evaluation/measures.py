"""What is measured of each painting: the catalogue of measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number of a painting.

    Attributes:
        name: Its key in :data:`MEASURES` and its name in files.
        title: For people.
        better: Which numbers are better.
        about: What it judges.
        meaning: In a sentence.
    """

    name: str
    title: str
    better: Literal["lower", "higher"]
    about: Literal["style", "content", "artefacts"]
    meaning: str


MEASURES: Mapping[str, Measure] = {
    "style_left": Measure(
        name="style_left",
        title="style left",
        better="lower",
        about="style",
        meaning=(
            "part of the way from the photograph to the style's Gram matrices that is still to "
            "go: 1 for the photograph, 0 for the style"
        ),
    ),
    "style_distance": Measure(
        name="style_distance",
        title="style distance",
        better="lower",
        about="style",
        meaning="distance to the style's Gram matrices, five layers of VGG-19",
    ),
    "statistics_distance": Measure(
        name="statistics_distance",
        title="statistics distance",
        better="lower",
        about="style",
        meaning="distance to the means and deviations of the style's features, the same layers",
    ),
    "content_distance": Measure(
        name="content_distance",
        title="content distance",
        better="lower",
        about="content",
        meaning="distance to the photograph's features at relu4_2: about 1 where nothing is left",
    ),
    "ssim": Measure(
        name="ssim",
        title="SSIM",
        better="higher",
        about="content",
        meaning="structural similarity to the photograph's luminance",
    ),
    "laplacian_distance": Measure(
        name="laplacian_distance",
        title="edge distance",
        better="lower",
        about="content",
        meaning="how far the Laplacian is from the photograph's: contours that moved or came new",
    ),
    "lpips": Measure(
        name="lpips",
        title="LPIPS",
        better="lower",
        about="content",
        meaning="learned perceptual distance to the photograph, on VGG-16 (Zhang et al. 2018)",
    ),
    "lpips_alex": Measure(
        name="lpips_alex",
        title="LPIPS, AlexNet",
        better="lower",
        about="content",
        meaning="the same on AlexNet, as ArtFID takes it",
    ),
    "checkerboard": Measure(
        name="checkerboard",
        title="grid",
        better="lower",
        about="artefacts",
        meaning=(
            "largest amplitude of a grid of period 2 or 4 in grey levels of 255; photographs and "
            "fine strokes have some too"
        ),
    ),
}

STYLE_HEADLINE = "style_left"
CONTENT_HEADLINE = "content_distance"
"""The two measures that methods are ranked by, since each is easy to have without the other."""


def format_measure(value: float) -> float:
    """A value as files hold it: six significant digits, more than any of them is good for.

    Example:
        >>> format_measure(0.123456789)
        0.123457
    """
    return float(f"{value:.6g}")
