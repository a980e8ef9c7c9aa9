"""The end of a training: measured on photographs held out, and written with its card."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG, Pooling
from impasto.progress import Cancellation, ProgressCallback
from impasto.training.descent import Descent
from impasto.training.history import History
from impasto.training.measurement import measure
from impasto.training.package import CardDetails, rounded_to_half, write_network
from impasto.training.samples import load_photos, sample_rows
from impasto.version import __version__
from impasto.weights.style_networks import StyleNetwork

JUDGE = "vgg19"
JUDGE_POOLING: Pooling = "max"
PREVIEW_PHOTOS = 4


def finish(
    descent: Descent,
    history: History,
    *,
    style_images: Sequence[torch.Tensor],
    held_out: Sequence[Path],
    data: dict[str, Any],
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> StyleNetwork:
    """Measure what was reached, and write the network.

    Args:
        descent: The training, done.
        history: Its losses.
        style_images: Each (1, 3, H, W) in [0, 1].
        held_out: Photographs to measure on.
        data: What the card says about the photographs.
        on_progress: Told of every photograph measured.
        cancellation: Measures on fewer.

    Raises:
        OutputError: if the network cannot be written.
    """
    job, recipe = descent.job, descent.recipe
    device = descent.processes.device
    net = rounded_to_half(descent.mean)
    images = load_photos(held_out, shorter_side=2 * recipe.crop_size)
    measured = measure(
        net.to(device.device),
        _judge(descent),
        [image.to(device.device) for image in images],
        style_images,
        on_progress=on_progress,
        cancellation=cancellation,
    )
    net = net.cpu()
    weights = descent.style_weights
    styles = {
        style.name: {
            **style.card_entry(),
            "style_weight": round(weights[style.name], 4),
            **found,
        }
        for style, found in zip(job.styles, measured, strict=True)
    }
    preview = load_photos(
        job.preview_photos or held_out,
        shorter_side=3 * recipe.crop_size // 2,
        count=PREVIEW_PHOTOS,
    )
    details = CardDetails(
        name=job.destination.name,
        styles=styles,
        licence=job.licence,
        recipe={"command": job.command(), **recipe.as_dict()},
        data={**data, "measured_on": len(images)},
        losses={"steps": descent.step, **history.reached()},
        training=_circumstances(descent),
    )
    return write_network(
        job.destination.folder,
        net,
        details,
        preview=sample_rows(net, preview, job.style_names),
        overwrite=job.force,
    )


def _judge(descent: Descent) -> VGG:
    """The encoder that numbers are compared by: the training's own, if it is that one."""
    recipe = descent.recipe
    if (recipe.encoder, recipe.pooling) == (JUDGE, JUDGE_POOLING):
        return descent.objective.encoder
    return load_encoder(JUDGE, pooling=JUDGE_POOLING, device=descent.processes.device)


def _circumstances(descent: Descent) -> dict[str, Any]:
    device = descent.processes.device
    return {
        "duration_s": round(descent.elapsed_s, 1),
        "skipped_steps": descent.skipped_steps,
        "device": str(device.device),
        "why": device.reason,
        "processes": descent.processes.count,
        "cpus": os.cpu_count(),
        "platform": f"{platform.system()} {platform.machine()}",
        "versions": {
            "impasto": __version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "lightning-fabric": version("lightning-fabric"),
        },
    }
