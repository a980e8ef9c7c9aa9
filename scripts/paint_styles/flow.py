"""Vector fields that strokes follow: vortices, stars, wind; streamlines and smeared noise."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from .pigment import Array

STRIDE = 2.0


class Flow:
    """A field of unit vectors on a grid of one knot every `STRIDE` reference pixels.

    Attributes: x, y: (H, W) place of the knots in reference pixels; dx, dy: (H, W) direction.
    """

    def __init__(self, width: float, height: float) -> None:
        rows, columns = int(height / STRIDE) + 2, int(width / STRIDE) + 2
        y, x = np.indices((rows, columns), dtype=np.float32)
        self.x, self.y = x * STRIDE, y * STRIDE
        self.dx, self.dy = np.ones_like(x), np.zeros_like(x)

    def point(self, dx: Array, dy: Array) -> "Flow":
        """Set the direction everywhere; the length does not matter."""
        length = np.hypot(dx, dy) + 1e-6
        self.dx, self.dy = (dx / length).astype(np.float32), (dy / length).astype(np.float32)
        return self

    def along(self, level: Array) -> "Flow":
        """Point along the contour lines of `level`, (H, W)."""
        down, right = np.gradient(level)
        return self.point(-down, right)

    def beside(self, level: Array, softness: float) -> "Flow":
        """Point along the contours of `level` with no sense, steady also on ridges and valleys."""
        down, right = np.gradient(level)
        cosine = ndimage.gaussian_filter(right**2 - down**2, softness)
        sine = ndimage.gaussian_filter(2 * right * down, softness)
        angle = 0.5 * np.arctan2(sine, cosine) + np.pi / 2
        return self.point(np.cos(angle), np.sin(angle))

    def swirl(self, centre: tuple[float, float], radius: float, turn: float, inward: float) -> None:
        """Blend in a vortex: `turn` +1 or -1 is its sense, `inward` how much it spirals."""
        across, down = self.x - centre[0], self.y - centre[1]
        distance = np.hypot(across, down) + 1e-3
        pull = np.exp(-((distance / radius) ** 4))
        dx = (-turn * down - inward * across) / distance
        dy = (turn * across - inward * down) / distance
        self.point(self.dx * (1 - pull) + dx * pull, self.dy * (1 - pull) + dy * pull)

    def at(self, field: Array, points: Array) -> Array:
        """Sample a (H, W) field of this grid at points (..., 2) in reference pixels."""
        rows = np.clip(points[..., 1] / STRIDE + 0.5, 0, field.shape[0] - 1).astype(np.int64)
        columns = np.clip(points[..., 0] / STRIDE + 0.5, 0, field.shape[1] - 1).astype(np.int64)
        return field[rows, columns]

    def trace(self, starts: Array, lengths: Array, knots: int = 9) -> Array:
        """Follow the field from the middle both ways.

        Args:    starts: (N, 2) middle of each stroke; lengths: (N,) in reference pixels.
        Returns: (N, knots, 2).
        """
        half = knots // 2
        step = (lengths / (knots - 1))[:, None]
        sides = []
        for sense in (-1.0, 1.0):
            place: Array = starts.astype(np.float32)
            line = []
            course = sense * self._heading(place, None)
            for _ in range(half):
                course = self._heading(place, course)
                course = self._heading(place + 0.5 * step * course, course)
                place = place + step * course
                line.append(place)
            sides.append(line)
        ordered: Sequence[Array] = [*sides[0][::-1], starts, *sides[1]]
        return np.stack(ordered, axis=1).astype(np.float32)

    def _heading(self, points: Array, course: Array | None) -> Array:
        """Give the direction at points; where a course is given, the sense nearer to it."""
        heading = np.stack([self.at(self.dx, points), self.at(self.dy, points)], -1)
        if course is None:
            return heading
        return np.where((heading * course).sum(-1, keepdims=True) < 0, -heading, heading)

    def smear(self, values: Array, length: float, steps: int = 24) -> Array:
        """Average `values`, (H, W), along the field: noise becomes bands that follow it."""
        total, place = values.copy(), np.stack([self.x, self.y], -1)
        for sense in (-1.0, 1.0):
            point, course = place, sense * self._heading(place, None)
            for _ in range(steps):
                course = self._heading(point, course)
                point = point + length / (2 * steps) * course
                total = total + self.at(values, point)
        smooth: Array = ndimage.gaussian_filter(total / (2 * steps + 1), 0.7)
        return smooth


def scatter(width: float, height: float, spacing: float, rng: np.random.Generator) -> Array:
    """Strew points about evenly: a jittered grid, a little over the edge, in random order."""
    columns = np.arange(-spacing, width + spacing, spacing)
    rows = np.arange(-spacing, height + spacing, spacing)
    points = np.stack(np.meshgrid(columns, rows), -1).reshape(-1, 2)
    points = points + rng.uniform(-0.65, 0.65, points.shape) * spacing
    return rng.permutation(points).astype(np.float32)


def edges_of(label: Array) -> Array:
    """Mark where a label map (H, W) changes, as booleans."""
    edges = np.zeros(label.shape, bool)
    edges[1:] |= label[1:] != label[:-1]
    edges[:, 1:] |= label[:, 1:] != label[:, :-1]
    return edges
