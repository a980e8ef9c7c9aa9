"""Inception v3 up to its pooled features: what ArtFID compares paintings by."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from impasto.errors import WeightsDamagedError
from impasto.weights.store import load_checkpoint

FEATURES = 2048
SMALLEST_PX = 75

Size = int | tuple[int, int]


class Convolution(nn.Module):
    """A convolution without bias, batch normalisation as trained, and a rectifier."""

    def __init__(
        self, channels: int, width: int, kernel: Size, stride: int = 1, padding: Size = 0
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(width, eps=0.001)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, C, H, W) in, (B, width, H', W') out."""
        return F.relu(self.bn(self.conv(x)))


class Mixed(nn.Module):
    """Branches side by side, their outputs one after the other.

    A branch is a sequence of steps: the name of a convolution, ``"average"`` or ``"max"`` for a
    pooling of 3 x 3, or a tuple of names whose outputs are put together.

    Args:
        convolutions: By name: channels in and out, kernel, stride, padding.
        branches: In their order.
    """

    def __init__(
        self,
        convolutions: Mapping[str, tuple[int, int, Size, int, Size]],
        branches: Sequence[Sequence[str | tuple[str, ...]]],
    ) -> None:
        super().__init__()
        for name, given in convolutions.items():
            self.add_module(name, Convolution(*given))
        self.branches = branches

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, C, H, W) in, the branches' channels out."""
        return torch.cat([self._branch(branch, x) for branch in self.branches], 1)

    def _branch(self, steps: Sequence[str | tuple[str, ...]], x: torch.Tensor) -> torch.Tensor:
        for step in steps:
            if isinstance(step, tuple):
                x = torch.cat([self.get_submodule(name)(x) for name in step], 1)
            elif step == "average":
                x = F.avg_pool2d(x, 3, 1, 1)
            elif step == "max":
                x = F.max_pool2d(x, 3, 2)
            else:
                x = self.get_submodule(step)(x)
        return x


class ArtInception(nn.Module):
    """The trunk of Inception v3 under torchvision's names; frozen.

    Source: Szegedy et al. 2016, figures 5 to 7 and table 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Convolution(3, 32, 3, 2)
        self.Conv2d_2a_3x3 = Convolution(32, 32, 3)
        self.Conv2d_2b_3x3 = Convolution(32, 64, 3, 1, 1)
        self.Conv2d_3b_1x1 = Convolution(64, 80, 1)
        self.Conv2d_4a_3x3 = Convolution(80, 192, 3)
        for name, channels, pooled in (("5b", 192, 32), ("5c", 256, 64), ("5d", 288, 64)):
            self.add_module(f"Mixed_{name}", _figure_5(channels, pooled))
        self.Mixed_6a = _reduction_a()
        for name, width in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
            self.add_module(f"Mixed_{name}", _figure_6(width))
        self.Mixed_7a = _reduction_b()
        for name, channels in (("7b", 1280), ("7c", 2048)):
            self.add_module(f"Mixed_{name}", _figure_7(channels))
        self.requires_grad_(False)
        self.eval()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) in [0, 1], sides of at least 75 px; (B, 2048) out."""
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(image)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = F.max_pool2d(x, 3, 2)
        for name, part in self.named_children():
            if name.startswith("Mixed"):
                x = part(x)
        pooled: torch.Tensor = x.mean((2, 3))
        return pooled


def load_art_inception(path: str | os.PathLike[str]) -> ArtInception:
    """The network of ArtFID from ``art_inception.pth``, as its authors publish it.

    Args:
        path: The file, from
            https://huggingface.co/matthias-wright/art_inception; its checksum is not known to
            Impasto, so that a person has to name the file.

    Raises:
        WeightsNotFoundError: if there is no such file.
        WeightsDamagedError: if it is not of this network.
    """
    state = load_checkpoint(path)
    network = ArtInception()
    wanted = network.state_dict()
    try:
        network.load_state_dict({name: state[name] for name in wanted if name in state})
    except RuntimeError as error:
        raise WeightsDamagedError(
            f"{path}: expected art_inception.pth, an Inception v3 under torchvision's names, "
            f"but: {str(error).splitlines()[-1].strip()}"
        ) from error
    return network


