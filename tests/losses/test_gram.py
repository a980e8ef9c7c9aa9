import numpy as np
import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.gram import gram_matrix


def reference(features: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Equation (2) by its indices, in float64."""
    batch, channels, _, _ = features.shape
    gram = np.zeros((batch, channels, channels))
    for b in range(batch):
        for i in range(channels):
            for j in range(channels):
                gram[b, i, j] = (mask[b, 0] * features[b, i] * features[b, j]).sum()
        gram[b] /= mask[b].sum()
    return gram


@pytest.mark.parametrize("size", [(5, 7), (1, 1), (70, 64)])
def test_equals_equation_2(size: tuple[int, int]) -> None:
    features = torch.randn(2, 3, *size, dtype=torch.float64)
    expected = reference(features.numpy(), np.ones((2, 1, *size)))
    np.testing.assert_allclose(gram_matrix(features).numpy(), expected, rtol=1e-12)


def test_mask_weighs_positions() -> None:
    features, mask = torch.randn(2, 3, 6, 5, dtype=torch.float64), torch.rand(2, 1, 6, 5).double()
    expected = reference(features.numpy(), mask.numpy())
    np.testing.assert_allclose(gram_matrix(features, mask).numpy(), expected, rtol=1e-12)


def test_ignores_what_the_mask_hides() -> None:
    features, mask = torch.randn(1, 4, 8, 8), torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1
    changed = features.clone()
    changed[..., 4:] = 100
    torch.testing.assert_close(gram_matrix(changed, mask), gram_matrix(features, mask))


def test_empty_mask_is_finite() -> None:
    assert gram_matrix(torch.randn(1, 2, 4, 4), torch.zeros(1, 1, 4, 4)).isfinite().all()


@pytest.mark.parametrize("masked", [False, True])
def test_gradient(masked: bool) -> None:
    features = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    mask = torch.rand(2, 1, 4, 5, dtype=torch.float64) if masked else None
    assert torch.autograd.gradcheck(lambda x: gram_matrix(x, mask), features)


def test_bfloat16_is_summed_in_float32() -> None:
    features = torch.rand(1, 8, 96, 97).bfloat16()
    gram = gram_matrix(features)
    assert gram.dtype == torch.float32
    torch.testing.assert_close(gram, gram_matrix(features.float()), rtol=5e-3, atol=0)


def test_refuses_wrong_shapes() -> None:
    with pytest.raises(ShapeError, match=r"expected \(B, C, H, W\)"):
        gram_matrix(torch.zeros(3, 4, 4))
    with pytest.raises(ShapeError, match="expected the size"):
        gram_matrix(torch.zeros(1, 3, 4, 4), torch.zeros(1, 1, 2, 2))


@pytest.mark.parametrize("kind", ["sparse", "empty"])
def test_skipping_empty_positions_gives_the_same(kind: str) -> None:
    features, mask = torch.randn(1, 4, 8, 8).double(), torch.rand(1, 1, 8, 8).double()
    mask = torch.where(mask > (0.7 if kind == "sparse" else 2), mask, 0)
    skipped = gram_matrix(features, mask, skip_empty=True)
    torch.testing.assert_close(skipped, gram_matrix(features, mask))
    features.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: gram_matrix(x, mask, skip_empty=True), features)
