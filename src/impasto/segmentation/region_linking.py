"""How regions are joined: by colour, by what VGG-19 sees in them, and by learned borders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from impasto.segmentation.hierarchy import Hierarchy, ward_hierarchy
from impasto.segmentation.superpixels import (
    Floats,
    SuperpixelGraph,
    border_mean,
    pooling_matrix,
)

if TYPE_CHECKING:
    import torch

STEEPNESS = 6.0
"""A sure border conducts exp(−6) of what none does."""
OWN_WEIGHT = 0.15
"""What a superpixel keeps of itself in a step, for each pixel of its area."""
SPREADING = 12
"""Steps."""


def superpixel_features(
    graph: SuperpixelGraph, image: torch.Tensor, maps: Mapping[int, torch.Tensor]
) -> Floats:
    """(N, F) the mean colour of each superpixel in CIE Lab, and the mean of each map.

    Each of these groups is brought to mean 0 and a mean squared length of 1.

    Args:
        graph: The superpixels.
        image: (1, 3, h, w) sRGB in [0, 1] at their size.
        maps: stride to (1, C, h / stride, w / stride).
    """
    from skimage.color import rgb2lab

    lab = rgb2lab(image[0].permute(1, 2, 0).numpy())
    flat = graph.labels.ravel()
    sums = [np.bincount(flat, lab[..., k].ravel(), len(graph)) for k in range(3)]
    groups = [np.stack(sums, axis=1) / graph.areas[:, None]]
    for each in maps.values():
        height, width = int(each.shape[-2]), int(each.shape[-1])
        matrix = pooling_matrix(graph.labels, (height, width))
        groups.append(matrix @ each[0].flatten(1).T.double().numpy())
    return np.concatenate([_normalized(group) for group in groups], axis=1)


def border_strengths(graph: SuperpixelGraph, edges: torch.Tensor) -> Floats:
    """(E,) how sure it is that a region ends at each border, in [0, 1].

    Args:
        graph: The superpixels.
        edges: (1, 1, h, w) logits on a coarser grid, as the click network gives them.
    """
    import torch.nn.functional as F

    chances = F.interpolate(
        edges.float().sigmoid(), size=graph.labels.shape, mode="bilinear", align_corners=False
    )
    return np.clip(border_mean(graph, chances[0, 0].double().numpy()), 0, 1)


def join_regions(graph: SuperpixelGraph, features: Floats, strengths: Floats) -> Hierarchy:
    """The hierarchy of superpixels: those that are alike after features spread join first.

    Args:
        graph: The superpixels.
        features: (N, F) from :func:`superpixel_features`.
        strengths: (E,) from :func:`border_strengths`.
    """
    return ward_hierarchy(graph, spread(graph, features, strengths))


def spread(graph: SuperpixelGraph, features: Floats, strengths: Floats) -> Floats:
    """(N, F) features after they spread between neighbours, little across strong borders.

    What lies within one border becomes alike, whatever its texture.

    Source: anisotropic diffusion, Perona and Malik 1990, in explicit steps. Differs: on
        superpixels; a border conducts by how sure it was learned to be, not by the contrast.
    """
    from scipy import sparse

    conductance = graph.lengths * np.exp(-STEEPNESS * strengths)
    rows = np.concatenate([graph.sources, graph.targets])
    columns = np.concatenate([graph.targets, graph.sources])
    shape = (len(graph), len(graph))
    weights = sparse.coo_matrix((np.tile(conductance, 2), (rows, columns)), shape=shape).tocsr()
    weights = weights + sparse.diags(OWN_WEIGHT * graph.areas)
    step = sparse.diags(1 / np.asarray(weights.sum(axis=1)).ravel()) @ weights
    for _ in range(SPREADING):
        features = step @ features
    return features


def _normalized(group: Floats) -> Floats:
    centred = group - group.mean(axis=0)
    return np.asarray(centred / (np.sqrt((centred**2).sum(axis=1).mean()) + 1e-9))
