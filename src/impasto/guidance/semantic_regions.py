"""A picture as a few regions that mean something, each described by what an encoder sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.image.resize import fit_size, resize
from impasto.image.tensor import image_to_tensor
from impasto.segmentation.catalog import open_segmenter

if TYPE_CHECKING:
    from impasto.encoders.vgg import VGG
    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback
    from impasto.segmentation.hierarchy import Hierarchy
    from impasto.segmentation.region_embedding import RegionEmbedding

LAYER = "relu4_1"
SIDE_PX = 384
"""The longest side pictures are described at."""

MOST_REGIONS = 8
LEAST_PART = 0.04
"""The smallest region, as a part of the picture."""

WEAKEST_CUT = 0.18
"""The weakest border that is cut, as a part of the strongest: an even sky is not parted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SemanticRegions:
    """The regions of a picture.

    Attributes:
        labels: (H, W) int64: the number of the region of each pixel, from 0.
        features: (N, C) float32: the mean of :data:`LAYER` over each region.
        colors: (N, 3) float32: the mean sRGB colour of each, in [0, 1].
    """

    labels: npt.NDArray[np.int64]
    features: npt.NDArray[np.float32]
    colors: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """How many regions there are."""
        return len(self.features)

    @property
    def areas(self) -> npt.NDArray[np.float64]:
        """(N,) the part of the picture that each has; they sum to 1."""
        return np.asarray(np.bincount(self.labels.ravel(), minlength=len(self)) / self.labels.size)


def semantic_regions(
    picture: Picture,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> SemanticRegions:
    """Cut a picture into at most :data:`MOST_REGIONS` regions along its strongest borders.

    Args:
        picture: Of any size that segmenters take.
        on_progress: Told of the stages of the segmenter.
        cancellation: Asks to stop between two stages.

    Raises:
        CancelledError: if the cancellation asked to stop.
        ImageSizeError: if a side is under 16 px.
    """
    embedding = open_segmenter("region-tree").embed(picture, on_progress, cancellation)
    labels = region_labels(cast("RegionEmbedding", embedding))
    return described(picture, labels)


@lru_cache(maxsize=16)
def known_regions(picture: Picture) -> SemanticRegions:
    """As :func:`semantic_regions`, remembered: styles are used for many photographs."""
    return semantic_regions(picture)


def region_labels(embedding: RegionEmbedding) -> npt.NDArray[np.int64]:
    """(H, W) the regions that a hierarchy falls into when its strongest borders are cut.

    A part too small to be a region stays with the larger one that it was merged with.
    """
    hierarchy = embedding.hierarchy
    least = LEAST_PART * hierarchy.areas[hierarchy.root]
    # Nodes to cut further, each with the small parts that its region keeps.
    found: list[tuple[int, list[int]]] = [_descended(hierarchy, hierarchy.root, [], least)]
    top = 0.0
    while len(found) < MOST_REGIONS:
        cuttable = [each for each in found if hierarchy.children(each[0])]
        if not cuttable:
            break
        strongest = max(cuttable, key=lambda each: hierarchy.heights[each[0]])
        height = float(hierarchy.heights[strongest[0]])
        top = max(top, height)
        if height < WEAKEST_CUT * top:
            break
        found.remove(strongest)
        node, kept = strongest
        large, small = sorted(hierarchy.children(node), key=lambda child: -hierarchy.areas[child])
        found.append(_descended(hierarchy, large, kept, least))
        found.append(_descended(hierarchy, small, [], least))
    labels = np.zeros(embedding.size, np.int64)
    for number, (node, kept) in enumerate(found):
        for each in (node, *kept):
            labels[embedding.mask(each)] = number
    return labels


def described(picture: Picture, labels: npt.NDArray[np.int64]) -> SemanticRegions:
    """Means of features and colours over given regions of a picture."""
    size = picture.size
    if max(size) > SIDE_PX:
        size = fit_size(size, SIDE_PX)
    image = resize(image_to_tensor(picture), size)
    with torch.inference_mode():
        features = _encoder()(image, (LAYER,))[LAYER].float()
        marks = F.one_hot(torch.from_numpy(labels)).permute(2, 0, 1)[None].float()
        seen = F.adaptive_avg_pool2d(marks, (features.shape[-2], features.shape[-1]))
        means = _means(features, seen)
        colors = _means(image, F.adaptive_avg_pool2d(marks, size))
    return SemanticRegions(labels=labels, features=means, colors=colors)


def _means(values: torch.Tensor, weights: torch.Tensor) -> npt.NDArray[np.float32]:
    """(N, C): means of (1, C, H, W) by weights (1, N, H, W)."""
    rows, shares = values[0].flatten(1), weights[0].flatten(1)
    means = shares @ rows.T / shares.sum(dim=1, keepdim=True).clamp_min(1e-6)
    return np.asarray(means.numpy(), np.float32)


def _descended(
    hierarchy: Hierarchy, node: int, kept: list[int], least: float
) -> tuple[int, list[int]]:
    """The first node below whose two parts are both large enough, and what was left aside.

    The node itself where there is none: it cannot be cut.
    """
    aside, below = list(kept), node
    while children := hierarchy.children(below):
        large, small = sorted(children, key=lambda child: -hierarchy.areas[child])
        if hierarchy.areas[small] >= least:
            return below, aside
        aside.append(small)
        below = large
    return below, aside


@lru_cache(maxsize=1)
def _encoder() -> VGG:
    return load_encoder("vgg19", pooling="max", device=choose_device("cpu", "float32"))
