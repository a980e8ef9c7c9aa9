"""The transformation network as others run it: plain PyTorch layers, eager, float32."""

from __future__ import annotations

import torch
from torch import nn

WIDTH = 32


def convolution(ins: int, outs: int, kernel_px: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.ReflectionPad2d(kernel_px // 2), nn.Conv2d(ins, outs, kernel_px, stride)
    )


def normalized(layer: nn.Module, channels: int) -> nn.Sequential:
    return nn.Sequential(layer, nn.InstanceNorm2d(channels, affine=True), nn.ReLU())


def transposed(ins: int, outs: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(ins, outs, 3, stride=2, padding=1, output_padding=1)


class Residual(nn.Module):
    """Two convolutions with instance normalisation, added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            normalized(convolution(channels, channels, 3), channels),
            convolution(channels, channels, 3),
            nn.InstanceNorm2d(channels, affine=True),
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Add to (B, C, H, W) what the layers find in it."""
        return features + self.layers(features)


class Johnson(nn.Sequential):
    """Width 32, transposed convolutions; untrained, which takes the same time."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__(
            normalized(convolution(3, width, 9), width),
            normalized(convolution(width, 2 * width, 3, 2), 2 * width),
            normalized(convolution(2 * width, 4 * width, 3, 2), 4 * width),
            *(Residual(4 * width) for _ in range(5)),
            normalized(transposed(4 * width, 2 * width), 2 * width),
            normalized(transposed(2 * width, width), width),
            convolution(width, 3, 9),
        )

    def stylize(self, pixels: torch.Tensor) -> torch.Tensor:
        """Turn (1, H, W, 3) uint8 into as many."""
        with torch.inference_mode():
            levels = self(pixels.permute(0, 3, 1, 2).float())
            return levels.clamp(0, 255).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()
