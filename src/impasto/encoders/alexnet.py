"""AlexNet's convolutions, as torchvision trained them: the backbone of LPIPS in ArtFID."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from impasto.errors import UnknownNameError, WeightsDamagedError
from impasto.weights.catalog import TORCHVISION_PREPROCESSING
from impasto.weights.checksum import remembered_sha256
from impasto.weights.store import load_checkpoint

SHA256_BEGINS = "7be5be79"
"""How the checksum of torchvision's file begins; the file's name says so."""

# name: (channels, kernel, stride, padding, place among torchvision's features)
CONVOLUTIONS = {
    "conv1": (64, 11, 4, 2, 0),
    "conv2": (192, 5, 1, 2, 3),
    "conv3": (384, 3, 1, 1, 6),
    "conv4": (256, 3, 1, 1, 8),
    "conv5": (256, 3, 1, 1, 10),
}
POOLED = ("conv2", "conv3")
"""Before these there is a max pooling of 3 x 3 with stride 2."""


class AlexNet(nn.Module):
    """From sRGB images in [0, 1] to ``relu1`` … ``relu5``; frozen.

    Args:
        weights: ``conv1.weight``, ``conv1.bias`` …

    Source: Krizhevsky 2014 ("one weird trick"), as in torchvision.
    """

    _mean: torch.Tensor
    _std: torch.Tensor

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        channels = 3
        for name, (width, kernel, stride, padding, _) in CONVOLUTIONS.items():
            self.add_module(name, nn.Conv2d(channels, width, kernel, stride, padding))
            channels = width
        self.load_state_dict(weights)
        preprocessing = TORCHVISION_PREPROCESSING
        self.register_buffer("_mean", torch.tensor(preprocessing.mean).view(1, 3, 1, 1), False)
        self.register_buffer("_std", torch.tensor(preprocessing.std).view(1, 3, 1, 1), False)
        self.requires_grad_(False)

    def forward(self, image: torch.Tensor, layers: Iterable[str]) -> dict[str, torch.Tensor]:
        """Features by layer.

        Args:
            image: (B, 3, H, W), sides of at least 63 px.
            layers: Of ``relu1`` … ``relu5``.

        Raises:
            UnknownNameError: if there is no such layer.
        """
        wanted = set(layers)
        known = {f"relu{index}" for index in range(1, 6)}
        if wanted - known:
            raise UnknownNameError(f"alexnet has {sorted(known)}, got {sorted(wanted - known)}.")
        found = {}
        features = (image - self._mean) / self._std
        for name in CONVOLUTIONS:
            if name in POOLED:
                features = F.max_pool2d(features, 3, 2)
            features = F.relu(self.get_submodule(name)(features))
            layer = name.replace("conv", "relu")
            if layer in wanted:
                found[layer] = features
        return found


def load_alexnet(path: str | os.PathLike[str]) -> AlexNet:
    """AlexNet from the file that torchvision publishes, ``alexnet-owt-7be5be79.pth``.

    Args:
        path: The file. Its whole checksum is not known to Impasto; torchvision puts the
            first digits into the name, and those are held against the file.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it is not that file.
    """
    state = load_checkpoint(path)
    found = remembered_sha256(Path(path))
    if not found.startswith(SHA256_BEGINS):
        raise WeightsDamagedError(
            f"{path}: expected torchvision's alexnet-owt-7be5be79.pth, whose sha256 begins with "
            f"{SHA256_BEGINS}, got {found[:8]}; fetch it again."
        )
    weights = {}
    for name, (*_, place) in CONVOLUTIONS.items():
        for part in ("weight", "bias"):
            key = f"features.{place}.{part}"
            if key not in state:
                raise WeightsDamagedError(f"{path}: expected torchvision's AlexNet, has no {key}.")
            weights[f"{name}.{part}"] = state[key].float()
    try:
        return AlexNet(weights)
    except RuntimeError as error:
        raise WeightsDamagedError(f"{path}: expected torchvision's AlexNet: {error}.") from error
