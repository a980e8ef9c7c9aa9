"""How much memory an optimisation will take, known before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch

from impasto.device import available_memory_bytes
from impasto.encoders.vgg import CHANNELS_PER_BLOCK, CONVOLUTIONS_PER_BLOCK, VGG
from impasto.errors import MemoryLimitError
from impasto.image.contract import MIN_SIDE_PX

Size = tuple[int, int]

SHARE_OF_AVAILABLE = 0.85
"""Part of the free memory a run may plan to take."""

WORKSPACE_FACTOR = 4.0
"""Gradients, copies and scratch of the largest block, as a multiple of one full-size layer."""

FIXED_BYTES = 120 * 2**20
"""Scratch that does not grow with the image."""


@dataclass(frozen=True, kw_only=True)
class MemoryPlan:
    """What a run is expected to take beyond what is loaded, and how it will be computed.

    Attributes:
        estimate_bytes: Expected peak.
        available_bytes: What is free now, or ``None`` where it cannot be told.
        recompute: Whether activations are computed twice to save memory.
    """

    estimate_bytes: int
    available_bytes: int | None
    recompute: bool


def plan_memory(
    encoder: VGG, size: Size, layers: Iterable[str], *, history: int, device: torch.device
) -> MemoryPlan:
    """Decide how a run of ``size`` fits into memory, before it starts.

    Args:
        encoder: The encoder the losses use.
        size: (H, W) of the largest image.
        layers: Layers the losses use.
        history: Pairs of vectors the optimiser keeps.
        device: Where the run happens.

    Raises:
        MemoryLimitError: if it would not fit even with recomputation; the message
            gives the longest side that does.
    """
    available = available_memory_bytes(device)
    wanted = tuple(layers)
    for recompute in (False, True):
        estimate = estimate_bytes(encoder, size, wanted, history=history, recompute=recompute)
        if available is None or estimate <= available * SHARE_OF_AVAILABLE:
            return MemoryPlan(
                estimate_bytes=estimate, available_bytes=available, recompute=recompute
            )
    fits = _longest_side_that_fits(encoder, size, wanted, history, available or 0)
    advice = f"--size {fits} fits" if fits >= MIN_SIDE_PX else "free some memory first"
    raise MemoryLimitError(
        f"{size[1]}x{size[0]} px needs about {estimate / 2**30:.1f} GiB, but only "
        f"{(available or 0) / 2**30:.1f} GiB are free; {advice}."
    )


def estimate_bytes(
    encoder: VGG, size: Size, layers: tuple[str, ...], *, history: int, recompute: bool
) -> int:
    """Expected peak of one optimisation beyond the encoder itself, in bytes.

    Counts one kept activation per convolution (its rectified output; frozen weights
    need no other), the largest block's gradients and scratch, and the optimiser's history.
    """
    pixels = size[0] * size[1]
    counts = CONVOLUTIONS_PER_BLOCK[encoder.architecture]
    deepest = max((int(layer[4]) for layer in layers), default=0)
    blocks = [
        pixels / 4**index * channels * encoder.dtype.itemsize
        for index, channels in enumerate(CHANNELS_PER_BLOCK[:deepest])
    ]
    kept = sum(layer * count for layer, count in zip(blocks, counts, strict=False))
    if recompute:
        kept = sum(blocks) + max(
            (layer * count for layer, count in zip(blocks, counts, strict=False)), default=0
        )
    workspace = WORKSPACE_FACTOR * max(blocks, default=0)
    vectors = (2 * history + 10) * pixels * 3 * 4
    return int(FIXED_BYTES + kept + workspace + vectors)


def _longest_side_that_fits(
    encoder: VGG, size: Size, layers: tuple[str, ...], history: int, available: int
) -> int:
    low, high = 0, max(size)
    while high - low > 8:
        side = (low + high) // 2
        scaled = (
            max(1, round(size[0] * side / max(size))),
            max(1, round(size[1] * side / max(size))),
        )
        estimate = estimate_bytes(encoder, scaled, layers, history=history, recompute=True)
        if estimate <= available * SHARE_OF_AVAILABLE:
            low = side
        else:
            high = side
    return low
