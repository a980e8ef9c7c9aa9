"""What the colours say of a mask: which belong to the subject, which to what is around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impasto.video.camera_frame import Pixels

LEVELS = 16
"""Levels of each colour channel that are told apart."""

SMOOTH_LEVELS = 0.8
"""Neighbouring colours count too, by a Gaussian of this standard deviation."""

MOST = 3.0
"""No colour says more than this, as the logarithm of a ratio."""

MEMORY = 0.9
"""Share of what was known before that each new frame leaves."""

RARE = 2e-4

Floats = npt.NDArray[np.float32]


class ColorEvidence:
    """Learns the colours inside and outside of a mask.

    Source: the two histograms are those of Boykov and Jolly 2001, *Interactive Graph Cuts*.
        Differs: they are learned on while the picture moves.
    """

    def __init__(self) -> None:
        self._inside: Floats | None = None
        self._outside: Floats | None = None
        self._table: Floats | None = None

    def learn(self, alpha: Floats, frame: Pixels) -> None:
        """See a frame (h, w, 3) uint8 and the mask (h, w) on it."""
        bins = _bins(frame).ravel()
        weights = alpha.ravel()
        inside = _shares(bins, (weights - 0.5).clip(0, 0.5))
        outside = _shares(bins, (0.5 - weights).clip(0, 0.5))
        if self._inside is None or self._outside is None:
            self._inside, self._outside = inside, outside
        else:
            self._inside = MEMORY * self._inside + (1 - MEMORY) * inside
            self._outside = MEMORY * self._outside + (1 - MEMORY) * outside
        ratio = np.log((self._inside + RARE) / (self._outside + RARE))
        self._table = ratio.clip(-MOST, MOST).astype(np.float32)

    def read(self, frame: Pixels) -> Floats:
        """How much more likely each pixel's colour is inside, as a logarithm: (h, w).

        0 everywhere before anything was learned.
        """
        if self._table is None:
            return np.zeros(frame.shape[:2], np.float32)
        return np.asarray(self._table[_bins(frame)], np.float32)


def _bins(frame: Pixels) -> npt.NDArray[np.intp]:
    """The number of each pixel's colour, (h, w)."""
    red, green, blue = (frame[..., channel].astype(np.intp) * LEVELS // 256 for channel in range(3))
    return (red * LEVELS + green) * LEVELS + blue


def _shares(bins: npt.NDArray[np.intp], weights: Floats) -> Floats:
    """How the weights are distributed over all colours; they sum to 1."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(bins, weights, LEVELS**3).reshape((LEVELS,) * 3)
    smooth = gaussian_filter(counts, SMOOTH_LEVELS).ravel()
    return np.asarray(smooth / max(float(smooth.sum()), 1e-6), np.float32)
