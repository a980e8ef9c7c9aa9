"""Lessons for the click network: a view of a photograph, some of its objects, and clicks."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage

from impasto.segmentation.deep_features import reduced_features
from impasto.segmentation.simulated_clicks import largest_part
from impasto.segmentation.training_objects import (
    CELL_PX,
    PARTITIONS,
    LabelledPhoto,
    Targets,
    targets_of,
)
from impasto.segmentation.training_views import draw_view

FARTHEST = 0.4
"""A click lies at least so deep in what it is meant for, as a share of the greatest depth."""
BOX_SHIFT = 0.08
SHOWN = 3
"""Times a view is used on average, each time with other objects and clicks."""
REMEMBERED = 600
FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A view of a photograph and what it teaches.

    Attributes:
        features: stride to (1, C, h / stride, w / stride).
        targets: Its objects and borders.
    """

    features: Mapping[int, torch.Tensor]
    targets: Targets


@dataclass(frozen=True, kw_only=True)
class SeenView:
    """A view that VGG-19 has looked at, which is the costly part of a lesson.

    Attributes:
        features: stride to (1, C, h / stride, w / stride) bfloat16.
        labels: (H, W) of the view.
        partition: Whether all borders are labelled.
    """

    features: Mapping[int, torch.Tensor]
    labels: npt.NDArray[np.uint8]
    partition: bool

    def lesson(self, objects: int, chance: random.Random) -> Lesson | None:
        """The view with up to ``objects`` of its objects; ``None`` if none is large enough."""
        finest = self.features[CELL_PX]
        size = (int(finest.shape[-2]) * CELL_PX, int(finest.shape[-1]) * CELL_PX)
        targets = targets_of(
            self.labels, size, partition=self.partition, most=objects, chance=chance
        )
        return Lesson(features=self.features, targets=targets) if len(targets.objects) else None


class Lessons:
    """Draws views, and shows each a few times before it is forgotten.

    Args:
        photos: Those to learn from.
        weights: How often each is taken.
        reduction: For :func:`~impasto.segmentation.deep_features.reduced_features`.
        chance: Draws everything.
    """

    def __init__(
        self,
        photos: Sequence[LabelledPhoto],
        weights: Sequence[float],
        reduction: Mapping[str, torch.Tensor],
        chance: random.Random,
    ) -> None:
        self._photos, self._weights = photos, weights
        self._reduction, self._chance = reduction, chance
        self._recent: deque[SeenView] = deque(maxlen=REMEMBERED)

    def draw(self, objects: int) -> Lesson | None:
        """The next lesson; ``None`` where nothing labelled is large enough."""
        if len(self._recent) < FEWEST or self._chance.random() < 1 / SHOWN:
            self._recent.append(self._see())
            return self._recent[-1].lesson(objects, self._chance)
        return self._chance.choice(self._recent).lesson(objects, self._chance)

    def _see(self) -> SeenView:
        (photo,) = self._chance.choices(self._photos, self._weights)
        view = draw_view(photo, self._chance)
        features = reduced_features(view.image, self._reduction)
        return SeenView(
            features={s: each.bfloat16() for s, each in features.items()},
            labels=view.labels,
            partition=photo.folder in PARTITIONS,
        )


def next_click(
    wanted: npt.NDArray[np.bool_],
    valid: npt.NDArray[np.bool_],
    seen: npt.NDArray[np.bool_] | None,
    chance: random.Random,
) -> tuple[torch.Tensor, int]:
    """Where a person clicks next, and 1 to add or -1 to leave out; sign 0 if all is right.

    Half the clicks go into the very middle of the largest error, half somewhere deep in it.

    Args:
        wanted: (h, w) the object.
        valid: (h, w) what is labelled.
        seen: (h, w) the mask so far; ``None`` before the first click.
        chance: Draws the place.

    Returns: (2,) x and y in the view's longest side, and the sign.
    """
    errors = [(wanted & valid, 1)]
    if seen is not None:
        errors = [(wanted & ~seen & valid, 1), (seen & ~wanted & valid, -1)]
    parts = [(largest_part(mask), sign) for mask, sign in errors]
    part, sign = max(parts, key=lambda pair: int(np.count_nonzero(pair[0])))
    if not part.any():
        return torch.zeros(2), 0
    depth = _depth(part)
    threshold = depth.max() if chance.random() < 0.5 else FARTHEST * depth.max()
    rows, columns = np.nonzero(depth >= threshold)
    i = chance.randrange(len(rows))
    where = (columns[i] + chance.random(), rows[i] + chance.random())
    return torch.tensor(where) / max(wanted.shape), sign


def draw_box(wanted: npt.NDArray[np.float32], chance: random.Random) -> torch.Tensor:
    """(4,) the bounding box of an object in the longest side, each side off by up to 8 %."""
    rows, columns = np.nonzero(wanted > 0.5)
    if not len(rows):
        rows, columns = np.nonzero(wanted > 0)
    left, right = columns.min(), columns.max() + 1
    top, bottom = rows.min(), rows.max() + 1
    shift = [chance.uniform(-BOX_SHIFT, BOX_SHIFT) for _ in range(4)]
    width, height = right - left, bottom - top
    box = (
        left + shift[0] * width,
        top + shift[1] * height,
        right + shift[2] * width,
        bottom + shift[3] * height,
    )
    return torch.tensor([float(side) for side in box]) / float(max(wanted.shape))


def _depth(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Distance of each cell of a mask to the nearest outside it; beyond the frame is outside."""
    padded = np.pad(mask, 1)
    return np.asarray(ndimage.distance_transform_edt(padded)[1:-1, 1:-1])
