"""ArtFID of each method: one number over all of its paintings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from impasto.evaluation.ledger import Measured
from impasto.evaluation.painting import open_style, painting_path
from impasto.evaluation.plan import EvaluationPlan
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.image.resize import fit_size, resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.frechet_distance import art_fid, frechet_distance

if TYPE_CHECKING:
    from impasto.encoders.art_inception import ArtInception

FEW = 2048
"""Fewer paintings than features have dimensions: the Fréchet distance is too large then."""


@dataclass(frozen=True, kw_only=True)
class ArtFid:
    """ArtFID of a method and what it is made of.

    Attributes:
        method: Its name.
        count: How many paintings.
        perceptual: Mean LPIPS on AlexNet.
        frechet: Fréchet distance between paintings and styles.
    """

    method: str
    count: int
    perceptual: float
    frechet: float

    @property
    def value(self) -> float:
        """(1 + LPIPS) · (1 + FID)."""
        return art_fid(self.perceptual, self.frechet)


def art_fids(
    plan: EvaluationPlan, folder: Path, measured: Sequence[Measured], network: ArtInception
) -> list[ArtFid]:
    """ArtFID of every method with two paintings or more.

    As in the published code: paintings at their own size, and each painting's style once more
    for every painting of it. Styles are looked at at the plan's size.

    Args:
        plan: What was painted.
        folder: Where the paintings lie.
        measured: Measured pairs, LPIPS on AlexNet among their measures.
        network: What compares paintings.
    """
    looks = {
        style.name: _features(network, open_style(style.look), plan.size) for style in plan.styles
    }
    paths = {task.key: painting_path(folder, task) for task in plan.tasks()}
    found = []
    for method in plan.methods:
        own = [entry for entry in measured if entry.method == method.name]
        if len(own) < 2:
            continue
        ours = [_features(network, open_image(paths[entry.key]), None) for entry in own]
        theirs = [looks[entry.style] for entry in own]
        found.append(
            ArtFid(
                method=method.name,
                count=len(own),
                perceptual=sum(entry.measures["lpips_alex"] for entry in own) / len(own),
                frechet=frechet_distance(np.stack(ours), np.stack(theirs)),
            )
        )
    return found


def _features(network: ArtInception, picture: Picture, size: int | None) -> np.ndarray:
    device = next(network.parameters()).device
    image = image_to_tensor(picture).to(device)
    if size is not None:
        image = resize(image, fit_size(picture.size, size))
    with torch.no_grad():
        return np.asarray(network(image)[0].cpu().double().numpy())
