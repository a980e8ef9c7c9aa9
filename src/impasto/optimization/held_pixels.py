"""Pixels that an optimisation leaves as they are."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from impasto.image.resize import resize
from impasto.optimization.pyramid import Size


@dataclass(frozen=True, kw_only=True)
class HeldPixels:
    """An image and where the search may change it.

    Attributes:
        image: (1, 3, H, W) in [0, 1].
        free: (1, 1, H, W): above 0 where the search may change the image.
    """

    image: torch.Tensor
    free: torch.Tensor

    def at(self, size: Size) -> tuple[torch.Tensor, torch.Tensor]:
        """The image at ``size``, and (1, 1, *size): 1 where a free pixel lies under, else 0."""
        free = F.adaptive_max_pool2d(self.free, size)
        return resize(self.image, size), (free > 0).to(self.image.dtype)
