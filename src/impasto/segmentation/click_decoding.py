"""From prompts to mask logits: the clicks are replayed one by one, as they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from impasto.segmentation.prompts import Point, Prompts

if TYPE_CHECKING:
    from impasto.segmentation.click_network import ClickImage, ClickMasks, ClickNetwork

REPLAYED = 12
"""The last clicks that are replayed; earlier ones count, but in one step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The network's last answer.

    Attributes:
        logits: (N, h, w) at a quarter of the working size, best first.
        quality: (N,) expected intersection over union, in [0, 1].
    """

    logits: torch.Tensor
    quality: torch.Tensor


@torch.inference_mode()
def decode(
    network: ClickNetwork,
    image: ClickImage,
    prompts: Prompts,
    *,
    size: tuple[int, int],
) -> Answer:
    """Masks for prompts on one photograph.

    A single click leaves the size of what is meant open: the answer is three candidates.
    With more, the candidate that the second click corrects is taken as what the person saw.

    Args:
        network: The click network.
        image: What it knows of the photograph.
        prompts: Checked already.
        size: (H, W) of the photograph.
    """
    grid = (int(image.edges.shape[-2]), int(image.edges.shape[-1]))
    box = _box(prompts, size, grid)
    at = [_on_grid(point, size, grid) for point in prompts.all_points]
    signs = [1.0 if point.add else -1.0 for point in prompts.all_points]
    opening = max(len(prompts.all_points) - len(prompts.points), 0)
    first = opening if opening else (0 if prompts.box is not None else 1)
    first = max(first, len(at) - REPLAYED, _first_added(signs) if prompts.box is None else 0)
    previous = torch.zeros(1, 1, *grid)
    masks: ClickMasks | None = None
    for many in range(first, len(at) + 1):
        if masks is not None:
            previous = _seen(masks, at[many - 1], signs[many - 1], single=many == 2)
        known = torch.tensor(at[:many] or [(0.0, 0.0)])[None]
        what = torch.tensor(signs[:many] or [0.0])[None]
        masks = network(image, known, what, box, previous)
    assert masks is not None
    return _rank(masks, several=len(at) == 1 and prompts.box is None)


def _rank(masks: ClickMasks, *, several: bool) -> Answer:
    """One click: the three candidates by quality; else the sure mask, then the others."""
    quality = masks.quality[0].sigmoid()
    candidates = 1 + quality[1:].argsort(descending=True)
    order = candidates if several else torch.cat([torch.zeros(1, dtype=torch.long), candidates])[:3]
    ranked = quality[order]
    return Answer(logits=masks.logits[0, order], quality=torch.cummin(ranked, 0).values)


def _seen(
    masks: ClickMasks, where: tuple[float, float], sign: float, *, single: bool
) -> torch.Tensor:
    """(1, 1, h, w) the mask that the next click corrects, in [0, 1]."""
    if not single:
        return masks.logits[:, :1].sigmoid()
    height, width = masks.logits.shape[-2:]
    longest = max(height, width)
    row = min(int(where[1] * longest), height - 1)
    column = min(int(where[0] * longest), width - 1)
    wrong = masks.logits[0, 1:, row, column] * sign < 0
    score = masks.quality[0, 1:].sigmoid() + wrong
    return masks.logits[:, 1 + int(score.argmax())][:, None].sigmoid()


def _first_added(signs: list[float]) -> int:
    """How many clicks there are up to the first that adds."""
    return signs.index(1.0) + 1


def _on_grid(point: Point, size: tuple[int, int], grid: tuple[int, int]) -> tuple[float, float]:
    longest = max(grid)
    x = (point.x + 0.5) / size[1] * grid[1] / longest
    y = (point.y + 0.5) / size[0] * grid[0] / longest
    return x, y


def _box(prompts: Prompts, size: tuple[int, int], grid: tuple[int, int]) -> torch.Tensor:
    if prompts.box is None:
        return torch.zeros(1, 4)
    box = prompts.box
    begin = _on_grid(Point(box.left - 0.5, box.top - 0.5), size, grid)
    end = _on_grid(Point(box.right - 0.5, box.bottom - 0.5), size, grid)
    return torch.tensor([[*begin, *end]])
