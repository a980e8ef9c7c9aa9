"""Train the click network on kept features: a person clicks until the mask is right."""

from __future__ import annotations

import copy
import logging
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from impasto.segmentation.click_lessons import Lesson, Lessons, draw_box, next_click
from impasto.segmentation.click_losses import edge_loss, likeness_loss, mask_loss, overlap
from impasto.segmentation.click_network import ClickMasks, ClickNetwork
from impasto.segmentation.training_objects import LabelledPhoto

LOG = logging.getLogger(__name__)
TURNS = (1, 2, 3, 4, 5)
TURN_CHANCES = (0.4, 0.15, 0.2, 0.1, 0.15)
BOX_CHANCE = 0.1
FOLDER_WEIGHTS: Mapping[str, float] = {
    "bsds500": 1.6,
    "coco128": 2.0,
    "voc07_instance": 1.5,
    "voc12_sbd": 0.7,
    "coco_facade": 0.7,
    "camvid": 0.7,
    "ccp_clothes": 0.7,
    "via_bottle": 0.4,
    "via_building": 0.4,
    "via_food": 0.5,
}
"""How often photographs of a folder are taken, where not once."""
EDGE_WEIGHT, LIKENESS_WEIGHT = 0.5, 0.4
DROPPED = 0.1
WARM_UP = 100
AGREE_EVERY = 8
"""Steps between two exchanges of weights by processes that train together."""

Agree = Callable[[torch.Tensor], torch.Tensor]
"""Averages a vector over the processes that train together."""


@dataclass(frozen=True, kw_only=True)
class ClickTraining:
    """How the click network is trained.

    Attributes:
        minutes: Wall time; the learning rate falls along a half cosine to its end.
        objects_per_photo: The most objects of one photograph in a step.
        photos_per_update: Photographs whose gradients are added up.
        learning_rate: Its highest value, after the warm-up.
        weight_decay: AdamW's.
        averaging: Decay of the running mean of the weights, which is what is kept.
        seed: Of everything random.
    """

    minutes: float = 25.0
    objects_per_photo: int = 6
    photos_per_update: int = 2
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    averaging: float = 0.998
    seed: int = 0


def train(
    photos: Sequence[LabelledPhoto],
    reduction: Mapping[str, torch.Tensor],
    options: ClickTraining,
    *,
    begin: Mapping[str, torch.Tensor] | None = None,
    agree: Agree = lambda vector: vector,
) -> ClickNetwork:
    """Train on photographs; returns the averaged network.

    Args:
        photos: Those to learn from.
        reduction: For :func:`~impasto.segmentation.deep_features.reduced_features`.
        options: How.
        begin: Weights to go on from; ``None``: random ones.
        agree: Averages the weights of processes that train together.
    """
    torch.manual_seed(0)
    network = ClickNetwork().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if begin is not None:
        network.load_state_dict(begin)
    average: ClickNetwork = copy.deepcopy(network)
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    weights = [FOLDER_WEIGHTS.get(photo.folder, 1.0) for photo in photos]
    lessons = Lessons(photos, weights, reduction, chance)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-6, weight_decay=options.weight_decay)
    started, done, step, losses = time.monotonic(), 0.0, 0, []
    while done < 1:
        rate = options.learning_rate * min(1, (step + 1) / WARM_UP)
        optimizer.param_groups[0]["lr"] = rate * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)
        losses += _learn(network, lessons, optimizer, options, chance)
        step += 1
        _follow(average, network, min(options.averaging, step / (step + 20)))
        if step % AGREE_EVERY == 0:
            passed = (time.monotonic() - started) / (60 * options.minutes)
            done = _agree_on(network, passed, agree)
        if step % 100 == 0:
            LOG.info("%d updates, %.0f %%, loss %.4f", step, 100 * done, np.mean(losses[-400:]))
    _agree_on(average, 1.0, agree)
    return average


def play(
    network: ClickNetwork, lesson: Lesson, chance: random.Random, *, turns: int | None = None
) -> torch.Tensor:
    """The loss of one view: its borders, and the masks after the last of several clicks.

    The turns before the last are played without learning, as Sofiiuk et al. 2021, *Reviving
    Iterative Training with Mask Guidance for Interactive Segmentation*, do.
    """
    targets = lesson.targets
    wanted = torch.from_numpy(targets.objects)[:, None]
    valid = torch.from_numpy(targets.valid)[None, None]
    last = turns if turns is not None else chance.choices(TURNS, TURN_CHANCES)[0]
    points, signs = torch.zeros(len(wanted), last, 2), torch.zeros(len(wanted), last)
    boxes, previous = torch.zeros(len(wanted), 4), torch.zeros_like(wanted)
    with torch.autocast("cpu", torch.bfloat16):
        features = {s: F.dropout2d(each, DROPPED) for s, each in lesson.features.items()}
        image = network.look_at(features)
        for turn in range(last):
            for i, each in enumerate(targets.objects):
                seen = None if turn == 0 else previous[i, 0].numpy() > 0.5
                if turn == 0 and chance.random() < BOX_CHANCE:
                    boxes[i] = draw_box(each, chance)
                else:
                    points[i, turn], signs[i, turn] = next_click(
                        each > 0.5, targets.valid > 0.5, seen, chance
                    )
            known = slice(0, turn + 1)
            with torch.set_grad_enabled(turn + 1 == last):
                masks = network(image, points[:, known], signs[:, known], boxes, previous)
            if turn + 1 < last:
                previous = choose(masks, wanted, valid, first=turn == 0, chance=chance)
        loss = mask_loss(masks, wanted, valid, first=last == 1)
        loss = loss + LIKENESS_WEIGHT * likeness_loss(masks.likeness, wanted, valid)
        return loss + EDGE_WEIGHT * edge_loss(image.edges.float(), targets)


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
    if first and chance.random() < 0.3:
        index = masks.quality[:, 1:].argmax(1) + 1
    elif first:
        index = overlap(masks.logits > 0, wanted, valid)[:, 1:].argmax(1) + 1
    taken = masks.logits.detach()[torch.arange(len(wanted)), index]
    return taken.float().sigmoid()[:, None]


def _learn(
    network: ClickNetwork,
    lessons: Lessons,
    optimizer: torch.optim.Optimizer,
    options: ClickTraining,
    chance: random.Random,
) -> list[float]:
    """One step along the gradient of a few lessons; their losses."""
    losses = []
    for _ in range(options.photos_per_update):
        lesson = lessons.draw(options.objects_per_photo)
        if lesson is not None:
            loss = play(network, lesson, chance)
            torch.autograd.backward(loss / options.photos_per_update)
            losses.append(float(loss.detach()))
    if torch.isfinite(torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)):
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return losses


@torch.no_grad()
def _agree_on(network: ClickNetwork, passed: float, agree: Agree) -> float:
    """Give all processes the mean of their weights; how much of the time is over for them."""
    weights = list(network.parameters())
    vector = torch.cat([*(each.flatten() for each in weights), torch.tensor([passed])])
    sizes = [*(each.numel() for each in weights), 1]
    *parts, done = torch.split(agree(vector), sizes)
    for weight, part in zip(weights, parts, strict=True):
        weight.copy_(part.view(weight.shape))
    return float(done)


@torch.no_grad()
def _follow(average: ClickNetwork, network: ClickNetwork, keep: float) -> None:
    for mean, weight in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(weight, 1 - keep)
