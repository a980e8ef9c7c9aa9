import pytest
import torch

from impasto.errors import ShapeError
from impasto.guidance.mask import mask_at


@pytest.mark.parametrize("size", [(8, 8), (5, 7), (1, 1), (16, 16)])
def test_keeps_the_share_of_ones(size: tuple[int, int]) -> None:
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., :4] = 1
    resized = mask_at(mask, size)
    assert resized.shape == (1, 1, *size)
    assert resized.min() >= 0
    assert resized.max() <= 1
    if 16 % size[1] == 0:
        assert resized.mean().item() == pytest.approx(0.25)


def test_refuses_what_is_not_a_mask() -> None:
    with pytest.raises(ShapeError, match="mask: expected"):
        mask_at(torch.zeros(1, 3, 8, 8), (4, 4))
