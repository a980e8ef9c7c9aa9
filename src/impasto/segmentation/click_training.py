"""Train the click network: ``python -m impasto.segmentation.click_training OBJECTS FILE``.

Frozen features are computed once a photograph and kept on disk; then each step takes one
photograph, a few of its objects, and plays a person who clicks until the mask is right.
"""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from scipy import ndimage

from impasto.image.label_map import read_labels
from impasto.segmentation.click_network import ClickMasks, ClickNetwork
from impasto.segmentation.training_objects import (
    PARTITIONS,
    LabelledPhoto,
    Targets,
    targets_of,
)

LOG = logging.getLogger(__name__)
CLICKS = (1, 2, 3, 4, 5)
CLICK_CHANCES = (0.25, 0.2, 0.25, 0.15, 0.15)
BOX_CHANCE = 0.12


@dataclass(frozen=True, kw_only=True)
class ClickTraining:
    """How the click network is trained.

    Attributes:
        minutes: Wall time; the learning rate falls along a half cosine to its end.
        objects_per_photo: Objects of one photograph in a step.
        photos_per_update: Photographs whose gradients are added up.
        learning_rate: Its highest value, after the warm-up.
        averaging: Decay of the running mean of the weights, which is what is kept.
        seed: Of everything random.
    """

    minutes: float = 20.0
    objects_per_photo: int = 5
    photos_per_update: int = 2
    learning_rate: float = 2e-3
    averaging: float = 0.995
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One photograph: its features by stride and what it teaches."""

    features: dict[int, torch.Tensor]
    targets: Targets


def load_lesson(photo: LabelledPhoto, cache: Path, *, flip: bool) -> Lesson | None:
    """Features and targets of a photograph, mirrored if asked; ``None`` without objects."""
    with np.load(cache / f"{photo.folder}__{photo.name}.npz") as arrays:
        maps = {s: np.asarray(arrays[f"d{s}"], np.float32) for s in (16, 8, 4)}
    labels = read_labels(photo.label_path)
    if flip:
        maps = {s: each[:, ::-1].copy() for s, each in maps.items()}
        labels = labels[:, ::-1]
    size = (maps[4].shape[0] * 4, maps[4].shape[1] * 4)
    targets = targets_of(labels, size, partition=photo.folder in PARTITIONS)
    if not len(targets.objects):
        return None
    features = {s: torch.from_numpy(each).permute(2, 0, 1)[None] for s, each in maps.items()}
    return Lesson(features=features, targets=targets)


def train(
    photos: Sequence[LabelledPhoto],
    cache: Path,
    options: ClickTraining,
    *,
    start: dict[str, torch.Tensor] | None = None,
) -> ClickNetwork:
    """Train on photographs whose features lie in ``cache``; returns the averaged network."""
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    network = ClickNetwork()
    if start is not None:
        network.load_state_dict(start)
    average: ClickNetwork = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-6, weight_decay=0.02)
    begin, step, losses = time.monotonic(), 0, []
    while (done := (time.monotonic() - begin) / (60 * options.minutes)) < 1:
        rate = options.learning_rate * min(1, (step + 1) / 60)
        for group in optimizer.param_groups:
            group["lr"] = rate * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)
        for _ in range(options.photos_per_update):
            lesson = load_lesson(chance.choice(photos), cache, flip=chance.random() < 0.5)
            if lesson is not None:
                loss = play(network, lesson, options.objects_per_photo, chance)
                torch.autograd.backward(loss / options.photos_per_update)
                losses.append(float(loss.detach()))
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        keep = min(options.averaging, step / (step + 20))
        with torch.no_grad():
            for mean, weight in zip(average.parameters(), network.parameters(), strict=True):
                mean.lerp_(weight, 1 - keep)
        if step % 50 == 0:
            LOG.info("%d updates, %.0f %%, loss %.4f", step, 100 * done, np.mean(losses[-100:]))
    return average


def play(
    network: ClickNetwork, lesson: Lesson, objects: int, chance: random.Random
) -> torch.Tensor:
    """The loss of one photograph: its borders, and masks after each of several clicks."""
    targets = lesson.targets
    chosen = [chance.randrange(len(targets.objects)) for _ in range(objects)]
    wanted = torch.from_numpy(targets.objects[chosen])[:, None]
    valid = torch.from_numpy(targets.valid)[None, None]
    clicks = chance.choices(CLICKS, CLICK_CHANCES)[0]
    features = {s: F.dropout2d(each, 0.1) for s, each in lesson.features.items()}
    points = torch.zeros(objects, clicks, 2)
    signs = torch.zeros(objects, clicks)
    boxes = torch.zeros(objects, 4)
    previous = torch.zeros_like(wanted)
    with torch.autocast("cpu", torch.bfloat16):
        image = network.look_at(features)
        loss = 0.5 * edge_loss(image.edges.float(), targets)
        for turn in range(clicks):
            for i, k in enumerate(chosen):
                seen = None if turn == 0 else previous[i, 0].numpy() > 0.5
                if turn == 0 and chance.random() < BOX_CHANCE:
                    boxes[i] = _draw_box(targets.objects[k], chance)
                else:
                    points[i, turn], signs[i, turn] = next_click(
                        targets.objects[k] > 0.5, targets.valid > 0.5, seen, chance
                    )
            masks = network(image, points, signs, boxes, previous)
            loss = loss + mask_loss(masks, wanted, valid, first=turn == 0) / clicks
            previous = choose(masks, wanted, valid, first=turn == 0, chance=chance)
    return loss


def mask_loss(
    masks: ClickMasks, wanted: torch.Tensor, valid: torch.Tensor, *, first: bool
) -> torch.Tensor:
    """Cross entropy and soft IoU: of the sure mask, and of the best candidate; and of quality.

    Source: the least loss over the candidates, Kirillov et al. 2023, §3. Differs: soft IoU in
        place of dice, plain cross entropy in place of focal loss.
    """
    logits = masks.logits
    wide, ok = wanted.expand_as(logits), valid.expand_as(logits)
    entropy = F.binary_cross_entropy_with_logits(logits, wide, reduction="none")
    entropy = (entropy * ok).mean((2, 3)) / ok.mean((2, 3))
    chance = logits.sigmoid()
    shared = (chance * wide * ok).sum((2, 3))
    soft = 1 - shared / ((chance + wide - chance * wide) * ok).sum((2, 3)).clamp(min=1e-3)
    each = 2 * entropy + soft
    candidates = each[:, 1:].amin(1) + 0.05 * each[:, 1:].mean(1)
    found = overlap(logits.detach() > 0, wanted, valid)
    quality = F.mse_loss(masks.quality.float().sigmoid(), found)
    sure, several = (0.4, 1.0) if first else (1.0, 0.2)
    return (sure * each[:, 0] + several * candidates).mean() + quality


def overlap(masks: torch.Tensor, wanted: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
    """(B, N) intersection over union of masks (B, N, h, w) with objects (B, 1, h, w)."""
    inside = (wanted > 0.5).expand_as(masks)
    ok = (valid > 0.5).expand_as(masks)
    shared = (masks & inside & ok).sum((2, 3))
    return shared / ((masks | inside) & ok).sum((2, 3)).clamp(min=1)


def choose(
    masks: ClickMasks,
    wanted: torch.Tensor,
    valid: torch.Tensor,
    *,
    first: bool,
    chance: random.Random,
) -> torch.Tensor:
    """(B, 1, h, w) the mask the person goes on with, in [0, 1]."""
    index = torch.zeros(len(wanted), dtype=torch.long)
    if first and chance.random() < 0.5:
        index = masks.quality[:, 1:].argmax(1) + 1
    elif first:
        index = overlap(masks.logits > 0, wanted, valid)[:, 1:].argmax(1) + 1
    taken = masks.logits.detach()[torch.arange(len(wanted)), index]
    return taken.float().sigmoid()[:, None]


def next_click(
    wanted: npt.NDArray[np.bool_],
    valid: npt.NDArray[np.bool_],
    seen: npt.NDArray[np.bool_] | None,
    chance: random.Random,
) -> tuple[torch.Tensor, int]:
    """Where a person clicks next, and 1 to add or -1 to leave out; sign 0 if all is right."""
    errors = [(wanted & valid, 1)]
    if seen is not None:
        errors = [(wanted & ~seen & valid, 1), (seen & ~wanted & valid, -1)]
    depths = [(_depth(mask), sign) for mask, sign in errors]
    depth, sign = max(depths, key=lambda pair: float(pair[0].max()))
    if depth.max() <= 0:
        return torch.zeros(2), 0
    threshold = depth.max() if chance.random() < 0.5 else 0.4 * depth.max()
    rows, columns = np.nonzero(depth >= threshold)
    i = chance.randrange(len(rows))
    where = (columns[i] + chance.random(), rows[i] + chance.random())
    return torch.tensor(where) / max(wanted.shape), sign


def edge_loss(logits: torch.Tensor, targets: Targets) -> torch.Tensor:
    """Cross entropy of the borders where they are known, those there are four times as heavy."""
    edges = torch.from_numpy(targets.edges)[None, None]
    weight = torch.from_numpy(targets.edges_known)[None, None] * (1 + 3 * edges)
    loss = F.binary_cross_entropy_with_logits(logits, edges, weight=weight, reduction="sum")
    return torch.as_tensor(loss / weight.sum().clamp(min=1))


def _depth(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Distance of each cell of a mask to the nearest outside it; beyond the frame is outside."""
    padded = np.pad(mask, 1)
    return np.asarray(ndimage.distance_transform_edt(padded)[1:-1, 1:-1])


def _draw_box(wanted: npt.NDArray[np.float32], chance: random.Random) -> torch.Tensor:
    """The bounding box of an object, each side off by up to 8 %."""
    rows, columns = np.nonzero(wanted > 0.5)
    if not len(rows):
        rows, columns = np.nonzero(wanted > 0)
    left, right = columns.min(), columns.max() + 1
    top, bottom = rows.min(), rows.max() + 1
    shift = [chance.uniform(-0.08, 0.08) for _ in range(4)]
    width, height = right - left, bottom - top
    box = (
        left + shift[0] * width,
        top + shift[1] * height,
        right + shift[2] * width,
        bottom + shift[3] * height,
    )
    return torch.tensor([float(side) for side in box]) / float(max(wanted.shape))
