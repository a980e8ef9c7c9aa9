"""LPIPS as published: backbones and their linear weights, loaded."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.alexnet import load_alexnet
from impasto.encoders.catalog import load_encoder
from impasto.metrics.perceptual_distance import PerceptualJudge
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure, load_tensors

VGG_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")
ALEX_LAYERS = ("relu1", "relu2", "relu3", "relu4", "relu5")


def load_vgg_judge(
    *, path: str | os.PathLike[str] | None = None, device: DeviceChoice | None = None
) -> PerceptualJudge:
    """LPIPS on VGG-16.

    Args:
        path: The file of the weights ``vgg16``, or its folder; by default they are looked
            for, and downloaded if that is allowed.
        device: Where it runs; float32 whatever its precision.

    Raises:
        WeightsNotFoundError: if the backbone is not here and cannot be fetched.
        WeightsDamagedError: if a file is not the one promised.
    """
    choice = choose_device("cpu", "float32") if device is None else device
    encoder = load_encoder(
        "vgg16",
        pooling="max",
        device=choose_device(str(choice.device), "float32"),
        weights_path=None if path is None else Path(path),
    )
    return PerceptualJudge(
        backbone="vgg", encoder=encoder, weights=_linear("lpips-vgg", VGG_LAYERS, choice)
    )


def load_alex_judge(
    path: str | os.PathLike[str], *, device: DeviceChoice | None = None
) -> PerceptualJudge:
    """LPIPS on AlexNet, as ArtFID uses it.

    Args:
        path: torchvision's ``alexnet-owt-7be5be79.pth``.
        device: Where it runs.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it is not that file.
    """
    choice = choose_device("cpu", "float32") if device is None else device
    return PerceptualJudge(
        backbone="alex",
        encoder=load_alexnet(path).to(choice.device),
        weights=_linear("lpips-alex", ALEX_LAYERS, choice),
    )


def _linear(name: str, layers: tuple[str, ...], choice: DeviceChoice) -> dict[str, torch.Tensor]:
    stored = load_tensors(ensure(get_weights(name)))
    return {layer: stored[layer].to(choice.device) for layer in layers}
