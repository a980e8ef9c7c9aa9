"""Sumi: one black ink, its three brushes, and the rice paper it sinks into."""

import numpy as np
from scipy import ndimage

from .brush import Brush
from .canvas import Canvas, levels
from .pigment import Array, palette, pigment, ramp, smoothstep

PAPER = pigment("#f3ecd9")
INKS = palette("#0d0d10", "#1e1f22", "#3d3f42", "#6d6e6e", "#a09f9a", "#cbc7bb")

WET = Brush(relief=0.0, bristle=0.3, dryness=0.10, streak=0.5, opacity=0.75, taper=0.5, ragged=0.3)
DRY = Brush(relief=0.0, bristle=0.9, dryness=0.72, streak=0.5, opacity=0.85, taper=0.3, ragged=0.9)
POINT = Brush(
    relief=0.0, bristle=0.4, dryness=0.18, streak=0.35, opacity=0.93, taper=0.75, ragged=0.2
)


def lay_ink(canvas: Canvas, amount: Array) -> None:
    """Let ink, (H, W) in [0, 1], sink in: it darkens what is there, never hides it."""
    ink = ramp(INKS[::-1], np.clip(amount * 1.15 - 0.1, 0, 1)) / PAPER
    canvas.colour *= 1 + smoothstep(0.0, 0.12, amount)[..., None] * (np.minimum(ink, 1) - 1)


def show_paper(canvas: Canvas, rng: np.random.Generator) -> None:
    """Show the sheet: fibres that take ink unevenly, specks of bark, faint age."""
    fibre = levels(
        ndimage.gaussian_filter(
            rng.random(canvas.shape, dtype=np.float32), (0.6 * canvas.scale, 2.6 * canvas.scale)
        )
    )
    cross = levels(
        ndimage.gaussian_filter(
            rng.random(canvas.shape, dtype=np.float32), (2.2 * canvas.scale, 0.7 * canvas.scale)
        )
    )
    dark = 1 - canvas.colour.mean(-1)
    canvas.colour += (
        (0.11 * (fibre - 0.42) + 0.07 * (cross - 0.5)) * (0.25 + 1.2 * dark * (1 - dark) * 2)
    )[..., None]
    canvas.darken((0.03 * canvas.noise(rng, 90, 4) + 0.02 * fibre).astype(np.float32))
    specks = (canvas.noise(rng, 2.0) > 0.955) * 0.22 * canvas.noise(rng, 20)
    canvas.darken(specks.astype(np.float32))
    np.clip(canvas.colour, 0, 1, out=canvas.colour)
