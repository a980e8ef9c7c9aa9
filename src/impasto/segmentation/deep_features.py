"""VGG-19 features of a photograph, reduced to a few channels at three strides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from impasto.device import choose_device

if TYPE_CHECKING:
    import torch

    from impasto.encoders.vgg import VGG
    from impasto.image.picture import Picture

WEIGHTS = "segmentation"
SIDE_PX = 448
"""The longest side photographs are looked at with."""
STEP_PX = 16
RANGE = 1024.0
"""Features are divided by this first: the matrices are then of a size float16 is exact at."""
LAYERS: Mapping[int, tuple[str, ...]] = {
    16: ("conv5_2", "conv5_4"),
    8: ("conv4_2", "conv4_4"),
    4: ("conv2_2", "conv3_2", "conv3_4"),
}
"""The layers that are joined at each stride."""


@dataclass(frozen=True, kw_only=True)
class DeepFeatures:
    """A photograph at working size and what VGG-19 says of it.

    Attributes:
        image: (1, 3, h, w) float32 sRGB in [0, 1]; h and w are multiples of 16.
        maps: stride to (1, C, h / stride, w / stride) float32.
    """

    image: torch.Tensor
    maps: Mapping[int, torch.Tensor]


def working_size(size: tuple[int, int]) -> tuple[int, int]:
    """(h, w) a photograph of ``size`` is looked at with: multiples of 16, longest side 448.

    Example:
        >>> working_size((800, 1200))
        (304, 448)
    """
    scale = SIDE_PX / max(size)
    height, width = (max(2, round(side * scale / STEP_PX)) * STEP_PX for side in size)
    return height, width


def deep_features(picture: Picture) -> DeepFeatures:
    """Look at a photograph with VGG-19, by the reduction that ships as weights."""
    from impasto.image.resize import resize
    from impasto.image.tensor import image_to_tensor

    image = resize(image_to_tensor(picture), working_size(picture.size))
    return DeepFeatures(image=image, maps=reduced_features(image, segmentation_weights()))


def reduced_features(
    image: torch.Tensor, tensors: Mapping[str, torch.Tensor]
) -> dict[int, torch.Tensor]:
    """VGG-19's layers, joined at each stride and reduced to their principal components.

    Args:
        image: (1, 3, h, w) sRGB in [0, 1], h and w multiples of 16.
        tensors: ``reduce.STRIDE.weight`` and ``reduce.STRIDE.bias``, for layers divided by
            :data:`RANGE`.

    Returns: stride to (1, C, h / stride, w / stride) float32.
    """
    import torch
    import torch.nn.functional as F

    with torch.inference_mode():
        return {
            stride: F.conv2d(
                layers,
                tensors[f"reduce.{stride}.weight"].float()[:, :, None, None],
                tensors[f"reduce.{stride}.bias"].float(),
            )
            for stride, layers in joined_layers(image).items()
        }


def joined_layers(image: torch.Tensor) -> dict[int, torch.Tensor]:
    """The layers of each stride, averaged to the size of the last, the smallest.

    Args:
        image: (1, 3, h, w) sRGB in [0, 1].

    Returns: stride to (1, C, h / stride, w / stride) float32, divided by :data:`RANGE`.
    """
    import torch
    import torch.nn.functional as F

    found = _encoder()(image, [name for names in LAYERS.values() for name in names])
    joined = {}
    for stride, names in LAYERS.items():
        size = (int(found[names[-1]].shape[-2]), int(found[names[-1]].shape[-1]))
        layers = [F.adaptive_avg_pool2d(found[name], size) for name in names]
        joined[stride] = torch.cat(layers, dim=1).float() / RANGE
    return joined


@lru_cache(maxsize=1)
def _encoder() -> VGG:
    from impasto.encoders.catalog import load_encoder

    return load_encoder("vgg19", pooling="max", device=choose_device("cpu"))


@lru_cache(maxsize=1)
def segmentation_weights() -> dict[str, torch.Tensor]:
    """The tensors of the shipped weights file, verified; float16.

    Raises:
        WeightsNotFoundError: if the file is missing.
        WeightsDamagedError: if it is not the one promised.
    """
    from impasto.weights.catalog import get_weights
    from impasto.weights.store import ensure, load_tensors

    return load_tensors(ensure(get_weights(WEIGHTS)))
