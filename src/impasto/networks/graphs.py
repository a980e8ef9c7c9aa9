"""Networks from 8-bit pixels to 8-bit pixels, as their exported graphs are."""

from __future__ import annotations

import torch
from torch import nn

from impasto.networks.catalog import Network

WHITE = 255.0


class PixelGraph(nn.Module):
    """A network from 8-bit pixels to 8-bit pixels.

    Args:
        net: The network.
        rounded: Whether to give uint8; otherwise float32 levels, neither rounded nor clamped.
    """

    def __init__(self, net: Network, *, rounded: bool = True) -> None:
        super().__init__()
        self.net, self.rounded = net, rounded

    def forward(self, image: torch.Tensor, style: torch.Tensor | None = None) -> torch.Tensor:
        """Stylise (B, H, W, 3) uint8 by rows (B, row length) into (B, H, W, 3)."""
        unit = image.permute(0, 3, 1, 2).float() / WHITE
        levels = self.net(unit, style).permute(0, 2, 3, 1).float() * WHITE
        rounded: torch.Tensor = levels.clamp(0, WHITE).round().to(torch.uint8)
        return rounded if self.rounded else levels
