"""Which region of a hierarchy a click means: a small network trained on what people outlined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from impasto.segmentation.superpixels import Floats

if TYPE_CHECKING:
    import torch

PREFIX = "choice."
APART = 0.75
"""Candidates overlap by no more than this."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionChoice:
    """A network of one hidden layer from features of a region to its expected overlap.

    Attributes:
        mean, scale: (F,) of the features over the training regions.
        hidden_weight: (F, K).
        hidden_bias: (K,).
        output_weight: (K,).
        output_bias: ().
    """

    mean: Floats
    scale: Floats
    hidden_weight: Floats
    hidden_bias: Floats
    output_weight: Floats
    output_bias: Floats

    def expected_overlap(self, features: Floats) -> Floats:
        """(n,) the intersection over union expected of regions with features (n, F)."""
        inputs = np.clip((features - self.mean) / self.scale, -5, 5)
        hidden = np.tanh(inputs @ self.hidden_weight + self.hidden_bias)
        return np.asarray(1 / (1 + np.exp(-(hidden @ self.output_weight + self.output_bias))))


def read_choice(tensors: Mapping[str, torch.Tensor]) -> RegionChoice:
    """The network in the segmentation weights."""
    names = ("mean", "scale", "hidden_weight", "hidden_bias", "output_weight", "output_bias")
    arrays = {name: tensors[PREFIX + name].double().numpy() for name in names}
    return RegionChoice(**arrays)


def three_levels(areas: Floats, scores: Floats) -> list[int]:
    """Indices of up to three regions that lie in one another: good ones that differ in size.

    Args:
        areas: (n,) rising.
        scores: (n,) the overlap expected of each.

    Example:
        >>> three_levels(np.array([1.0, 9.0, 10.0, 30.0]), np.array([0.2, 0.8, 0.9, 0.5]))
        [2, 3, 0]
    """
    chosen: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        ratios = [areas[index] / areas[other] for other in chosen]
        if all(min(ratio, 1 / ratio) <= APART for ratio in ratios):
            chosen.append(int(index))
        if len(chosen) == 3:
            break
    return chosen
