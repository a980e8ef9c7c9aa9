"""How regions are joined: by colour and by what VGG-19 sees in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from impasto.segmentation.hierarchy import Hierarchy, ward_hierarchy
from impasto.segmentation.superpixels import Floats, SuperpixelGraph, pooling_matrix

if TYPE_CHECKING:
    import torch


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


def join_regions(graph: SuperpixelGraph, features: Floats) -> tuple[Hierarchy, Floats]:
    """The hierarchy of superpixels, and (E,) how strong the border of each pair is, in [0, 1]."""
    apart = ((features[graph.sources] - features[graph.targets]) ** 2).sum(axis=1)
    strengths = 1 - np.exp(-apart / (apart.mean() + 1e-12))
    return ward_hierarchy(graph, features), np.asarray(strengths)


def _normalized(group: Floats) -> Floats:
    centred = group - group.mean(axis=0)
    return np.asarray(centred / (np.sqrt((centred**2).sum(axis=1).mean()) + 1e-9))
