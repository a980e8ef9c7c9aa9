"""Train what ``segmentation/`` ships: ``python -m scripts.train_segmentation MASKS WORK``.

MASKS holds ``objects/``, photographs with label maps and an ``index.csv``, and ``bsds500/``,
photographs with ``NAME_coarse.png`` and ``NAME_fine.png``. WORK keeps the result of each stage,
which is then skipped. The last stage writes the weights file into the package and prints its
entry for ``weights/catalog.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from impasto.segmentation.click_network import FEATURE_CHANNELS, ClickNetwork
from impasto.segmentation.click_training import ClickTraining
from impasto.segmentation.deep_features import LAYERS, joined_layers
from impasto.segmentation.region_choice_training import fit_choice
from impasto.segmentation.training_objects import LabelledPhoto, split
from impasto.segmentation.training_processes import train_together
from impasto.segmentation.training_views import whole_view
from impasto.weights.places import SHIPPED_FOLDER

FILE = SHIPPED_FOLDER / "segmentation.safetensors"
REDUCTION_PHOTOS = 40
POSITIONS = 400
CHOICE_PHOTOS = 170

Tensors = dict[str, torch.Tensor]


def fit_reduction(photos: list[LabelledPhoto]) -> Tensors:
    """Principal components of each stride's layers, each layer first brought to variance 1.

    A component is divided by the fourth root of its variance: half-way to whitening.
    """
    random_numbers = np.random.default_rng(0)
    samples: dict[int, list[np.ndarray]] = {stride: [] for stride in LAYERS}
    widths: dict[int, list[int]] = {}
    for photo in photos:
        with torch.inference_mode():
            found = joined_layers(whole_view(photo).image)
        for stride, layers in found.items():
            positions = layers[0].flatten(1).T.numpy()
            kept = random_numbers.permutation(len(positions))[:POSITIONS]
            samples[stride].append(positions[kept])
            widths[stride] = [LAYER_WIDTHS[name[4]] for name in LAYERS[stride]]
    reduction: Tensors = {}
    for stride, found_here in samples.items():
        matrix, shift = _components(np.concatenate(found_here), widths[stride], stride)
        reduction[f"reduce.{stride}.weight"] = torch.from_numpy(matrix).float()
        reduction[f"reduce.{stride}.bias"] = torch.from_numpy(shift).float()
    return reduction


LAYER_WIDTHS = {"1": 64, "2": 128, "3": 256, "4": 512, "5": 512}
"""Channels of VGG-19's layers, by the number of their block."""


def _components(
    values: np.ndarray, widths: list[int], stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """The matrix and the shift from layers to components."""
    values = values.astype(np.float64)
    parts = np.split(values, np.cumsum(widths)[:-1], axis=1)
    scale = np.concatenate([np.full(part.shape[1], part.std()) for part in parts])
    centred = (values - values.mean(0)) / scale
    variance, vectors = np.linalg.eigh(np.cov(centred.T))
    count = FEATURE_CHANNELS[stride]
    matrix = vectors[:, ::-1][:, :count] / variance[::-1][:count] ** 0.25
    matrix /= np.sqrt((centred @ matrix).var(0).mean())
    weight = (matrix / scale[:, None]).T
    return weight, -weight @ values.mean(0)


def once(file: Path, make: Callable[[], Tensors]) -> Tensors:
    """The tensors of a file, made if it is not there."""
    if not file.exists():
        tensors = {name: each.contiguous() for name, each in make().items()}
        unfinished = file.with_suffix(".part")
        save_file(tensors, unfinished)
        unfinished.replace(file)
    return load_file(file)


def write(*parts: Tensors) -> None:
    """Write the weights file and print what the catalogue says of it."""
    tensors = {name: each.half().contiguous() for part in parts for name, each in part.items()}
    FILE.parent.mkdir(exist_ok=True)
    save_file(tensors, FILE)
    FILE.chmod(0o644)
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    print(f'sha256="{digest}",\nsize_bytes={FILE.stat().st_size:_},')


def shipped_weights() -> tuple[Tensors, Tensors]:
    """The reduction and the network of the package, in float32."""
    tensors = {name: each.float() for name, each in load_file(FILE).items()}
    network = {
        name.removeprefix("network."): each
        for name, each in tensors.items()
        if name.startswith("network.")
    }
    return {name: each for name, each in tensors.items() if name.startswith("reduce.")}, network


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.train_segmentation")
    parser.add_argument("masks", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=ClickTraining().minutes)
    parser.add_argument("--learning-rate", type=float, default=ClickTraining().learning_rate)
    parser.add_argument("--seed", type=int, default=ClickTraining().seed)
    parser.add_argument(
        "--go-on", action="store_true", help="begin with the weights that ship, not at random"
    )
    parser.add_argument("--processes", type=int, default=max(1, torch.get_num_threads()))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    photos = list(split(arguments.masks).training)
    random.Random(0).shuffle(photos)
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    shipped, begin = shipped_weights() if arguments.go_on else (None, None)
    reduction = once(
        work / "reduction.safetensors",
        lambda: shipped or fit_reduction(photos[:REDUCTION_PHOTOS]),
    )
    options = ClickTraining(
        minutes=arguments.minutes, learning_rate=arguments.learning_rate, seed=arguments.seed
    )
    network = once(
        work / "network.safetensors",
        lambda: train_together(photos, reduction, options, arguments.processes, begin),
    )
    clicks = ClickNetwork()
    clicks.load_state_dict(network)
    choice = once(
        work / "choice.safetensors",
        lambda: fit_choice(photos[:CHOICE_PHOTOS], reduction, clicks.eval()),
    )
    write(reduction, {f"network.{name}": each for name, each in network.items()}, choice)


if __name__ == "__main__":
    main()
