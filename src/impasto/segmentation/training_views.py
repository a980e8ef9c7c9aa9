"""Views of training photographs: whole or in part, mirrored, in other colours."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from impasto.image.codec import open_image
from impasto.image.label_map import read_labels
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.segmentation.deep_features import working_size
from impasto.segmentation.training_objects import IGNORE, LabelledPhoto

PART_CHANCE = 0.5
PART_SIDES = (0.4, 0.9)
"""The least and the greatest side of a part, as a share of the photograph's."""
SMALLEST_PART_PX = 64
COLOUR_CHANCE = 0.5
GREY_CHANCE = 0.04

Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class View:
    """A photograph as it is shown once in training.

    Attributes:
        image: (1, 3, h, w) sRGB in [0, 1] at working size.
        labels: (H, W) of the same part, at the photograph's resolution.
    """

    image: torch.Tensor
    labels: Labels


def whole_view(photo: LabelledPhoto) -> View:
    """A photograph as it is."""
    labels = read_labels(photo.label_path)
    image = image_to_tensor(open_image(photo.photo_path))
    return View(image=resize(image, working_size(labels.shape)), labels=labels)


def draw_view(photo: LabelledPhoto, chance: random.Random) -> View:
    """A photograph or a part of it with something labelled, perhaps mirrored or recoloured."""
    labels = read_labels(photo.label_path)
    image = image_to_tensor(open_image(photo.photo_path))
    if chance.random() < PART_CHANCE:
        rows, columns = draw_part(labels, chance)
        labels, image = labels[rows, columns], image[..., rows, columns]
    if chance.random() < 0.5:
        labels, image = labels[:, ::-1], image.flip(-1)
    image = resize(image, working_size((labels.shape[0], labels.shape[1])))
    if chance.random() < COLOUR_CHANCE:
        image = recolour(image, chance)
    return View(image=image, labels=labels)


def draw_part(labels: Labels, chance: random.Random) -> tuple[slice, slice]:
    """Rows and columns of a part of a photograph that holds a labelled pixel."""
    side = chance.uniform(*PART_SIDES)
    height, width = (
        min(length, max(SMALLEST_PART_PX, round(length * side * chance.uniform(0.85, 1.15))))
        for length in labels.shape
    )
    rows, columns = np.nonzero((labels != 0) & (labels != IGNORE))
    row, column = labels.shape[0] // 2, labels.shape[1] // 2
    if len(rows):
        index = chance.randrange(len(rows))
        row, column = int(rows[index]), int(columns[index])
    top = min(max(0, row - chance.randrange(height)), labels.shape[0] - height)
    left = min(max(0, column - chance.randrange(width)), labels.shape[1] - width)
    return slice(top, top + height), slice(left, left + width)


def recolour(image: torch.Tensor, chance: random.Random) -> torch.Tensor:
    """Another brightness, contrast and saturation; now and then no colour at all."""
    grey = image.mean(1, keepdim=True)
    saturation = 0.0 if chance.random() < GREY_CHANCE / COLOUR_CHANCE else chance.uniform(0.6, 1.3)
    mean = grey.mean()
    image = grey + saturation * (image - grey)
    image = mean + chance.uniform(0.7, 1.3) * (image - mean) + chance.uniform(-0.1, 0.1)
    return image.clamp(0, 1)
