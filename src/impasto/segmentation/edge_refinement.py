"""Coarse masks moved to a photograph's edges: a guided filter, its costly part done once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

RADIUS_CELLS = 1
SMOOTHNESS = 1e-3
"""Variance of colour under which nothing counts as an edge, for sRGB in [0, 1]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Guide:
    """What the filter needs of a photograph, whatever the mask.

    Attributes:
        image: (3, h, w) sRGB in [0, 1], the size refined masks have.
        coarse: (3, gh, gw) the image averaged to the grid of the coarse masks.
        mean: (3, gh, gw) of the colour around each cell.
        inverse: (gh, gw, 3, 3) the inverse covariance of the colour around each cell.
    """

    image: torch.Tensor
    coarse: torch.Tensor
    mean: torch.Tensor
    inverse: torch.Tensor


def make_guide(image: torch.Tensor, grid: tuple[int, int]) -> Guide:
    """Prepare the filter.

    Args:
        image: (1, 3, h, w) sRGB in [0, 1].
        grid: (gh, gw) of the coarse masks, no larger than the image.
    """
    import torch
    import torch.nn.functional as F

    coarse = F.adaptive_avg_pool2d(image, grid)
    squares = F.adaptive_avg_pool2d(_products(image, image), grid)
    mean = _around(coarse)
    covariance = _around(squares) - _products(mean, mean)
    matrices = covariance[0].permute(1, 2, 0).reshape(*grid, 3, 3)
    inverse = torch.linalg.inv(matrices + SMOOTHNESS * torch.eye(3))
    return Guide(image=image[0], coarse=coarse[0], mean=mean[0], inverse=inverse)


def refine(guide: Guide, chances: torch.Tensor) -> torch.Tensor:
    """(N, h, w) masks that end where colours change, from coarse ones (N, gh, gw) in [0, 1].

    Within a window the mask is a linear function of the colour: of all such the one nearest to
    the coarse mask.

    Source: He and Sun 2015, *Fast Guided Filter*. Differs: the coarse mask is not upsampled
        first; the covariance within a cell counts too.
    """
    import torch
    import torch.nn.functional as F

    masks = chances[:, None]
    mean = _around(masks)
    shared = _around(masks * guide.coarse) - mean * guide.mean
    slope = torch.einsum("hwij,njhw->nihw", guide.inverse, shared)
    offset = mean - (slope * guide.mean).sum(1, keepdim=True)
    lines = _around(torch.cat([slope, offset], dim=1))
    size = (int(guide.image.shape[-2]), int(guide.image.shape[-1]))
    large = F.interpolate(lines, size, mode="bilinear", align_corners=False)
    return (large[:, :3] * guide.image).sum(1) + large[:, 3]


def _products(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """(1, 9, h, w) the products of all pairs of channels."""
    return (first[:, :, None] * second[:, None]).flatten(1, 2)


def _around(values: torch.Tensor) -> torch.Tensor:
    """The mean over a window, smaller at the frame."""
    import torch.nn.functional as F

    side = 2 * RADIUS_CELLS + 1
    return F.avg_pool2d(values, side, 1, RADIUS_CELLS, count_include_pad=False)
