"""Prompts as maps that a network reads: nearness to clicks, a box, likeness to what was clicked."""

from __future__ import annotations

import torch
import torch.nn.functional as F

PROMPT_CHANNELS = 8
LIKENESS_CHANNELS = 3
NEAR = 0.02
WIDE = 0.12
"""Radii of the two bells around a click, in the photograph's longest side."""


def prompt_maps(
    points: torch.Tensor, signs: torch.Tensor, boxes: torch.Tensor, grid: torch.Tensor
) -> torch.Tensor:
    """Nearness to the clicks and the box, at every position of a grid.

    Args:
        points: (B, P, 2) x and y in the photograph's longest side.
        signs: (B, P): 1 belongs to the mask, -1 does not, 0 is no click.
        boxes: (B, 4) left, top, right, bottom in the same unit; all 0 without a box.
        grid: (H, W, 2) x and y of each position.

    Returns:
        (B, 8, H, W): for clicks that belong, then for clicks that do not: a narrow bell, a
        wide bell and 1 − distance to the nearest; then whether inside the box, and
        whether there is one.
    """
    distance = (grid[None, None] - points[:, :, None, None]).norm(dim=-1)
    maps = []
    for sign in (1, -1):
        nearest = distance.masked_fill((signs != sign)[:, :, None, None], 9.0).amin(1)
        maps += [
            torch.exp(-((nearest / NEAR) ** 2) / 2),
            torch.exp(-((nearest / WIDE) ** 2) / 2),
            1 - nearest.clamp(max=1),
        ]
    left, top, right, bottom = boxes[:, :, None, None].unbind(1)
    x, y = grid[..., 0], grid[..., 1]
    inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom) & (right > left)
    exists = (right > left).expand_as(inside)
    return torch.stack([*maps, inside.float(), exists.float()], dim=1)


def likeness_maps(
    keys: torch.Tensor, points: torch.Tensor, signs: torch.Tensor, grid: torch.Tensor
) -> torch.Tensor:
    """How like the clicked places every place is.

    Args:
        keys: (1, K, H, W) features of the photograph, of length 1 at each position.
        points: (B, P, 2) as for :func:`prompt_maps`.
        signs: (B, P) as for :func:`prompt_maps`.
        grid: (H, W, 2) x and y of each position.

    Returns:
        (B, 3, H, W) cosines: the greatest and the mean over clicks that belong, and the
        greatest over clicks that do not; 0 where there is no such click.
    """
    height, width = keys.shape[-2:]
    extent = grid[-1, -1] + grid[0, 0]
    at = (points / extent * 2 - 1)[None].flatten(1, 2)[:, :, None]
    clicked = F.grid_sample(keys.float(), at, padding_mode="border", align_corners=False)
    clicked = F.normalize(clicked[0, :, :, 0], dim=0).view(-1, *points.shape[:2])
    cosine = torch.einsum("kbp,kn->bpn", clicked, keys[0].float().flatten(1))
    belongs, not_ = (signs == 1)[..., None], (signs == -1)[..., None]
    greatest = _over(cosine, belongs)
    mean = (cosine * belongs).sum(1) / belongs.sum(1).clamp(min=1)
    maps = torch.stack([greatest, mean, _over(cosine, not_)], dim=1)
    return maps.view(-1, LIKENESS_CHANNELS, height, width)


def grid_of(size: tuple[int, int]) -> torch.Tensor:
    """(H, W, 2) x and y of the middles of a grid's cells, in the longest side."""
    height, width = size
    longest = max(size)
    y, x = torch.meshgrid(
        (torch.arange(height) + 0.5) / longest, (torch.arange(width) + 0.5) / longest, indexing="ij"
    )
    return torch.stack([x, y], dim=-1)


def _over(cosine: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    greatest = cosine.masked_fill(~chosen, -1.0).amax(1)
    return torch.where(chosen.any(1), greatest, torch.zeros_like(greatest))
