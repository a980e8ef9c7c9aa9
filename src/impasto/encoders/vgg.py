"""VGG-16 and VGG-19 as image encoders whose layers have names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

from impasto.errors import OptionError, UnknownNameError
from impasto.weights.catalog import Preprocessing

Pooling = Literal["average", "max"]
POOLINGS: tuple[Pooling, ...] = ("average", "max")
Border = Literal["zeros", "replicate"]
BORDERS: tuple[Border, ...] = ("zeros", "replicate")

CONVOLUTIONS_PER_BLOCK: Mapping[str, tuple[int, ...]] = {
    "vgg16": (2, 2, 3, 3, 3),
    "vgg19": (2, 2, 4, 4, 4),
}
CHANNELS_PER_BLOCK = (64, 128, 256, 512, 512)


def layer_names(architecture: str) -> tuple[str, ...]:
    """Names of all layers in order: ``conv1_1``, ``relu1_1``, ``conv1_2`` … ``relu5_4``."""
    return tuple(
        f"{kind}{block}_{index}"
        for block, count in enumerate(CONVOLUTIONS_PER_BLOCK[architecture], start=1)
        for index in range(1, count + 1)
        for kind in ("conv", "relu")
    )


class VGG(nn.Module):
    """The convolutional part of VGG, frozen, from sRGB images to named features.

    ``convB_I`` is the response of a convolution, ``reluB_I`` the same after the
    rectifier. What the literature calls *conv4_2* is ``relu4_2`` here: Caffe, in
    which the original was written, rectified in place.

    Args:
        architecture: ``vgg16`` or ``vgg19``.
        weights: ``convB_I.weight`` and ``convB_I.bias`` for each convolution.
        preprocessing: What the weights were trained to see; applied inside.
        pooling: ``average`` (Gatys et al.: smoother gradients) or ``max`` (as trained).
        border: What the first convolution sees beyond the image: ``zeros`` (as trained) or
            ``replicate``, the nearest pixel. Zeros are an edge around the picture, which an
            optimiser answers with a coloured fringe.

    Source: Simonyan, Zisserman 2015, configurations D and E.
    """

    _mean: torch.Tensor
    _std: torch.Tensor

    def __init__(
        self,
        architecture: str,
        weights: Mapping[str, torch.Tensor],
        *,
        preprocessing: Preprocessing,
        pooling: Pooling = "average",
        border: Border = "zeros",
    ) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise OptionError(f"pooling: expected {' or '.join(POOLINGS)}, got {pooling!r}.")
        if border not in BORDERS:
            raise OptionError(f"border: expected {' or '.join(BORDERS)}, got {border!r}.")
        self.architecture = architecture
        self.pooling: Pooling = pooling
        self.preprocessing = preprocessing
        self.layers = layer_names(architecture)
        self.convolutions = nn.ModuleDict()
        channels = 3
        for name in self.layers[::2]:
            self.convolutions[name] = self._convolution(name, channels, border)
            channels = CHANNELS_PER_BLOCK[int(name[4]) - 1]
        self.convolutions.load_state_dict(dict(weights))
        self.register_buffer("_mean", torch.tensor(preprocessing.mean).view(1, 3, 1, 1))
        self.register_buffer("_std", torch.tensor(preprocessing.std).view(1, 3, 1, 1))
        self.requires_grad_(False)
        for weight in (each for each in self.parameters() if each.ndim == 4):
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)

    def _convolution(self, name: str, in_channels: int, border: Border) -> nn.Module:
        """Make a convolution, its weights yet to be loaded."""
        replicates = border == "replicate" and name == "conv1_1"
        mode: Literal["replicate", "zeros"] = "replicate" if replicates else "zeros"
        width = CHANNELS_PER_BLOCK[int(name[4]) - 1]
        return nn.Conv2d(in_channels, width, 3, padding=1, padding_mode=mode)

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the weights and of the features."""
        weight = self.convolutions["conv1_1"].weight
        assert isinstance(weight, torch.Tensor)
        return weight.dtype

    def check_layers(self, names: Iterable[str]) -> None:
        """Raise if one of ``names`` is not a layer of this encoder.

        Raises:
            UnknownNameError: naming the layer and those there are.
        """
        for name in names:
            if name not in self.layers:
                raise UnknownNameError(
                    f"{self.architecture} has no layer {name!r}; it has {', '.join(self.layers)}."
                )

    def preprocess(self, image: torch.Tensor) -> torch.Tensor:
        """Turn sRGB in [0, 1] into what the weights were trained on, (B, 3, H, W) float32."""
        if self.preprocessing.channel_order == "BGR":
            image = image.flip(1)
        return (image * self.preprocessing.scale - self._mean.float()) / self._std.float()

    def forward(
        self, image: torch.Tensor, layers: Iterable[str], *, recompute: bool = False
    ) -> dict[str, torch.Tensor]:
        """Encode ``image`` and stop at the deepest layer asked for.

        Args:
            image: (B, 3, H, W), sRGB in [0, 1]; values outside are not clamped.
            layers: Names of the layers wanted.
            recompute: Keep no activations inside a block and compute them again
                in the backward pass: about half the memory for a third more time.

        Returns:
            For each layer its features (B, C, H / 2^b, W / 2^b) in :attr:`dtype`.

        Raises:
            UnknownNameError: if a layer does not exist.
        """
        wanted = set(layers)
        self.check_layers(wanted)
        features: dict[str, torch.Tensor] = {}
        x = self.preprocess(image).to(self.dtype, memory_format=torch.channels_last)
        for block in range(1, len(CHANNELS_PER_BLOCK) + 1):
            if not wanted - features.keys():
                break
            names = [name for name in self.layers[::2] if int(name[4]) == block]
            if recompute:
                found = checkpoint(self._block, x, names, wanted, use_reentrant=False)
            else:
                found = self._block(x, names, wanted)
            x = found.pop("output")
            features.update(found)
        return features

    def _block(
        self, x: torch.Tensor, names: list[str], wanted: set[str]
    ) -> dict[str, torch.Tensor]:
        """Run one block of convolutions: pool before it, stop after its last layer wanted."""
        found: dict[str, torch.Tensor] = {}
        if not names[0].startswith("conv1_"):
            x = F.avg_pool2d(x, 2) if self.pooling == "average" else F.max_pool2d(x, 2)
        deeper = any(int(name[4]) > int(names[0][4]) for name in wanted)
        last = max((i for i, n in enumerate(names) if {n, _relu(n)} & wanted), default=-1)
        for name in names if deeper else names[: last + 1]:
            x = self.convolutions[name](x)
            if name in wanted:
                found[name] = x
                x = F.relu(x)
            else:
                x = F.relu_(x)
            if _relu(name) in wanted:
                found[_relu(name)] = x
        return {**found, "output": x}


def _relu(convolution: str) -> str:
    return convolution.replace("conv", "relu")
