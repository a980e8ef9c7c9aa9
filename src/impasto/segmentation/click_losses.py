"""What the click network is judged by while it learns."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F

from impasto.segmentation.click_network import ClickMasks
from impasto.segmentation.training_objects import Targets

ENTROPY_WEIGHT = 2.0
EVERY_CANDIDATE = 0.05
"""Share of the loss of all candidates beside that of the best, so that none is forgotten."""
EDGE_FACTOR = 4.0


def mask_loss(
    masks: ClickMasks, wanted: torch.Tensor, valid: torch.Tensor, *, first: bool
) -> torch.Tensor:
    """Cross entropy and soft IoU: of the sure mask, and of the best candidate; and of quality.

    Args:
        masks: The answers to B sets of prompts.
        wanted: (B, 1, h, w) in [0, 1].
        valid: (1, 1, h, w) in [0, 1], the share of each cell that is labelled.
        first: Whether there was one click only, which the candidates are for.

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
    each = ENTROPY_WEIGHT * entropy + soft
    candidates = each[:, 1:].amin(1) + EVERY_CANDIDATE * each[:, 1:].mean(1)
    found = overlap(logits.detach() > 0, wanted, valid)
    quality = F.mse_loss(masks.quality.float().sigmoid(), found)
    sure, several = (0.4, 1.0) if first else (1.0, 0.2)
    return (sure * each[:, 0] + several * candidates).mean() + quality


def likeness_loss(
    likeness: Mapping[int, torch.Tensor], wanted: torch.Tensor, valid: torch.Tensor
) -> torch.Tensor:
    """Cross entropy of the masks that likeness to the clicks alone would give.

    Inside and outside weigh the same, so that small objects teach as much as large ones.
    """
    total = wanted.new_zeros(())
    for logits in likeness.values():
        size = (int(logits.shape[-2]), int(logits.shape[-1]))
        inside = F.adaptive_avg_pool2d(wanted, size)
        ok = F.adaptive_avg_pool2d(valid, size)
        share = (inside * ok).sum((2, 3), keepdim=True) / ok.sum((2, 3), keepdim=True)
        share = share.clamp(0.02, 0.98)
        weight = ok * (inside / share + (1 - inside) / (1 - share)) / 2
        entropy = F.binary_cross_entropy_with_logits(logits.float(), inside, reduction="none")
        total = total + (entropy * weight).mean() / len(likeness)
    return total


def edge_loss(logits: torch.Tensor, targets: Targets) -> torch.Tensor:
    """Cross entropy of the borders where they are known, those there are four times as heavy."""
    edges = torch.from_numpy(targets.edges)[None, None]
    weight = torch.from_numpy(targets.edges_known)[None, None] * (1 + (EDGE_FACTOR - 1) * edges)
    loss = F.binary_cross_entropy_with_logits(logits, edges, weight=weight, reduction="sum")
    return torch.as_tensor(loss / weight.sum().clamp(min=1))


def overlap(masks: torch.Tensor, wanted: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
    """(B, N) intersection over union of masks (B, N, h, w) with objects (B, 1, h, w)."""
    inside = (wanted > 0.5).expand_as(masks)
    ok = (valid > 0.5).expand_as(masks)
    shared = (masks & inside & ok).sum((2, 3))
    return shared / ((masks | inside) & ok).sum((2, 3)).clamp(min=1)
