"""Doubling a feature map and convolving it, without ever holding the doubled map."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


class BilinearDoubling(nn.Module):
    """Bilinear doubling followed by a 3×3 convolution, computed at the lower resolution.

    Each of the four output pixels of an input pixel sees the same 3×3 input pixels, so
    doubling and convolution together are one convolution with four times the channels,
    whose kernels are fixed combinations of the 3×3 kernel, and a depth-to-space. That is
    exact, does no work at the higher resolution, and keeps what bilinear doubling is for:
    both phases weigh their neighbours alike, so that no grid is built in, as transposed
    convolution and a free depth-to-space have it.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.

    Shape:
        (B, in_channels, H, W) → (B, out_channels, 2H, 2W).

    Source: Odena et al. 2016, *Deconvolution and checkerboard artifacts*, for
        resize-convolution; Shi et al. 2016 for depth-to-space. Differs from
        ``interpolate`` and ``conv2d`` only within two pixels of the border.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3)
        self.register_buffer("phases", _phases(), persistent=False)
        self.phases: torch.Tensor

    def folded(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """(4·out, in, 3, 3) weight and (4·out,) bias of the convolution before depth-to-space."""
        weight = torch.einsum("pui,qvj,ocij->opqcuv", self.phases, self.phases, self.conv.weight)
        out_channels, in_channels = self.conv.weight.shape[:2]
        bias = self.conv.bias
        return (
            weight.reshape(4 * out_channels, in_channels, 3, 3),
            None if bias is None else bias.repeat_interleave(4),
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Double (B, in_channels, H, W)."""
        weight, bias = self.folded()
        padded = F.pad(features, (1, 1, 1, 1), mode="reflect")
        return F.pixel_shuffle(F.conv2d(padded, weight, bias), 2)


def _phases() -> torch.Tensor:
    """(2, 3, 3): what tap u of the lower resolution gives tap i of phase p's kernel.

    Doubled pixels −1, 0, 1, 2 around pixel 0 lie a quarter of a pixel from their nearest
    source: (¾ x₋₁ + ¼ x₀), (¼ x₋₁ + ¾ x₀), (¾ x₀ + ¼ x₁), (¼ x₀ + ¾ x₁).
    """
    doubled = torch.tensor(
        [[0.75, 0.25, 0.0], [0.25, 0.75, 0.0], [0.0, 0.75, 0.25], [0.0, 0.25, 0.75]]
    )
    return torch.stack([doubled[0:3].T, doubled[1:4].T])
