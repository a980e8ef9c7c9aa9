"""High dynamic range to standard range: one table from the film's colours to BT.709."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from impasto.video.video_info import HLG

if TYPE_CHECKING:
    Floats = npt.NDArray[np.float64]

TABLE_SIDE = 33
"""Points along each axis of the table; FFmpeg interpolates between them."""
REFERENCE_WHITE = 203.0
"""Brightness in cd/m² that becomes white: that of a sheet of paper, ITU-R BT.2408."""
USUAL_PEAK = 1000.0
"""The brightest that a film is taken to have, in cd/m²."""
HLG_GAMMA = 1.2
DISPLAY_GAMMA = 2.4
BT2020_TO_BT709 = np.array(
    [
        [1.660491, -0.587641, -0.072850],
        [-0.124550, 1.132900, -0.008349],
        [-0.018151, -0.100579, 1.118730],
    ]
)
"""ITU-R BT.2087."""
LUMINANCE = np.array([0.2627, 0.6780, 0.0593])


def write_tone_map(frame: Any) -> Path:
    """A file with the table for a frame's transfer, which FFmpeg's ``lut3d`` reads.

    Args:
        frame: A frame of PyAV, of PQ or HLG.

    Returns:
        A temporary file; the caller removes it.
    """
    table = tone_map(is_hlg=int(frame.color_trc) == HLG)
    with tempfile.NamedTemporaryFile("w", suffix=".cube", delete=False) as file:
        file.write(f"LUT_3D_SIZE {table.shape[0]}\n")
        np.savetxt(file, table.reshape(-1, 3), fmt="%.6f")
    return Path(file.name)


def tone_map(*, is_hlg: bool, side: int = TABLE_SIDE) -> Floats:
    """The table: what each colour of BT.2020 with PQ or HLG becomes in BT.709.

    Brightness is rolled off, colours keep their hue: the three linear components of a colour
    are scaled alike, by what its largest one asks for; what BT.709 does not have is drawn
    towards grey of the same luminance.

    Args:
        is_hlg: Hybrid log-gamma; else PQ.
        side: Points along each axis.

    Returns:
        (side, side, side, 3) in [0, 1], indexed [blue, green, red] as ``.cube`` files are.

    Source: ITU-R BT.2100 (transfers), BT.2390 section 5.4 (roll-off), BT.1886 (display).
        Differs: the black of the display is 0.
    """
    axis = np.linspace(0, 1, side)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    signal = np.stack([red, green, blue], axis=-1)
    light = _hlg_light(signal) if is_hlg else pq_light(signal)
    largest = light.max(axis=-1, keepdims=True)
    light = light * (roll_off(largest) / np.maximum(largest, 1e-9)) / REFERENCE_WHITE
    linear = _in_gamut(light @ BT2020_TO_BT709.T, light @ LUMINANCE)
    return np.asarray(linear.clip(0, 1) ** (1 / DISPLAY_GAMMA))


def pq_light(signal: Floats) -> Floats:
    """Brightness in cd/m² of PQ signals in [0, 1].

    Source: SMPTE ST 2084.
    """
    power = signal ** (32 / 2523)
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    return np.asarray(10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (8192 / 1305))


def pq_signal(light: Floats) -> Floats:
    """PQ signals of brightness in cd/m²: the inverse of :func:`pq_light`."""
    power = (np.maximum(light, 0) / 10_000) ** (1305 / 8192)
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    return np.asarray(((c1 + c2 * power) / (1 + c3 * power)) ** (2523 / 32))


def roll_off(light: Floats, peak: float = USUAL_PEAK, white: float = REFERENCE_WHITE) -> Floats:
    """Brightness as a display of ``white`` shows it: dark parts as they are, highlights bent.

    Args:
        light: cd/m².
        peak: The brightest there is; more is taken for it.
        white: What that becomes.

    Source: ITU-R BT.2390-8, section 5.4.1.
    """
    top = float(pq_signal(np.array(peak)))
    most = float(pq_signal(np.array(white))) / top
    knee = 1.5 * most - 0.5
    given = (pq_signal(light) / top).clip(0, 1)
    t = (given - knee) / (1 - knee)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (-2 * t**3 + 3 * t**2) * most
    )
    return pq_light(np.where(given < knee, given, spline) * top)


def _hlg_light(signal: Floats) -> Floats:
    """Brightness in cd/m² of HLG signals on a display of :data:`USUAL_PEAK`.

    Source: ITU-R BT.2100, tables 5 and 6.
    """
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = (scene @ LUMINANCE)[..., None]
    return np.asarray(USUAL_PEAK * np.maximum(luminance, 1e-12) ** (HLG_GAMMA - 1) * scene)


def _in_gamut(linear: Floats, luminance: Floats) -> Floats:
    """Colours drawn towards the grey of their luminance until no component is negative."""
    grey = luminance.clip(0, 1)[..., None]
    least = linear.min(axis=-1, keepdims=True)
    share = np.where(least < 0, grey / np.maximum(grey - least, 1e-9), 1.0)
    return np.asarray(grey + share * (linear - grey))
