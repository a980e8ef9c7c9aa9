"""Structural similarity of two images, by scikit-image."""

from __future__ import annotations

import torch

from impasto.errors import ShapeError
from impasto.image.color import luminance
from impasto.image.contract import check_image


def structural_similarity(image: torch.Tensor, content_image: torch.Tensor) -> float:
    """SSIM of the luminance of two images.

    Args:
        image: (1, 3, H, W) in [0, 1].
        content_image: (1, 3, H, W) in [0, 1], of the same size.

    Returns:
        −1 to 1; 1 for identical images.

    Raises:
        ShapeError: if the images break the contract or differ in size.

    Source: Wang et al. 2004, with its Gaussian window (σ 1.5), in scikit-image.
    """
    from skimage.metrics import structural_similarity as ssim

    if image.shape != content_image.shape:
        raise ShapeError(
            f"images: expected one shape, got {tuple(image.shape)} and "
            f"{tuple(content_image.shape)}."
        )
    ours, theirs = (
        luminance(check_image(picture))[0, 0].double().cpu().numpy()
        for picture in (image, content_image)
    )
    return float(
        ssim(  # type: ignore[no-untyped-call]
            ours,
            theirs,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    )
