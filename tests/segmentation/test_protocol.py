import numpy as np
import pytest

from impasto.errors import ShapeError
from impasto.segmentation.protocol import Masks


def test_the_first_is_the_best() -> None:
    masks = Masks(masks=np.eye(2, dtype=bool)[None].repeat(2, 0), quality=np.ones(2, np.float32))
    assert len(masks) == 2
    assert masks.best.tolist() == [[True, False], [False, True]]


def test_refuses_arrays_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"expected \(N, H, W\) bool"):
        Masks(masks=np.zeros((2, 2), bool), quality=np.ones(2, np.float32))
    with pytest.raises(ShapeError, match="one a mask"):
        Masks(masks=np.zeros((1, 2, 2), bool), quality=np.ones(2, np.float32))
