from fractions import Fraction

import numpy as np

from impasto.video.frame import Frame


def test_time_is_exact() -> None:
    frame = Frame(
        pixels=np.zeros((2, 2, 3), np.uint8),
        pts=1001,
        duration=1001,
        time_base=Fraction(1, 30_000),
        index=1,
    )
    assert frame.time == Fraction(1001, 30_000)