def _figure_5(channels: int, pooled: int) -> Mixed:
    return Mixed(
        {
            "branch1x1": (channels, 64, 1, 1, 0),
            "branch5x5_1": (channels, 48, 1, 1, 0),
            "branch5x5_2": (48, 64, 5, 1, 2),
            "branch3x3dbl_1": (channels, 64, 1, 1, 0),
            "branch3x3dbl_2": (64, 96, 3, 1, 1),
            "branch3x3dbl_3": (96, 96, 3, 1, 1),
            "branch_pool": (channels, pooled, 1, 1, 0),
        },
        (
            ("branch1x1",),
            ("branch5x5_1", "branch5x5_2"),
            ("branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
            ("average", "branch_pool"),
        ),
    )


def _reduction_a() -> Mixed:
    return Mixed(
        {
            "branch3x3": (288, 384, 3, 2, 0),
            "branch3x3dbl_1": (288, 64, 1, 1, 0),
            "branch3x3dbl_2": (64, 96, 3, 1, 1),
            "branch3x3dbl_3": (96, 96, 3, 2, 0),
        },
        (("branch3x3",), ("branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"), ("max",)),
    )


def _figure_6(width: int) -> Mixed:
    row, column = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
    return Mixed(
        {
            "branch1x1": (768, 192, 1, 1, 0),
            "branch7x7_1": (768, width, 1, 1, 0),
            "branch7x7_2": (width, width, *row),
            "branch7x7_3": (width, 192, *column),
            "branch7x7dbl_1": (768, width, 1, 1, 0),
            "branch7x7dbl_2": (width, width, *column),
            "branch7x7dbl_3": (width, width, *row),
            "branch7x7dbl_4": (width, width, *column),
            "branch7x7dbl_5": (width, 192, *row),
            "branch_pool": (768, 192, 1, 1, 0),
        },
        (
            ("branch1x1",),
            tuple(f"branch7x7_{index}" for index in range(1, 4)),
            tuple(f"branch7x7dbl_{index}" for index in range(1, 6)),
            ("average", "branch_pool"),
        ),
    )


def _reduction_b() -> Mixed:
    return Mixed(
        {
            "branch3x3_1": (768, 192, 1, 1, 0),
            "branch3x3_2": (192, 320, 3, 2, 0),
            "branch7x7x3_1": (768, 192, 1, 1, 0),
            "branch7x7x3_2": (192, 192, (1, 7), 1, (0, 3)),
            "branch7x7x3_3": (192, 192, (7, 1), 1, (3, 0)),
            "branch7x7x3_4": (192, 192, 3, 2, 0),
        },
        (
            ("branch3x3_1", "branch3x3_2"),
            tuple(f"branch7x7x3_{index}" for index in range(1, 5)),
            ("max",),
        ),
    )


def _figure_7(channels: int) -> Mixed:
    return Mixed(
        {
            "branch1x1": (channels, 320, 1, 1, 0),
            "branch3x3_1": (channels, 384, 1, 1, 0),
            "branch3x3_2a": (384, 384, (1, 3), 1, (0, 1)),
            "branch3x3_2b": (384, 384, (3, 1), 1, (1, 0)),
            "branch3x3dbl_1": (channels, 448, 1, 1, 0),
            "branch3x3dbl_2": (448, 384, 3, 1, 1),
            "branch3x3dbl_3a": (384, 384, (1, 3), 1, (0, 1)),
            "branch3x3dbl_3b": (384, 384, (3, 1), 1, (1, 0)),
            "branch_pool": (channels, 192, 1, 1, 0),
        },
        (
            ("branch1x1",),
            ("branch3x3_1", ("branch3x3_2a", "branch3x3_2b")),
            ("branch3x3dbl_1", "branch3x3dbl_2", ("branch3x3dbl_3a", "branch3x3dbl_3b")),
            ("average", "branch_pool"),
        ),
    )
