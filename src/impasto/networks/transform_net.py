"""The transformation network of the paper, and the checkpoints others trained for it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import torch
from torch import nn
from torch.nn import functional as F

from impasto.errors import WeightsDamagedError
from impasto.networks.conditional_norm import conditional_instance_norm
from impasto.networks.shapes import TransformNetShape, check_size
from impasto.weights.store import load_checkpoint

BLOCKS = 5
RUNNING_STATISTICS = re.compile(r"(^|\.)in\d\.(running_(mean|var)|num_batches_tracked)$")


class TransformNet(nn.Module):
    """One style: convolutions down to a quarter, five residual blocks, and back.

    9×9, 3×3 with stride 2 and 3×3 with stride 2, residual blocks of two 3×3, two
    doublings and a 9×9, each but the last with instance normalisation.

    Args:
        shape: Width, form of the doublings, and range of values inside.

    Source: Johnson et al. 2016 and its supplement. Differs: instance normalisation
        (Ulyanov et al. 2017) for batch normalisation, and reflection padding everywhere,
        as in pytorch/examples fast_neural_style, whose tensors have the same names.
    """

    def __init__(self, shape: TransformNetShape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or TransformNetShape()
        width = shape.width
        self.conv1, self.in1 = PaddedConvolution(3, width, 9), InstanceNorm(width)
        self.conv2 = PaddedConvolution(width, 2 * width, 3, stride=2)
        self.in2 = InstanceNorm(2 * width)
        self.conv3 = PaddedConvolution(2 * width, 4 * width, 3, stride=2)
        self.in3 = InstanceNorm(4 * width)
        for number in range(1, BLOCKS + 1):
            self.add_module(f"res{number}", ResidualBlock(4 * width))
        doubling = DOUBLINGS[shape.upsampling]
        self.deconv1, self.in4 = doubling(4 * width, 2 * width), InstanceNorm(2 * width)
        self.deconv2, self.in5 = doubling(2 * width, width), InstanceNorm(width)
        self.deconv3 = PaddedConvolution(width, 3, 9)

    @property
    def blocks(self) -> list[ResidualBlock]:
        """The residual blocks, in order."""
        return [self.get_submodule(f"res{number}") for number in range(1, BLOCKS + 1)]  # type: ignore[misc]

    def forward(
        self,
        image: torch.Tensor,
        rows: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Stylise images.

        Args:
            image: (B, 3, H, W) in [0, 1]; H and W are multiples of 8 and at least 16.
            rows: ``None``; there is one style.

        Returns:
            (B, 3, H, W), about [0, 1], not clamped.

        Raises:
            ShapeError: if a size is no multiple of 8.
        """
        check_size(image.shape[-2], image.shape[-1])
        features = F.relu(self.in1(self.conv1(image * self.shape.value_range)))
        features = F.relu(self.in2(self.conv2(features)))
        features = F.relu(self.in3(self.conv3(features)))
        for block in self.blocks:
            features = block(features)
        features = F.relu(self.in4(self.deconv1(features)))
        features = F.relu(self.in5(self.deconv2(features)))
        stylized: torch.Tensor = self.deconv3(features)
        return stylized / self.shape.value_range


class PaddedConvolution(nn.Module):
    """A convolution that keeps the size, or halves it, with reflected borders."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_px: int, *, stride: int = 1
    ) -> None:
        super().__init__()
        self.margin = kernel_px // 2
        self.conv2d = nn.Conv2d(in_channels, out_channels, kernel_px, stride)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Convolve (B, C, H, W)."""
        convolved: torch.Tensor = self.conv2d(F.pad(features, (self.margin,) * 4, "reflect"))
        return convolved


class ResizeConvolution(PaddedConvolution):
    """Nearest doubling followed by a 3×3 convolution."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 3)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Double (B, C, H, W), then convolve it."""
        return super().forward(F.interpolate(features, scale_factor=2, mode="nearest"))


class TransposedConvolution(nn.Module):
    """A 3×3 transposed convolution of stride 2 that doubles the size exactly."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv2d = nn.ConvTranspose2d(
            in_channels, out_channels, 3, stride=2, padding=1, output_padding=1
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Double (B, C, H, W)."""
        doubled: torch.Tensor = self.conv2d(features)
        return doubled


DOUBLINGS: Mapping[str, type[ResizeConvolution] | type[TransposedConvolution]] = {
    "resize": ResizeConvolution,
    "transposed": TransposedConvolution,
}


class InstanceNorm(nn.Module):
    """Instance normalisation with a scale and a shift of its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Normalise (B, C, H, W), then scale and shift it."""
        return conditional_instance_norm(features, self.weight[None], self.bias[None])


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with instance normalisation, added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.in1 = PaddedConvolution(channels, channels, 3), InstanceNorm(channels)
        self.conv2, self.in2 = PaddedConvolution(channels, channels, 3), InstanceNorm(channels)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Add to (B, C, H, W) what the two convolutions find in it."""
        inner = F.relu(self.in1(self.conv1(features)))
        added: torch.Tensor = features + self.in2(self.conv2(inner))
        return added


def load_pytorch_examples(path: str | os.PathLike[str]) -> TransformNet:
    """Load a checkpoint in the layout of pytorch/examples fast_neural_style.

    The width and the form of the doublings are read off the tensors. Those networks see
    and give values up to 255, which becomes the shape's ``value_range``. Running
    statistics, which files of old versions carry, are dropped: instance normalisation
    never used them.

    Args:
        path: A file that ``torch.load`` reads with ``weights_only=True``.

    Returns:
        The network in float32, in evaluation mode, for images in [0, 1].

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it holds something else, or a tensor is missing, left over
            or of another shape.
    """
    state = load_checkpoint(path)
    state = {key: value for key, value in state.items() if not RUNNING_STATISTICS.search(key)}
    net = TransformNet(_shape_of(state, path))
    expected = {key: tuple(value.shape) for key, value in net.state_dict().items()}
    found = {key: tuple(value.shape) for key, value in state.items()}
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            raise _not_that_layout(
                path,
                f"the tensor {key!r} of shape {expected.get(key, 'none')}",
                str(found.get(key, "none")),
            )
    net.load_state_dict(state)
    return net.float().eval()


def _shape_of(state: Mapping[str, torch.Tensor], path: str | os.PathLike[str]) -> TransformNetShape:
    first, doubling = state.get("conv1.conv2d.weight"), state.get("deconv1.conv2d.weight")
    if first is None or first.ndim != 4 or doubling is None or doubling.ndim != 4:
        names = ", ".join(list(state)[:3]) or "nothing"
        raise _not_that_layout(path, "the tensors 'conv1.conv2d.weight' and following", names)
    width = int(first.shape[0])
    transposed = tuple(doubling.shape[:2]) == (4 * width, 2 * width)
    return TransformNetShape(
        width=width, upsampling="transposed" if transposed else "resize", value_range=255.0
    )


def _not_that_layout(
    path: str | os.PathLike[str], expected: str, found: str
) -> WeightsDamagedError:
    return WeightsDamagedError(
        f"{path}: expected a checkpoint of pytorch/examples fast_neural_style with {expected}, "
        f"found {found}; use a file saved by its neural_style.py."
    )
