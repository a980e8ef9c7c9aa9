"""The pictures benchmarks work on: they come with scikit-image and with Impasto."""

from __future__ import annotations

from pathlib import Path

import torch

from impasto.image.codec import save_image
from impasto.image.tensor import image_to_tensor
from impasto.reproduction.setup import bundled_picture as photograph
from impasto.reproduction.setup import square
from impasto.sources import find_style

__all__ = ["PAIRS", "load", "photograph", "square", "write_pair"]

PAIRS = (
    ("astronaut", "fjord-sunset"),
    ("chelsea", "feathers"),
    ("coffee", "mosaic"),
    ("rocket", "starry-night"),
    ("stereo_motorcycle", "great-wave"),
)


def write_pair(folder: Path, side: int) -> tuple[Path, Path]:
    """The benchmark's content and style as square files; returns their paths."""
    content = save_image(square(photograph("astronaut"), side), folder / f"content-{side}.png")
    style = save_image(square(find_style("starry-night"), side), folder / f"style-{side}.png")
    return content, style


def load(path: Path) -> torch.Tensor:
    """A file as an image of the contract."""
    from impasto.image.codec import open_image

    return image_to_tensor(open_image(path))
