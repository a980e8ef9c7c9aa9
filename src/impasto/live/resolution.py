"""Which size is painted, so that the frame rate asked for is held on this machine, right now."""

from __future__ import annotations

from collections import deque
from statistics import median

Size = tuple[int, int]

SCALES = (1.0, 0.8, 0.64, 0.5)
"""Sides of the sizes there are, as parts of the largest."""

MULTIPLE_PX = 8
"""Networks take sides that are multiples of this without padding."""

SAMPLES = 12
"""Frames that a judgement rests on."""

TOO_SLOW = 1.0
"""From this share of a frame's time on, the next size below is taken."""

QUICK_ENOUGH = 0.8
"""Under this share, as it is expected at the next size above, that one is taken."""

CALM_S = 2.0
"""How long it has to have been quick enough."""

LONGEST_CALM_S = 60.0
"""Each step up that was a mistake doubles the time, up to this."""

MISTAKE_S = 6.0
"""A step up was a mistake if it was taken back this soon."""

FIXED_SHARE = 0.15
"""Part of a frame's time at the largest size that no smaller size saves."""


def fit_size(size: Size, most: Size) -> Size:
    """The largest (H, W) of the proportions of ``size`` within ``most``, never larger than it is.

    Sides are multiples of 8, at least 16; the proportions are kept as nearly as those allow.

    Example:
        >>> fit_size((1080, 1920), (720, 1280)), fit_size((480, 640), (720, 1280))
        ((720, 1280), (480, 640))
    """
    scale = min(1.0, most[0] / size[0], most[1] / size[1])
    return scale_size(size, scale)


def scale_size(size: Size, scale: float) -> Size:
    """(H, W) times ``scale``, in multiples of 8 px, at least 16 px."""
    height, width = (
        max(2 * MULTIPLE_PX, round(side * scale / MULTIPLE_PX) * MULTIPLE_PX) for side in size
    )
    return height, width


class Resolution:
    """Chooses among a few sizes by how long frames took, slow to go up again.

    Args:
        largest: (H, W) of the largest size.
        fps: Frames a second to hold.
        is_fixed: Whether the largest size is kept whatever happens.
    """

    def __init__(self, largest: Size, fps: float, *, is_fixed: bool = False) -> None:
        scales = SCALES[:1] if is_fixed else SCALES
        self.sizes = tuple(dict.fromkeys(scale_size(largest, scale) for scale in scales))
        self._frame_s = 1 / fps
        self._at = 0
        self._taken: deque[float] = deque(maxlen=SAMPLES)
        self._calm_since_s: float | None = None
        self._calm_s = CALM_S
        self._went_up_s = float("-inf")

    @property
    def size(self) -> Size:
        """(H, W) to paint at now."""
        return self.sizes[self._at]

    def note(self, taken_s: float, now_s: float) -> bool:
        """Learn how long a frame took at the size of now.

        Args:
            taken_s: Seconds of work for it.
            now_s: When it was done.

        Returns:
            Whether the size is another one from now on.
        """
        self._taken.append(taken_s)
        if len(self._taken) < SAMPLES:
            return False
        typical_s = median(self._taken)
        if typical_s > TOO_SLOW * self._frame_s and self._at + 1 < len(self.sizes):
            return self._step_down(typical_s, now_s)
        if (
            self._at == 0
            or self._expected_s(typical_s, self._at - 1) > QUICK_ENOUGH * self._frame_s
        ):
            self._calm_since_s = None
            return False
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        if now_s - self._calm_since_s < self._calm_s:
            return False
        self._went_up_s = now_s
        return self._go(self._at - 1)

    def _step_down(self, typical_s: float, now_s: float) -> bool:
        """To the largest size that is expected to be quick enough, the smallest if none is."""
        if now_s - self._went_up_s < MISTAKE_S:
            self._calm_s = min(LONGEST_CALM_S, 2 * self._calm_s)
        fitting = (
            at
            for at in range(self._at + 1, len(self.sizes))
            if self._expected_s(typical_s, at) <= self._frame_s
        )
        return self._go(next(fitting, len(self.sizes) - 1))

    def _expected_s(self, typical_s: float, at: int) -> float:
        """Seconds of a frame at another size: a part grows with the pixels, a part does not."""
        here, there, whole = (_area(self.sizes[each]) for each in (self._at, at, 0))
        fixed = FIXED_SHARE * whole
        return typical_s * (there + fixed) / (here + fixed)

    def _go(self, at: int) -> bool:
        self._at = at
        self._taken.clear()
        self._calm_since_s = None
        return True


def _area(size: Size) -> int:
    return size[0] * size[1]
