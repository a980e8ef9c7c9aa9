"""Train what ``segmentation/`` ships: ``python -m scripts.train_segmentation OBJECTS WORK``.

OBJECTS is a folder of photographs with label maps and an ``index.csv``; WORK keeps features
between runs. Each stage is skipped where its result lies in WORK already. The last writes the
weights file into the package and prints its entry for ``weights/catalog.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from impasto.encoders.catalog import load_encoder
from impasto.image.codec import open_image
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.segmentation.click_network import FEATURE_CHANNELS, ClickNetwork
from impasto.segmentation.click_training import ClickTraining, train
from impasto.segmentation.deep_features import LAYERS, RANGE, join, working_size
from impasto.segmentation.region_choice_training import fit_choice
from impasto.segmentation.training_objects import LabelledPhoto, list_photos
from impasto.weights.places import SHIPPED_FOLDER

FILE = SHIPPED_FOLDER / "segmentation.safetensors"
REDUCTION_PHOTOS = 40
POSITIONS = 400
CHOICE_PHOTOS = 240

Reduction = dict[str, torch.Tensor]


def fit_reduction(photos: list[LabelledPhoto]) -> Reduction:
    """Principal components of each stride's layers, each layer first brought to variance 1.

    A component is divided by the fourth root of its variance: half-way to whitening.
    """
    encoder = load_encoder("vgg19", pooling="max")
    random_numbers = np.random.default_rng(0)
    samples: dict[int, list[np.ndarray]] = {stride: [] for stride in LAYERS}
    for photo in photos:
        for stride, layers in look(encoder, photo).items():
            positions = torch.cat(layers, dim=1)[0].flatten(1).T.numpy()
            kept = random_numbers.permutation(len(positions))[:POSITIONS]
            samples[stride].append(positions[kept])
    reduction: Reduction = {}
    for stride, found in samples.items():
        values = np.concatenate(found).astype(np.float64)
        widths = [layer.shape[1] for layer in look(encoder, photos[0])[stride]]
        scale = np.concatenate(
            [np.full(w, part.std()) for w, part in zip(widths, _parts(values, widths), strict=True)]
        )
        centred = (values - values.mean(0)) / scale
        variance, vectors = np.linalg.eigh(np.cov(centred.T))
        count = FEATURE_CHANNELS[stride]
        matrix = vectors[:, ::-1][:, :count] / variance[::-1][:count] ** 0.25
        matrix /= np.sqrt((centred @ matrix).var(0).mean())
        weight = (matrix / scale[:, None]).T
        reduction[f"reduce.{stride}.weight"] = torch.from_numpy(weight).float()
        reduction[f"reduce.{stride}.bias"] = torch.from_numpy(-weight @ values.mean(0)).float()
    return reduction


def look(encoder: torch.nn.Module, photo: LabelledPhoto) -> dict[int, list[torch.Tensor]]:
    """The layers of each stride, at its size."""
    picture = open_image(photo.photo_path)
    image = resize(image_to_tensor(picture), working_size(picture.size))
    names = [name for group in LAYERS.values() for name in group]
    with torch.inference_mode():
        found = encoder(image, names)
        return {s: join([found[n].float() / RANGE for n in names]) for s, names in LAYERS.items()}


def keep_features(photos: list[LabelledPhoto], reduction: Reduction, folder: Path) -> None:
    """Write the reduced features of each photograph, float16, unless they are there."""
    encoder = load_encoder("vgg19", pooling="max")
    folder.mkdir(parents=True, exist_ok=True)
    for index, photo in enumerate(photos):
        file = folder / f"{photo.folder}__{photo.name}.npz"
        if file.exists():
            continue
        arrays = {}
        for stride, layers in look(encoder, photo).items():
            weight = reduction[f"reduce.{stride}.weight"]
            bias = reduction[f"reduce.{stride}.bias"]
            maps = torch.einsum("oc,bchw->bhwo", weight, torch.cat(layers, dim=1)) + bias
            arrays[f"d{stride}"] = maps[0].half().numpy()
        np.savez(file, **arrays)
        if index % 100 == 0:
            logging.info("features of %d of %d photographs", index, len(photos))


def write(reduction: Reduction, network: ClickNetwork, choice: Reduction) -> None:
    tensors = {**reduction, **choice}
    tensors |= {f"network.{name}": value for name, value in network.state_dict().items()}
    FILE.parent.mkdir(exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in tensors.items()}, FILE)
    FILE.chmod(0o644)
    digest = hashlib.sha256(FILE.read_bytes()).hexdigest()
    print(f'sha256="{digest}",\nsize_bytes={FILE.stat().st_size:_},')


def _parts(values: np.ndarray, widths: list[int]) -> list[np.ndarray]:
    return np.split(values, np.cumsum(widths)[:-1], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.train_segmentation")
    parser.add_argument("objects", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=ClickTraining().minutes)
    parser.add_argument("--learning-rate", type=float, default=ClickTraining().learning_rate)
    parser.add_argument("--without", type=Path, help="a text file of names never to train on")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    held = set(arguments.without.read_text().split()) if arguments.without else set()
    everything = list_photos(arguments.objects)
    held |= {photo.name for photo in everything if photo.is_validation}
    photos = [photo for photo in everything if photo.name not in held]
    random.Random(0).shuffle(photos)
    arguments.work.mkdir(parents=True, exist_ok=True)
    reduced = arguments.work / "reduction.pt"
    if not reduced.exists():
        torch.save(fit_reduction(photos[:REDUCTION_PHOTOS]), reduced)
    reduction = torch.load(reduced)
    features = arguments.work / "features"
    keep_features(photos, reduction, features)
    trained = arguments.work / "network.pt"
    if not trained.exists():
        options = ClickTraining(minutes=arguments.minutes, learning_rate=arguments.learning_rate)
        torch.save(train(photos, features, options).state_dict(), trained)
    network = ClickNetwork()
    network.load_state_dict(torch.load(trained))
    write(reduction, network, fit_choice(photos[:CHOICE_PHOTOS], features))


if __name__ == "__main__":
    main()
