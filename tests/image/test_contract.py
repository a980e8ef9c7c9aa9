from __future__ import annotations

import pytest
import torch

from impasto.errors import ShapeError
from impasto.image.contract import check_image, check_mask


def test_returns_the_tensor_itself() -> None:
    image, mask = torch.rand(2, 3, 16, 17), torch.rand(2, 1, 16, 17)
    assert check_image(image) is image
    assert check_mask(mask) is mask


@pytest.mark.parametrize(
    "image",
    [
        torch.rand(3, 16, 16),
        torch.rand(1, 4, 16, 16),
        torch.zeros(1, 3, 16, 16, dtype=torch.uint8),
        torch.zeros(1, 3, 0, 16),
        torch.full((1, 3, 16, 16), 255.0),
        torch.full((1, 3, 16, 16), -0.5),
        torch.full((1, 3, 16, 16), float("nan")),
    ],
)
def test_refuses_what_breaks_the_contract(image: torch.Tensor) -> None:
    with pytest.raises(ShapeError, match=r"^photo: expected"):
        check_image(image, name="photo")


def test_refuses_an_image_as_a_mask() -> None:
    with pytest.raises(ShapeError, match="mask"):
        check_mask(torch.rand(1, 3, 16, 16))
