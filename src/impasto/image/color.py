"""YIQ, the colour space of NTSC television: brightness apart from hue and saturation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from impasto.image.contract import check_image

if TYPE_CHECKING:
    import torch

RGB_TO_YIQ = (
    (0.299, 0.587, 0.114),
    (0.59590059, -0.27455667, -0.32134392),
    (0.21153661, -0.52273617, 0.31119955),
)
"""NTSC: Y is Rec. 601 luma; I and Q are 0.877·(R−Y) and 0.492·(B−Y), turned by 33°."""

YIQ_TO_RGB = tuple(tuple(row) for row in np.linalg.inv(np.array(RGB_TO_YIQ)).tolist())


def rgb_to_yiq(image: torch.Tensor) -> torch.Tensor:
    """Split an image into brightness Y and colour I, Q.

    Args:
        image: (B, 3, H, W) sRGB in [0, 1]; the gamma-encoded values are used as they are.

    Returns:
        (B, 3, H, W): Y in [0, 1], I in [-0.5959, 0.5959], Q in [-0.5227, 0.5227].

    Raises:
        ShapeError: if ``image`` breaks the contract.

    Source:
        Gatys et al. 2016b, "Preserving Color in Neural Artistic Style Transfer", section 4,
        names YIQ without a matrix; this is the NTSC definition, as in scikit-image.
    """
    return _mix_channels(check_image(image), RGB_TO_YIQ)


def yiq_to_rgb(yiq: torch.Tensor) -> torch.Tensor:
    """Undo :func:`rgb_to_yiq`.

    Args:
        yiq: (B, 3, H, W) as :func:`rgb_to_yiq` gives it.

    Returns:
        (B, 3, H, W) sRGB, not clamped: Y of one image with I and Q of another can lie
        outside [0, 1], and what to do about it is the caller's to say.
    """
    return _mix_channels(yiq, YIQ_TO_RGB)


def luminance(image: torch.Tensor) -> torch.Tensor:
    """The Y of :func:`rgb_to_yiq` alone, for any number of images.

    Args:
        image: (B, 3, H, W) sRGB in [0, 1].

    Returns:
        (B, 1, H, W) in [0, 1].

    Raises:
        ShapeError: if ``image`` breaks the contract.

    Example:
        >>> import torch
        >>> round(luminance(torch.ones(1, 3, 16, 16)).mean().item(), 5)
        1.0
    """
    return _mix_channels(check_image(image), RGB_TO_YIQ[:1])


def _mix_channels(image: torch.Tensor, matrix: tuple[tuple[float, ...], ...]) -> torch.Tensor:
    import torch

    return torch.einsum("oc,bchw->bohw", image.new_tensor(matrix), image)
