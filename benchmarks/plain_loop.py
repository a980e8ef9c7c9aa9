"""The peer everyone writes first: fp32, contiguous, autograd's own Gram matrix, no tricks.

Same network, objective and optimiser as ours, so that only the engine differs.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from benchmarks.pictures import load
from impasto.image.codec import save_image
from impasto.image.tensor import tensor_to_picture
from impasto.stylizers.options import GatysOptions
from impasto.weights.catalog import get_weights
from impasto.weights.store import load as load_weights

MEAN = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
CONVOLUTIONS = (2, 2, 4, 4, 1)


def features(image: torch.Tensor, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    x, found = image.flip(1) * 255 - MEAN, {}
    for block, count in enumerate(CONVOLUTIONS, start=1):
        x = F.avg_pool2d(x, 2) if block > 1 else x
        for index in range(1, count + 1):
            name = f"conv{block}_{index}"
            x = F.relu(F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1))
            found[f"relu{block}_{index}"] = x
    return found


def gram(value: torch.Tensor) -> torch.Tensor:
    flat = value[0].flatten(1)
    return flat @ flat.T / flat.shape[1]


def run(content_path: Path, style_path: Path, output: Path, evaluations: int) -> None:
    options = GatysOptions()
    weights = load_weights(get_weights("vgg19"))
    content = load(content_path)
    with torch.no_grad():
        target = features(content, weights)[options.content_layer]
        style = features(load(style_path), weights)
        grams = {layer: gram(style[layer]) for layer in options.style_layers}
    image = content.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([image], max_iter=1, history_size=options.history)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        found = features(image, weights)
        loss = options.content_weight * (found[options.content_layer] - target).square().sum()
        loss = loss / target.square().sum()
        for layer, goal in grams.items():
            distance = (gram(found[layer]) - goal).square().sum() / goal.square().sum()
            loss = loss + options.style_weight / len(grams) * distance
        variation = (image[:, :, 1:] - image[:, :, :-1]).abs().sum()
        variation = variation + (image[..., 1:] - image[..., :-1]).abs().sum()
        loss = loss + options.tv_weight * variation / (2 * image.shape[2] * image.shape[3])
        loss.backward()
        return loss

    for _ in range(evaluations):
        optimizer.step(closure)
    save_image(tensor_to_picture(image.detach().clamp(0, 1)), output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--evaluations", type=int, required=True)
    given = parser.parse_args()
    run(given.content, given.style, given.output, given.evaluations)
