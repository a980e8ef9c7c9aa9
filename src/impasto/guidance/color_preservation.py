"""Keeping a photograph's colours: its chroma, or another picture's colours matched to its own.

Source: Gatys et al. 2016b, *Preserving Color in Neural Artistic Style Transfer*. No torch here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError, ShapeError
from impasto.image.color import RGB_TO_YIQ
from impasto.image.picture import PixelArray

if TYPE_CHECKING:
    Floats = npt.NDArray[np.float64]
    Choice = npt.NDArray[np.bool_]

LUMA = np.array(RGB_TO_YIQ[0])
FLAT = 1 / 255
"""A spread of colours below one 8-bit level is taken for one colour."""

ROWS_AT_ONCE = 256


def keep_luminance(painted: PixelArray, photo: PixelArray) -> PixelArray:
    """Y of a painting with I and Q of its photograph.

    Not every brightness can be shown in every colour. Brightness gives way: Y is moved to
    the nearest value at which the photograph's own I and Q are a colour of the screen. The
    photograph's own Y is one such value, so there always is one, and chroma never changes.

    Args:
        painted: (H, W, 3) uint8 or uint16.
        photo: The same size, of any bit depth.

    Returns:
        Like ``painted``; I and Q are the photograph's but for the rounding of R, G and B.

    Raises:
        ShapeError: if the sizes differ.

    Source: specification section 1; Gatys et al. 2016b, section 4. Differs: the colours
        are not clipped one by one, which would change I and Q.
    """
    if painted.shape != photo.shape:
        raise ShapeError(f"photo: expected {painted.shape} like the painting, got {photo.shape}.")
    highest, own = np.iinfo(painted.dtype).max, np.iinfo(photo.dtype).max
    mixed = np.empty_like(painted)
    for top in range(0, painted.shape[0], ROWS_AT_ONCE):
        rows = slice(top, top + ROWS_AT_ONCE)
        colors = photo[rows].astype(np.float64) / own
        chroma = colors - (colors @ LUMA)[..., None]
        luminance = painted[rows].astype(np.float64) @ LUMA / highest
        least, most = -chroma.min(axis=-1), 1 - chroma.max(axis=-1)
        shown = np.clip(luminance, least, most)[..., None] + chroma
        mixed[rows] = np.rint(shown.clip(0, 1) * highest)
    return mixed


def match_colors(
    source: PixelArray,
    target: PixelArray,
    how: str,
    *,
    source_choice: Choice | None = None,
    target_choice: Choice | None = None,
) -> PixelArray:
    """Give one picture the colours of another.

    Args:
        source: (H, W, 3) uint8 or uint16, the picture to change.
        target: (h, w, 3) uint8 or uint16, whose colours it gets.
        how: ``histogram``: each channel's values in the order they are, with the target's
            distribution; ``statistics``: an affine map that gives it the target's mean and
            covariance.
        source_choice: (H, W): the pixels whose colours are measured; ``None`` for all.
        target_choice: (h, w): the same of the target.

    Returns:
        Like ``source``, clipped and rounded.

    Raises:
        OptionError: if ``how`` is neither.

    Source: Gatys et al. 2016b, section 3 and eqs. 1–5; the affine map is the one of Image
        Analogies, Σ_t^½ Σ_s^-½. Differs: directions in which the source has no colours to
        speak of are not stretched, so that a picture of a single colour stays one.
    """
    ours, theirs = _chosen(source, source_choice), _chosen(target, target_choice)
    highest = float(np.iinfo(source.dtype).max)
    values = source.reshape(-1, 3).astype(np.float64) / highest
    if how == "histogram":
        matched = np.stack(
            [_ranked(values[:, i], ours[:, i], theirs[:, i]) for i in range(3)], axis=-1
        )
    elif how == "statistics":
        matched = (values - ours.mean(axis=0)) @ _stretch(ours, theirs) + theirs.mean(axis=0)
    else:
        raise OptionError(f"how: expected histogram or statistics, got {how!r}.")
    rounded: PixelArray = np.rint(matched.clip(0, 1) * highest).astype(source.dtype)
    return rounded.reshape(source.shape)


def match_luminance(source: PixelArray, target: PixelArray) -> PixelArray:
    """A grey picture with the brightness of ``source``, its mean and spread the target's.

    Args:
        source: (H, W, 3) uint8 or uint16.
        target: (h, w, 3) uint8 or uint16.

    Returns:
        Like ``source``, three equal channels.

    Source: Gatys et al. 2016b, eq. 7.
    """
    highest = float(np.iinfo(source.dtype).max)
    ours = source.astype(np.float64) @ LUMA / highest
    theirs = target.astype(np.float64) @ LUMA / np.iinfo(target.dtype).max
    gain = theirs.std() / max(float(ours.std()), FLAT)
    grey = (ours - ours.mean()) * min(gain, 1 / FLAT) + theirs.mean()
    rounded = np.rint(grey.clip(0, 1) * highest).astype(source.dtype)
    return np.repeat(rounded[..., None], 3, axis=-1)


def grey(pixels: PixelArray) -> PixelArray:
    """The luminance Y of a picture (H, W, 3) in three equal channels, rounded."""
    luminance = np.rint(pixels.astype(np.float64) @ LUMA).astype(pixels.dtype)
    return np.repeat(luminance[..., None], 3, axis=-1)


def _chosen(pixels: PixelArray, choice: Choice | None) -> Floats:
    """(N, 3) in [0, 1]: the chosen pixels, or all where none is."""
    values = pixels.reshape(-1, 3) if choice is None or not choice.any() else pixels[choice]
    return values.astype(np.float64) / np.iinfo(pixels.dtype).max


def _ranked(values: Floats, ours: Floats, theirs: Floats) -> Floats:
    """Each value replaced by the one that has its rank among the target's.

    A value that is frequent has the middle of its ranks: one colour becomes the median.
    """
    levels, counts = np.unique(ours, return_counts=True)
    ranks = (np.cumsum(counts) - counts / 2) / len(ours)
    known = np.interp(values, levels, ranks)
    ordered = np.sort(theirs)
    positions = (np.arange(len(ordered)) + 0.5) / len(ordered)
    return np.interp(known, positions, ordered)


def _stretch(ours: Floats, theirs: Floats) -> Floats:
    """(3, 3), to be multiplied from the right: Σ_s^-½ Σ_t^½ on rows of colours."""
    strengths, axes = np.linalg.eigh(np.cov(ours.T, bias=True))
    flat = strengths < FLAT**2
    inverse = np.where(flat, 0.0, 1 / np.sqrt(np.maximum(strengths, FLAT**2)))
    whiten = (axes * inverse) @ axes.T
    spread, directions = np.linalg.eigh(np.cov(theirs.T, bias=True))
    color = (directions * np.sqrt(np.maximum(spread, 0))) @ directions.T
    return np.asarray(whiten @ color)
