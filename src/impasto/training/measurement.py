"""What a network reached, on photographs it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.losses.perceptual import (
    StyleTargets,
    content_distances,
    style_distances,
    style_targets,
)
from impasto.metrics.content_distance import CONTENT_LAYER
from impasto.metrics.style_distance import STYLE_LAYERS
from impasto.networks.catalog import Network
from impasto.progress import Cancellation, ProgressCallback, ProgressEvent, Stopwatch
from impasto.training.samples import stylize_row


def measure(
    net: Network,
    encoder: VGG,
    images: Sequence[torch.Tensor],
    style_images: Sequence[torch.Tensor],
    *,
    on_progress: ProgressCallback | None = None,
    cancellation: Cancellation | None = None,
) -> list[dict[str, float]]:
    """Style left and content distance of each style, means over photographs.

    The same measures as :mod:`impasto.metrics.style_left` and
    :mod:`impasto.metrics.content_distance`, but what styles and photographs have in common
    is computed once.

    Args:
        net: The network; its rows are the identity and the styles.
        encoder: Judges; VGG-19 with max pooling, so that numbers compare.
        images: Photographs, each (1, 3, H, W) in [0, 1].
        style_images: Each (1, 3, H, W) in [0, 1].
        on_progress: Told of every photograph.
        cancellation: Leaves out the photographs that are not measured yet.

    Returns:
        For each style ``style_left`` and ``content_distance``; empty without photographs.
    """
    targets = style_targets(encoder, style_images, STYLE_LAYERS)
    watch, found = Stopwatch(), []
    for number, image in enumerate(images, start=1):
        if cancellation is not None and cancellation.is_cancelled:
            break
        found.append(_measure_photo(net, encoder, image, targets))
        if on_progress is not None:
            on_progress(
                ProgressEvent(
                    stage="measuring",
                    step=number,
                    total=len(images),
                    elapsed_s=watch.elapsed_s,
                    remaining_s=watch.remaining_s(number, len(images)),
                )
            )
    if not found:
        return [{} for _ in style_images]
    means = torch.tensor(found).mean(0).tolist()
    return [
        {"style_left": round(left, 4), "content_distance": round(content, 4)}
        for left, content in means
    ]


def _measure_photo(
    net: Network, encoder: VGG, image: torch.Tensor, targets: StyleTargets
) -> list[tuple[float, float]]:
    """(style left, content distance) of each style on one photograph."""
    layers = (*STYLE_LAYERS, CONTENT_LAYER)
    with torch.no_grad():
        photograph = encoder(image, layers)
        found = []
        for style in range(len(targets)):
            features = encoder(stylize_row(net, image, style + 1), layers)
            chosen = torch.tensor([style], device=image.device)
            start = style_distances(photograph, targets, chosen).item()
            distance = style_distances(features, targets, chosen).item()
            content = content_distances(features[CONTENT_LAYER], photograph[CONTENT_LAYER])
            found.append((distance / start if start else 0.0, content.item()))
    return found
