"""Fit the choice of a region: clicks on labelled objects, and how well each region fits them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from impasto.segmentation.click_network import ClickNetwork
from impasto.segmentation.deep_features import reduced_features
from impasto.segmentation.region_choice import PREFIX
from impasto.segmentation.region_features import click_features, region_shapes
from impasto.segmentation.region_linking import (
    border_strengths,
    join_regions,
    superpixel_features,
)
from impasto.segmentation.simulated_clicks import innermost
from impasto.segmentation.superpixels import Floats, superpixels
from impasto.segmentation.training_objects import IGNORE, LabelledPhoto
from impasto.segmentation.training_views import whole_view

HIDDEN = 24
STEPS = 1500
SMALLEST_PX = 60
CLICKS_PER_OBJECT = 2


def fit_choice(
    photos: Sequence[LabelledPhoto], reduction: Mapping[str, torch.Tensor], network: ClickNetwork
) -> dict[str, torch.Tensor]:
    """The tensors of :class:`~impasto.segmentation.region_choice.RegionChoice`.

    Args:
        photos: Those to learn from.
        reduction: For :func:`~impasto.segmentation.deep_features.reduced_features`.
        network: Tells where regions end.
    """
    chance = random.Random(0)
    rows = [found for photo in photos for found in examples(photo, reduction, network, chance)]
    features = np.concatenate([each for each, _ in rows])
    overlaps = np.concatenate([each for _, each in rows])
    mean, scale = features.mean(0), features.std(0) + 1e-6
    inputs = torch.from_numpy(np.clip((features - mean) / scale, -5, 5)).float()
    state = _fit(inputs, torch.from_numpy(overlaps).float()).state_dict()
    tensors = {
        "mean": torch.from_numpy(mean),
        "scale": torch.from_numpy(scale),
        "hidden_weight": state["0.weight"].T,
        "hidden_bias": state["0.bias"],
        "output_weight": state["2.weight"][0],
        "output_bias": state["2.bias"][0],
    }
    return {PREFIX + name: tensor for name, tensor in tensors.items()}


def examples(
    photo: LabelledPhoto,
    reduction: Mapping[str, torch.Tensor],
    network: ClickNetwork,
    chance: random.Random,
) -> list[tuple[Floats, Floats]]:
    """Features and overlaps of the regions around clicks on each object of a photograph."""
    view = whole_view(photo)
    image, size = view.image, (int(view.image.shape[-2]), int(view.image.shape[-1]))
    maps = reduced_features(image, reduction)
    graph = superpixels(image[0].permute(1, 2, 0).numpy())
    strengths = border_strengths(graph, network.look_at_edges(maps))
    hierarchy = join_regions(graph, superpixel_features(graph, image, maps), strengths)
    shapes = region_shapes(graph, hierarchy, strengths)
    labels = _at_size(view.labels, size)
    valid = np.bincount(graph.labels.ravel(), (labels != IGNORE).ravel(), len(graph))
    areas = hierarchy.sums(valid)
    found = []
    for number in np.unique(labels):
        wanted = labels == number
        if number in (0, IGNORE) or wanted.sum() < SMALLEST_PX:
            continue
        shared = hierarchy.sums(np.bincount(graph.labels.ravel(), wanted.ravel(), len(graph)))
        overlaps = shared / np.maximum(areas + wanted.sum() - shared, 1)
        for turn in range(CLICKS_PER_OBJECT):
            x, y = innermost(wanted) if turn == 0 else _somewhere(wanted, chance)
            nodes = hierarchy.path(int(graph.labels[y, x]))
            found.append((click_features(shapes, hierarchy, nodes, x, y), overlaps[nodes]))
    return found


def _fit(inputs: torch.Tensor, overlaps: torch.Tensor) -> torch.nn.Sequential:
    """A hidden layer between features and overlap, by cross entropy."""
    torch.manual_seed(0)
    width = inputs.shape[1]
    model = torch.nn.Sequential(
        torch.nn.Linear(width, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1)
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-3)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = 1e-2 * (1 - step / STEPS)
        chosen = torch.randint(len(inputs), (4096,))
        logits = model(inputs[chosen])[:, 0]
        weight = 0.2 + overlaps[chosen]
        loss = F.binary_cross_entropy_with_logits(logits, overlaps[chosen], weight=weight)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return model


def _at_size(labels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    rows = (np.arange(size[0]) * labels.shape[0]) // size[0]
    columns = (np.arange(size[1]) * labels.shape[1]) // size[1]
    return np.asarray(labels[rows[:, None], columns[None]])


def _somewhere(mask: npt.NDArray[np.bool_], chance: random.Random) -> tuple[int, int]:
    rows, columns = np.nonzero(mask)
    index = chance.randrange(len(rows))
    return int(columns[index]), int(rows[index])
