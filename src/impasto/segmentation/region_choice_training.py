"""Fit the choice of a region: clicks on labelled objects, and how well each region fits them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from impasto.image.codec import open_image
from impasto.image.label_map import read_labels
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.segmentation.deep_features import working_size
from impasto.segmentation.region_choice import PREFIX
from impasto.segmentation.region_features import click_features, region_shapes
from impasto.segmentation.region_linking import join_regions, superpixel_features
from impasto.segmentation.simulated_clicks import innermost
from impasto.segmentation.superpixels import Floats, superpixels
from impasto.segmentation.training_objects import IGNORE, LabelledPhoto

HIDDEN = 24
STEPS = 1500
SMALLEST_PX = 60
CLICKS_PER_OBJECT = 2


def fit_choice(photos: Sequence[LabelledPhoto], cache: Path) -> dict[str, torch.Tensor]:
    """The tensors of :class:`~impasto.segmentation.region_choice.RegionChoice`.

    Args:
        photos: Photographs whose features lie in ``cache``.
        cache: Holds ``FOLDER__NAME.npz``.
    """
    chance = random.Random(0)
    rows = [found for photo in photos for found in examples(photo, cache, chance)]
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
    photo: LabelledPhoto, cache: Path, chance: random.Random
) -> list[tuple[Floats, Floats]]:
    """Features and overlaps of the regions around clicks on each object of a photograph."""
    picture = open_image(photo.photo_path)
    size = working_size(picture.size)
    image = resize(image_to_tensor(picture), size)
    with np.load(cache / f"{photo.folder}__{photo.name}.npz") as arrays:
        maps = {
            s: torch.from_numpy(np.asarray(arrays[f"d{s}"], np.float32)).permute(2, 0, 1)[None]
            for s in (16, 8, 4)
        }
    graph = superpixels(image[0].permute(1, 2, 0).numpy())
    hierarchy, strengths = join_regions(graph, superpixel_features(graph, image, maps))
    shapes = region_shapes(graph, hierarchy, strengths)
    labels = _at_size(read_labels(photo.label_path), size)
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
