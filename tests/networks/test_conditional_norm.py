import pytest
import torch
from torch.nn import functional as F

from impasto.errors import ShapeError
from impasto.networks.conditional_norm import (
    affine,
    conditional_instance_norm,
    neutral_row,
    split_rows,
)


def test_values_agree_with_torch_instance_norm() -> None:
    torch.manual_seed(0)
    features = 3 + 5 * torch.randn(2, 3, 7, 9, dtype=torch.float64)
    scale, shift = torch.randn(2, 3), torch.randn(2, 3)
    found = conditional_instance_norm(features, scale.double(), shift.double())
    for image in range(2):
        expected = F.instance_norm(
            features[image : image + 1], weight=scale[image].double(), bias=shift[image].double()
        )
        # Statistics are float32 on purpose.
        torch.testing.assert_close(found[image : image + 1], expected, atol=1e-5, rtol=1e-5)


def test_one_row_serves_all_images() -> None:
    features = torch.randn(3, 2, 4, 4)
    row = torch.tensor([[2.0, -1.0]])
    found = conditional_instance_norm(features, row, row)
    expected = conditional_instance_norm(features, row.expand(3, -1), row.expand(3, -1))
    assert torch.equal(found, expected)


def test_gradients() -> None:
    torch.manual_seed(1)
    features = torch.randn(1, 2, 3, 4, dtype=torch.float64, requires_grad=True)
    scale, shift = (torch.randn(1, 2, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(affine, (features, scale, shift))
    # The statistics are float32, so steps and tolerances are wide.
    assert torch.autograd.gradcheck(
        conditional_instance_norm, (features, scale, shift), eps=1e-2, atol=5e-3, rtol=1e-2
    )


def test_bfloat16_features_keep_their_type() -> None:
    features = torch.randn(1, 2, 4, 4, dtype=torch.bfloat16)
    ones, zeros = torch.ones(1, 2), torch.zeros(1, 2)
    assert conditional_instance_norm(features, ones, zeros).dtype == torch.bfloat16


def test_rows_are_cut_in_order() -> None:
    rows = torch.arange(10.0)[None]
    (scale, shift), (scale2, shift2) = split_rows(rows, (2, 3))
    assert scale.tolist() == [[0, 1]]
    assert shift.tolist() == [[2, 3]]
    assert scale2.tolist() == [[4, 5, 6]]
    assert shift2.tolist() == [[7, 8, 9]]


@pytest.mark.parametrize("shape", [(1, 9), (1, 11), (10,), (1, 1, 10)])
def test_wrong_rows(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"expected \(B, 10\)"):
        split_rows(torch.zeros(shape), (2, 3))


def test_the_neutral_row_changes_nothing() -> None:
    row = neutral_row((2, 3))
    assert row.tolist() == [1, 1, 0, 0, 1, 1, 1, 0, 0, 0]
