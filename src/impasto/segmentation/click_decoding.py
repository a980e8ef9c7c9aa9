"""From prompts to mask logits: the clicks are replayed one by one, as they were made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import torch

from impasto.device import choose_device
from impasto.segmentation.prompts import Point, Prompts

if TYPE_CHECKING:
    from impasto.segmentation.click_network import ClickImage, ClickMasks, ClickNetwork

REPLAYED = 12
"""The most clicks that are replayed one by one; earlier ones count, but in one step."""
DROPPED = 6
"""Clicks that leave the replay at a time, so that what is remembered serves again."""
REMEMBERED = 48


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The network's last answer.

    Attributes:
        logits: (N, h, w) at a quarter of the working size, best first.
        quality: (N,) expected intersection over union, in [0, 1].
    """

    logits: torch.Tensor
    quality: torch.Tensor


class Replay:
    """Answers to the first clicks of a photograph, so that the next click costs one step.

    It changes nothing but the time an answer takes, and may be shared between threads.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, ClickMasks] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> ClickMasks | None:
        """The answer to a key, if it is remembered."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: Hashable, masks: ClickMasks) -> None:
        """Remember an answer, and forget the one that was not asked for the longest."""
        with self._lock:
            self._answers[key] = masks
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)


@torch.inference_mode()
def decode(
    network: ClickNetwork,
    image: ClickImage,
    prompts: Prompts,
    *,
    size: tuple[int, int],
    replay: Replay | None = None,
) -> Answer:
    """Masks for prompts on one photograph.

    A single click leaves the size of what is meant open: the answer is three candidates.
    With more, the candidate that the second click corrects is taken as what the person saw.

    Args:
        network: The click network.
        image: What it knows of the photograph.
        prompts: Checked already.
        size: (H, W) of the photograph.
        replay: Answers to earlier prompts on this photograph.
    """
    grid = (int(image.edges.shape[-2]), int(image.edges.shape[-1]))
    box, points = _box(prompts, size, grid), prompts.all_points
    at = [_on_grid(point, size, grid) for point in points]
    signs = [1.0 if point.add else -1.0 for point in points]
    known = replay or Replay()
    masks: ClickMasks | None = None
    first = _first(prompts, signs)
    for many in range(first, len(at) + 1):
        key = (prompts.box, first, points[:many])
        found = known.get(key)
        if found is None:
            previous = torch.zeros(1, 1, *grid)
            if masks is not None:
                previous = _seen(masks, at[many - 1], signs[many - 1], single=many == 2)
            clicks = torch.tensor(at[:many] or [(0.0, 0.0)])[None]
            found = _ask(network, image, clicks, signs[:many] or [0.0], box, previous)
            known.keep(key, found)
        masks = found
    assert masks is not None
    return _rank(masks, several=len(at) == 1 and prompts.box is None)


def _ask(
    network: ClickNetwork,
    image: ClickImage,
    clicks: torch.Tensor,
    signs: list[float],
    box: torch.Tensor,
    previous: torch.Tensor,
) -> ClickMasks:
    native = choose_device("cpu").dtype is torch.bfloat16
    with torch.autocast("cpu", torch.bfloat16, enabled=native):
        masks: ClickMasks = network(image, clicks, torch.tensor(signs)[None], box, previous)
    return masks


def _first(prompts: Prompts, signs: list[float]) -> int:
    """How many clicks the first step takes: a scribble whole, and never one that only removes."""
    opening = len(prompts.all_points) - len(prompts.points)
    if prompts.box is None:
        opening = max(opening, 1, signs.index(1.0) + 1)
    excess = len(signs) - REPLAYED - opening
    return opening + (-(-excess // DROPPED) * DROPPED if excess > 0 else 0)


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
