"""Sheets of photographs and what a network makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from impasto.errors import ImpastoError
from impasto.figures import Cell
from impasto.image.picture import Picture
from impasto.image.tensor import tensor_to_picture
from impasto.networks.catalog import Network
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import SIZE_MULTIPLE
from impasto.training.photos import load_pixels, resize_pixels


def load_photos(
    photos: Sequence[Path], *, shorter_side: int, count: int | None = None
) -> list[torch.Tensor]:
    """The first photographs that can be read, with sides that networks take.

    Args:
        photos: Files; those that cannot be read are passed over.
        shorter_side: In px; the other follows, no more than twice as long.
        count: How many at most; all for ``None``.

    Returns:
        Each (1, 3, H, W) float32 in [0, 1].
    """
    loaded: list[torch.Tensor] = []
    for photo in photos:
        if count is not None and len(loaded) == count:
            break
        try:
            pixels = load_pixels(photo)
        except ImpastoError:
            continue
        scale = shorter_side / min(pixels.shape[:2])
        height, width = (
            min(2 * shorter_side, round(side * scale / SIZE_MULTIPLE) * SIZE_MULTIPLE)
            for side in pixels.shape[:2]
        )
        loaded.append(resize_pixels(pixels, (height, width))[None].float() / 255)
    return loaded


def stylize_row(net: Network, image: torch.Tensor, row: int) -> torch.Tensor:
    """Stylise (1, 3, H, W) by one row of a network, clamped to [0, 1]."""
    inputs = (net.rows[row : row + 1],) if isinstance(net, RealtimeNet) else ()
    with torch.no_grad():
        stylized: torch.Tensor = net(image, *inputs)
    return stylized.float().clamp(0, 1)


def sample_rows(
    net: Network, images: Sequence[torch.Tensor], styles: Sequence[str]
) -> list[list[Cell]]:
    """A row of cells a photograph: itself, and in each style.

    Args:
        net: The network; its rows are the identity and the styles.
        images: Each (1, 3, H, W) in [0, 1].
        styles: Names of the styles in order.
    """
    return [
        [
            Cell(picture=_picture(image)),
            *(
                Cell(picture=_picture(stylize_row(net, image, row)))
                for row in range(1, len(styles) + 1)
            ),
        ]
        for image in images
    ]


def column_titles(styles: Sequence[str]) -> list[str]:
    """What stands above the columns of :func:`sample_rows`."""
    return ["photograph", *styles]


def _picture(image: torch.Tensor) -> Picture:
    return tensor_to_picture(image.contiguous())
