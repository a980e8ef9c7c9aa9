from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from impasto.evaluation.art_fid import art_fids
from impasto.evaluation.files import Findings
from impasto.image.codec import open_image
from impasto.image.resize import fit_size, resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.frechet_distance import frechet_distance


class MeanColor(nn.Module):
    """Stands for the network: three features, the mean of each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1), requires_grad=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.scale * image.mean((2, 3))


def test_over_all_paintings_of_a_method(findings: Findings, folder: Path, pictures: Path) -> None:
    measured = [
        replace(entry, measures={**entry.measures, "lpips_alex": 0.1 * index})
        for index, entry in enumerate(findings.outcome.measured)
    ]
    found = art_fids(findings.plan, folder, measured, MeanColor())  # type: ignore[arg-type]
    assert [(each.method, each.count) for each in found] == [("tint", 4), ("faint", 3)]
    own = [entry for entry in measured if entry.method == "faint"]
    ours, theirs = [], []
    for entry in own:
        painting = open_image(
            folder / "paintings" / "faint" / f"{entry.content}--{entry.style}.png"
        )
        style = open_image(pictures / "styles" / f"{entry.style}.png")
        look = resize(image_to_tensor(style), fit_size(style.size, 64))
        ours.append(image_to_tensor(painting).mean((0, 2, 3)).numpy())
        theirs.append(look.mean((0, 2, 3)).numpy())
    frechet = frechet_distance(np.stack(ours), np.stack(theirs))
    mean = np.mean([entry.measures["lpips_alex"] for entry in own])
    assert found[1].frechet == pytest.approx(frechet, rel=1e-4)
    assert found[1].value == pytest.approx((1 + mean) * (1 + frechet), rel=1e-4)
