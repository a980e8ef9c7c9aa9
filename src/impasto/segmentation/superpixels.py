"""Superpixels: the small pieces of one colour that regions are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

COUNT = 1200
COMPACTNESS = 20.0
BAND_PX = 3

LabelMap = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class SuperpixelGraph:
    """Superpixels and which of them touch.

    Attributes:
        labels: (h, w) the superpixel of each pixel, 0 to N − 1.
        areas: (N,) pixels of each.
        sources, targets: (E,) the two superpixels of each border, source < target.
        lengths: (E,) pixel edges along each border.
    """

    labels: LabelMap
    areas: Floats
    sources: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    lengths: Floats

    def __len__(self) -> int:
        return len(self.areas)


def superpixels(pixels: npt.NDArray[Any], count: int = COUNT) -> SuperpixelGraph:
    """Divide an image into about ``count`` superpixels.

    Args:
        pixels: (h, w, 3) sRGB, uint8 or floating point in [0, 1].
        count: How many; fewer in images of few pixels.

    Source: Achanta et al. 2012, *SLIC Superpixels*, as scikit-image computes it.
    """
    from skimage.segmentation import slic

    labels = slic(pixels, n_segments=count, compactness=COMPACTNESS, start_label=0)
    _, dense = np.unique(labels, return_inverse=True)
    return touching(dense.reshape(labels.shape).astype(np.int32))


def touching(labels: LabelMap) -> SuperpixelGraph:
    """The graph of a label map without gaps.

    Example:
        >>> graph = touching(np.array([[0, 0, 1], [2, 2, 1]], np.int32))
        >>> list(zip(graph.sources.tolist(), graph.targets.tolist(), graph.lengths.tolist()))
        [(0, 1, 1.0), (0, 2, 2.0), (1, 2, 1.0)]
    """
    count = int(labels.max()) + 1
    first = np.concatenate([labels[:, :-1].ravel(), labels[:-1].ravel()]).astype(np.int64)
    second = np.concatenate([labels[:, 1:].ravel(), labels[1:].ravel()]).astype(np.int64)
    low, high = np.minimum(first, second), np.maximum(first, second)
    keys, lengths = np.unique((low * count + high)[low != high], return_counts=True)
    return SuperpixelGraph(
        labels=labels,
        areas=np.bincount(labels.ravel(), minlength=count).astype(np.float64),
        sources=keys // count,
        targets=keys % count,
        lengths=lengths.astype(np.float64),
    )


def pooling_matrix(labels: LabelMap, grid: tuple[int, int]) -> sparse.csr_matrix:
    """The matrix that averages a coarser map over each superpixel.

    Args:
        labels: (h, w).
        grid: (H, W) of the map; it is read between its positions bilinearly.

    Returns: (N, H · W) with rows that sum to 1.
    """
    from scipy import sparse

    rows, top = _between(labels.shape[0], grid[0])
    columns, left = _between(labels.shape[1], grid[1])
    indices, weights = [], []
    for down in (0, 1):
        for right in (0, 1):
            row = np.minimum(rows + down, grid[0] - 1)[:, None]
            column = np.minimum(columns + right, grid[1] - 1)[None]
            indices.append((row * grid[1] + column).ravel())
            share = np.abs(1 - down - top)[:, None] * np.abs(1 - right - left)[None]
            weights.append(share.ravel())
    owners = np.tile(labels.ravel(), 4)
    shape = (int(labels.max()) + 1, grid[0] * grid[1])
    matrix = sparse.coo_matrix(
        (np.concatenate(weights), (owners, np.concatenate(indices))), shape=shape
    ).tocsr()
    return sparse.diags(1 / np.asarray(matrix.sum(axis=1)).ravel()) @ matrix


def border_mean(graph: SuperpixelGraph, strength: Floats) -> Floats:
    """(E,) the mean of a map (h, w) along each border between superpixels."""
    labels = graph.labels
    count = len(graph)
    total = np.zeros(len(graph.sources))
    keys = graph.sources * count + graph.targets
    for a, b, u, v in (
        (labels[:, :-1], labels[:, 1:], strength[:, :-1], strength[:, 1:]),
        (labels[:-1], labels[1:], strength[:-1], strength[1:]),
    ):
        border = a != b
        low = np.minimum(a, b)[border].astype(np.int64)
        high = np.maximum(a, b)[border].astype(np.int64)
        index = np.searchsorted(keys, low * count + high)
        values = np.maximum(u, v)[border]
        total += np.bincount(index, values, len(keys))
    return np.asarray(total / graph.lengths)


def enlarge(labels: LabelMap, pixels: npt.NDArray[Any]) -> LabelMap:
    """A label map at a photograph's size, its borders moved to the photograph's edges.

    Args:
        labels: (h, w).
        pixels: (H, W, 3) uint8.
    """
    height, width = pixels.shape[:2]
    rows = (np.arange(height) * labels.shape[0]) // height
    columns = (np.arange(width) * labels.shape[1]) // width
    large: LabelMap = labels[rows[:, None], columns[None]]
    if height <= labels.shape[0] * 1.3 and width <= labels.shape[1] * 1.3:
        return large
    return _snap(large, pixels)


def _snap(labels: LabelMap, pixels: npt.NDArray[Any]) -> LabelMap:
    """Grow the insides of superpixels anew over a band around their borders."""
    from scipy import ndimage
    from skimage.segmentation import watershed

    band = ndimage.maximum_filter(labels, 3) != ndimage.minimum_filter(labels, 3)
    band = ndimage.binary_dilation(band, iterations=BAND_PX - 1)
    grey = pixels.astype(np.float32).mean(axis=2)
    steepness = ndimage.gaussian_gradient_magnitude(grey, 1.0)
    markers = np.where(band, 0, labels + 1)
    grown = watershed(steepness, markers=markers) - 1  # type: ignore[no-untyped-call]
    return np.where(grown >= 0, grown, labels).astype(np.int32)


def _between(length: int, cells: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """For each pixel the cell before it, and how far it is on the way to the next."""
    position = np.clip((np.arange(length) + 0.5) * cells / length - 0.5, 0, cells - 1)
    before = np.minimum(position.astype(np.int64), max(cells - 2, 0))
    return before, position - before
