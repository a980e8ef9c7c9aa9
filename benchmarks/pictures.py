"""The pictures benchmarks work on: they come with scikit-image and with Impasto."""

from __future__ import annotations

from pathlib import Path

import torch
from skimage import data

from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor, tensor_to_picture
from impasto.sources import find_style

PAIRS = (
    ("astronaut", "fjord-sunset"),
    ("chelsea", "feathers"),
    ("coffee", "mosaic"),
    ("rocket", "starry-night"),
    ("stereo_motorcycle", "great-wave"),
)


def photograph(name: str) -> Picture:
    """A photograph of scikit-image by the name of its function."""
    found = getattr(data, name)()
    return Picture(pixels=found[0] if isinstance(found, tuple) else found)


def square(picture: Picture, side: int) -> Picture:
    """The middle of a picture as a square of ``side`` pixels."""
    image = image_to_tensor(picture)
    height, width = image.shape[-2:]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    return tensor_to_picture(
        resize(image[..., top : top + short, left : left + short], (side, side))
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
