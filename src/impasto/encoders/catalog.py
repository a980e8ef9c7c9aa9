"""The encoders there are, by name, and the one function that builds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from impasto.device import DeviceChoice, choose_device
from impasto.encoders.slim import SLIM_ARCHITECTURE, SlimVGG
from impasto.encoders.vgg import VGG, Border, Pooling
from impasto.errors import UnknownNameError
from impasto.progress import ProgressCallback
from impasto.weights.catalog import get_weights
from impasto.weights.store import ensure, load, load_tensors


@dataclass(frozen=True, kw_only=True)
class EncoderSpec:
    """An encoder: its architecture, the weights it uses, and a line about it."""

    name: str
    weights: str
    description: str


ENCODERS: Mapping[str, EncoderSpec] = {
    "vgg19": EncoderSpec(
        name="vgg19",
        weights="vgg19",
        description="the original Oxford VGG-19, 8-bit; the network of Gatys et al.",
    ),
    "vgg19-slim": EncoderSpec(
        name="vgg19-slim",
        weights="vgg19-slim",
        description="VGG-19 by convolutions of low rank: a seventh of the arithmetic; ships",
    ),
    "vgg19-torchvision": EncoderSpec(
        name="vgg19-torchvision",
        weights="vgg19-torchvision",
        description="VGG-19 trained again by torchvision; a download of 548 MiB",
    ),
    "vgg16": EncoderSpec(
        name="vgg16",
        weights="vgg16",
        description="VGG-16 by torchvision; a download of 528 MiB",
    ),
}


def get_encoder(name: str) -> EncoderSpec:
    """The specification of the encoder called ``name``.

    Raises:
        UnknownNameError: naming the encoders there are.
    """
    if name not in ENCODERS:
        raise UnknownNameError(f"encoder: expected one of {', '.join(ENCODERS)}, got {name!r}.")
    return ENCODERS[name]


def load_encoder(
    name: str = "vgg19",
    *,
    pooling: Pooling = "average",
    border: Border = "zeros",
    device: DeviceChoice | None = None,
    weights_path: Path | None = None,
    on_progress: ProgressCallback | None = None,
) -> VGG:
    """Build an encoder with its verified weights on a device.

    Args:
        name: A key of :data:`ENCODERS`.
        pooling: ``average`` or ``max``.
        border: ``zeros``, or ``replicate`` for images that are optimised.
        device: Device and precision; chosen automatically when ``None``.
        weights_path: A weights file to use instead of searching for it.
        on_progress: Told about a download, should one be needed.

    Raises:
        UnknownNameError: if there is no such encoder.
        WeightsNotFoundError: if the weights are not here and cannot be fetched.
        WeightsDamagedError: if the file found is not the one promised.
    """
    spec = get_weights(get_encoder(name).weights)
    choice = device or choose_device()
    if spec.architecture == SLIM_ARCHITECTURE:
        file = ensure(spec, path=weights_path, on_progress=on_progress)
        encoder: VGG = SlimVGG(
            {key: value.float() for key, value in load_tensors(file).items()},
            preprocessing=spec.preprocessing,
            pooling=pooling,
            border=border,
        )
    else:
        encoder = VGG(
            spec.architecture,
            load(spec, path=weights_path, on_progress=on_progress),
            preprocessing=spec.preprocessing,
            pooling=pooling,
            border=border,
        )
    encoder.convolutions.to(choice.dtype)
    return encoder.to(choice.device)
