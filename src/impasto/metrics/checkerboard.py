"""Checkerboard: the grid that a network's upsampling lays over its output."""

from __future__ import annotations

import torch

from impasto.image.contract import check_image

PERIODS_PX = (2, 4)


def checkerboard_amplitude(image: torch.Tensor) -> dict[str, float]:
    """Amplitudes of the periodic components that strided and transposed layers leave.

    Meant for the output on noise: a photograph may hold such periods itself.

    Args:
        image: (1, 3, H, W) in [0, 1]; H and W are cut to multiples of 4.

    Returns:
        Amplitude in grey levels of 255 for ``"2 horizontal"``, ``"2 vertical"``,
        ``"2 diagonal"`` and the same with period 4: of the cosine of that period along x,
        along y, and along both (the larger of the two diagonals).

    Raises:
        ShapeError: if it is no image.

    Source: Odena et al. 2016 for the artefact. A discrete Fourier component at exactly
        the frequencies that layers of stride 2 and 4 can make.
    """
    check_image(image)
    grey = image.double().mean(dim=(0, 1)) * 255
    grey = grey[: grey.shape[0] // 4 * 4, : grey.shape[1] // 4 * 4]
    spectrum = torch.fft.fft2(grey - grey.mean()).abs() / grey.numel()
    amplitudes = {}
    for period in PERIODS_PX:
        y, x = (side // period for side in grey.shape)
        both = 1 if period == 2 else 2  # other periods also have their conjugate frequency
        amplitudes[f"{period} horizontal"] = both * float(spectrum[0, x])
        amplitudes[f"{period} vertical"] = both * float(spectrum[y, 0])
        diagonals = torch.stack([spectrum[y, x], spectrum[y, -x]])
        amplitudes[f"{period} diagonal"] = both * float(diagonals.max())
    return amplitudes
