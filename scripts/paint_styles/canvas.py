"""The canvas: colour and relief at a multiple of the final size, grain, light, downsampling.

Every painting works in *reference pixels*: the shorter side of the canvas measures 640 of them,
whatever the size that is asked for, so a small painting is the large one seen from afar.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image
from scipy import ndimage

from .pigment import Array

REFERENCE_PX = 640
TOWARDS_LIGHT = (-0.65, -0.76)


class Canvas:
    """A ground to paint on.

    Attributes: colour: (H, W, 3) in [0, 1]; relief: (H, W), thickness of the paint in reference
                pixels; scale: working pixels to a reference pixel; width, height: in reference
                pixels. H and W are `supersample` times the final size.
    """

    def __init__(self, size: tuple[int, int], ground: Array, supersample: int = 2) -> None:
        self.size = size
        self.shape = (size[0] * supersample, size[1] * supersample)
        self.scale = min(self.shape) / REFERENCE_PX
        self.height, self.width = (side / self.scale for side in self.shape)
        self.colour: Array = np.broadcast_to(ground, (*self.shape, 3)).astype(np.float32).copy()
        self.relief: Array = np.zeros(self.shape, np.float32)

    def grid(self) -> tuple[Array, Array]:
        """Give x and y of every working pixel, in reference pixels."""
        y, x = np.indices(self.shape, dtype=np.float32)
        return (x + 0.5) / self.scale, (y + 0.5) / self.scale

    def count(self, number: int) -> int:
        """Reduce a number of strokes on a canvas too small to show them all."""
        return max(1, round(number * min(1.0, self.scale)))

    def noise(self, rng: np.random.Generator, cell: float, octaves: int = 1) -> Array:
        """Make smooth noise over the canvas; `cell` is its grain in reference pixels."""
        return noise(self.shape, cell * self.scale, rng, octaves)

    def lay(self, colour: Array, coverage: Array, thickness: float = 0.0) -> None:
        """Lay colour, (3,) or (H, W, 3), where coverage, (H, W) in [0, 1], says so."""
        self.colour += coverage[..., None] * (colour - self.colour)
        if thickness:
            self.relief += coverage * (thickness - self.relief)

    @contextmanager
    def masked(self, mask: Array, margin: float = 60) -> Iterator[None]:
        """Keep what is painted meanwhile only where mask, (H, W) in [0, 1], lets it through.

        Args: margin: how far outside the mask paint may stray, in reference pixels.
        """
        box = frame(mask, int(margin * self.scale))
        colour, relief = self.colour[box].copy(), self.relief[box].copy()
        yield
        share = mask[box]
        self.colour[box] = colour + share[..., None] * (self.colour[box] - colour)
        self.relief[box] = relief + share * (self.relief[box] - relief)

    def darken(self, coverage: Array) -> None:
        """Multiply by 1 - coverage, for shadows and washes of grey."""
        self.colour *= (1 - coverage)[..., None]

    def weave(self, rng: np.random.Generator, depth: float, pitch: float = 3.0) -> None:
        """Press the threads of a linen canvas into the relief."""
        x, y = self.grid()
        wander = self.noise(rng, 60) * 2 - 1
        phase = 2 * np.pi / pitch
        threads = np.sin(phase * (x + wander)) * np.sin(phase * (y - wander))
        self.relief += (depth * threads * (0.5 + self.noise(rng, 9))).astype(np.float32)

    def light(self, strength: float = 0.5, gloss: float = 0.2, softness: float = 0.5) -> None:
        """Light the relief from the upper left: a shaded side, a lit side, a wet glint."""
        smooth = ndimage.gaussian_filter(self.relief, softness * self.scale)
        down, right = np.gradient(smooth * self.scale)
        shade = np.tanh(-1.2 * (right * TOWARDS_LIGHT[0] + down * TOWARDS_LIGHT[1]))
        glint = np.clip(shade - 0.35, 0, 1) ** 2
        self.colour *= (1 + strength * shade)[..., None]
        self.colour += (gloss * glint)[..., None]
        np.clip(self.colour, 0, 1, out=self.colour)

    def finish(self, sharpen: float = 0.35) -> Array:
        """Bring the canvas to its final size, (H, W, 3) in [0, 1], a touch sharper than life."""
        height, width = self.size
        image = np.stack(
            [
                np.asarray(
                    Image.fromarray(np.ascontiguousarray(self.colour[..., channel])).resize(
                        (width, height), Image.Resampling.BOX
                    )
                )
                for channel in range(3)
            ],
            axis=-1,
        )
        soft = ndimage.gaussian_filter(image, (0.8, 0.8, 0))
        result: Array = np.clip(image + sharpen * (image - soft), 0, 1).astype(np.float32)
        return result


def frame(mask: Array, margin: int = 0) -> tuple[slice, slice]:
    """Find the rows and columns that hold all of a mask (H, W), and a margin around it."""
    sides = []
    for axis in (1, 0):
        hit = np.flatnonzero(mask.any(axis))
        first, last = (int(hit[0]), int(hit[-1])) if len(hit) else (0, 0)
        sides.append(slice(max(first - margin, 0), last + margin + 1))
    return sides[0], sides[1]


def noise(shape: tuple[int, int], cell: float, rng: np.random.Generator, octaves: int = 1) -> Array:
    """Make smooth noise with mean near 0.5 and range about [0, 1].

    Args: cell: distance between the knots of the coarsest octave, in pixels.
    """
    total = np.zeros(shape, np.float32)
    weight, whole = 1.0, 0.0
    for _ in range(octaves):
        knots = tuple(max(2, round(side / max(cell, 1.0)) + 2) for side in shape)
        values = Image.fromarray(rng.random(knots, dtype=np.float32))
        grown = values.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        total += weight * np.asarray(grown)
        whole += weight
        weight, cell = weight / 2, cell / 2
    result: Array = total / whole
    return result


def levels(values: Array, low: float = 0.02, high: float = 0.98) -> Array:
    """Stretch values so that the given quantiles become 0 and 1."""
    floor, ceiling = np.quantile(values, [low, high])
    result: Array = np.clip((values - floor) / max(ceiling - floor, 1e-6), 0, 1).astype(np.float32)
    return result
