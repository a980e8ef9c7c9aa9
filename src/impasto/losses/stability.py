"""Stability loss: a video's next frame must look like this one, moved."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from impasto.errors import ShapeError

CONTROL_POINTS = 4


@dataclass(frozen=True, kw_only=True)
class Motion:
    """A small smooth displacement of a batch of images.

    Attributes:
        grid: (B, H, W, 2), where each pixel comes from, (x, y) in [−1, 1] from edge to edge.
        valid: (B, 1, H, W), 1 where that lies inside the image, else 0.
    """

    grid: torch.Tensor
    valid: torch.Tensor

    def to(self, device: torch.device) -> Motion:
        """The same motion on another device."""
        return Motion(grid=self.grid.to(device), valid=self.valid.to(device))


def motion_of(flow_px: torch.Tensor) -> Motion:
    """The motion whose pixel (x, y) comes from (x, y) + flow.

    Args:
        flow_px: (B, 2, H, W), x then y, in pixels.
    """
    height, width = flow_px.shape[-2:]
    y, x = torch.meshgrid(
        torch.arange(height, dtype=flow_px.dtype),
        torch.arange(width, dtype=flow_px.dtype),
        indexing="ij",
    )
    source_x, source_y = x + flow_px[:, 0], y + flow_px[:, 1]
    inside = (source_x >= 0) & (source_x <= width - 1) & (source_y >= 0)
    inside &= source_y <= height - 1
    grid = torch.stack([(2 * source_x + 1) / width - 1, (2 * source_y + 1) / height - 1], dim=-1)
    return Motion(grid=grid, valid=inside[:, None].to(flow_px.dtype))


def random_motion(
    batch: int, size: tuple[int, int], *, reach_px: float, generator: torch.Generator
) -> Motion:
    """A smooth random motion: coarse random vectors, interpolated.

    Args:
        batch: Number of images.
        size: (H, W).
        reach_px: The longest step along an axis, in pixels.
        generator: Where the vectors come from.
    """
    shape = (batch, 2, CONTROL_POINTS, CONTROL_POINTS)
    vectors = (2 * torch.rand(shape, generator=generator) - 1) * reach_px
    flow = F.interpolate(vectors, size=size, mode="bilinear", align_corners=True)
    return motion_of(flow)


def warp(images: torch.Tensor, motion: Motion) -> torch.Tensor:
    """Move images; beyond their borders the nearest pixel is repeated.

    Args:
        images: (B, C, H, W).
        motion: Of the same B, H and W.

    Returns:
        (B, C, H, W), interpolated bilinearly.
    """
    return F.grid_sample(
        images, motion.grid.to(images.dtype), padding_mode="border", align_corners=False
    )


def stability_losses(
    stylized: torch.Tensor, stylized_next: torch.Tensor, motion: Motion
) -> torch.Tensor:
    """How far the stylised next frame is from the stylised frame, moved.

    Args:
        stylized: (B, C, H, W), the network's output.
        stylized_next: (B, C, H, W), its output for the images moved and noised.
        motion: How they were moved.

    Returns:
        (B,): mean squared difference where the motion stays inside the image.

    Raises:
        ShapeError: if the two differ in shape.

    Source: Ruder et al. 2018, the short-term temporal loss. Differs: the motion is made up,
        so that no video and no optical flow is needed, and noise is added as a camera does.
    """
    if stylized.shape != stylized_next.shape:
        raise ShapeError(
            f"stylized and stylized_next: expected one shape, got {tuple(stylized.shape)} "
            f"and {tuple(stylized_next.shape)}."
        )
    difference = (stylized_next - warp(stylized, motion)).square() * motion.valid
    counted = motion.valid.sum((1, 2, 3)) * stylized.shape[1]
    return difference.sum((1, 2, 3)) / counted.clamp_min(1)
