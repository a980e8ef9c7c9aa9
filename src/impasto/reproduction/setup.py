"""What a report is made from: its sizes, and the photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from impasto.errors import OptionError
from impasto.image.codec import open_image
from impasto.image.picture import Picture

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How large and how often everything is.

    Attributes:
        name: ``full`` or ``quick``.
        table_px: Sides of the square of table 1.
        live_size: (H, W) of a frame of live video.
        iterations: Steps of optimised pictures, at most.
        cold_runs: Processes that paint by optimisation from start to file; of the network
            three times as many run.
        warm_runs: Paintings by optimisation in a process that has painted before.
        fast_runs: Paintings of the network.
        frames: (H, W) of the frames of table 2.
        clicks: Clicks that are timed on each object.
        repaints: Whole frames that are timed.
        figure_px: Longest side of the pictures of the figures.
        photographs: Rows of a figure, at most.
        curve_px: Sides of the square of the loss curves.
        curve_steps: Steps of the loss curves.
    """

    name: str
    table_px: int = 512
    live_size: Size = (720, 1280)
    iterations: int = 300
    cold_runs: int = 1
    warm_runs: int = 2
    fast_runs: int = 40
    frames: tuple[Size, ...] = ((800, 1200), (2160, 3840))
    clicks: int = 300
    repaints: int = 40
    figure_px: int = 320
    photographs: int = 4
    curve_px: int = 256
    curve_steps: int = 300


FULL = Sizes(name="full")
QUICK = Sizes(
    name="quick",
    table_px=256,
    live_size=(360, 640),
    iterations=120,
    warm_runs=1,
    fast_runs=10,
    clicks=60,
    repaints=10,
    figure_px=192,
    photographs=2,
    curve_px=128,
    curve_steps=120,
)


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """A photograph, and clicks on its main object.

    Attributes:
        name: What it is called in the report.
        picture: The photograph.
        points: Each (x, y) on the main object, as parts of the sides.
    """

    name: str
    picture: Picture
    points: tuple[tuple[float, float], ...] = ((0.5, 0.5),)


_BUNDLED: dict[str, tuple[str, tuple[tuple[float, float], ...]]] = {
    "astronaut": ("astronaut", ((0.44, 0.25), (0.42, 0.75), (0.15, 0.8), (0.62, 0.6))),
    "chelsea": ("cat", ((0.3, 0.5),)),
    "coffee": ("coffee", ((0.5, 0.75),)),
    "rocket": ("rocket", ((0.5, 0.5),)),
}
"""Photographs that come with scikit-image: what they are called here, and their object."""


def bundled_photographs() -> tuple[Photograph, ...]:
    """The photographs that come with scikit-image; they are free to use."""
    return tuple(
        Photograph(name=name, picture=bundled_picture(source), points=points)
        for source, (name, points) in _BUNDLED.items()
    )


def bundled_picture(name: str) -> Picture:
    """A photograph of scikit-image by the name of its function; of a pair the left one."""
    from skimage import data

    found = getattr(data, name)()
    return Picture(pixels=found[0] if isinstance(found, tuple) else found)


def read_photographs(paths: Sequence[Path]) -> tuple[Photograph, ...]:
    """Photographs of one's own; their object is taken to lie in the middle.

    Raises:
        ImpastoError: if one is not a picture.
        OptionError: if there are none.
    """
    if not paths:
        raise OptionError("photos: expected at least one photograph, got none.")
    return tuple(Photograph(name=path.stem, picture=open_image(path)) for path in paths)


def square(picture: Picture, side_px: int) -> Picture:
    """The middle of a picture as a square of ``side_px``, opaque."""
    from impasto.image.picture_resize import resize_samples

    height, width = picture.size
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    middle = picture.pixels[top : top + short, left : left + short]
    pixels = resize_samples(middle, (side_px, side_px))
    return replace(picture, pixels=pixels, alpha=None)
