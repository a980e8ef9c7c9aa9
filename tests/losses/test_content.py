import pytest
import torch

from impasto.errors import OptionError, ShapeError
from impasto.losses.content import content_loss
from impasto.losses.normalization import NORMALIZATIONS, Normalization

F = torch.randn(1, 4, 5, 6, dtype=torch.float64)
P = torch.randn(1, 4, 5, 6, dtype=torch.float64)


def reference(name: str) -> float:
    squared = float(((F.numpy() - P.numpy()) ** 2).sum())
    if name == "gatys":
        return squared / 2
    if name == "relative":
        return squared / float((P.numpy() ** 2).sum())
    return squared / (4 * 5 * 6)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_equals_the_formula(name: Normalization) -> None:
    assert content_loss(F, P, normalization=name).item() == pytest.approx(reference(name), 1e-10)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_gradient(name: Normalization) -> None:
    x = F.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda f: content_loss(f, P, normalization=name), x)


def test_gradient_is_equation_1s() -> None:
    x = F.clone().requires_grad_()
    content_loss(x, P).backward()
    torch.testing.assert_close(x.grad, F - P)


def test_mask_hides_positions() -> None:
    mask = torch.zeros(1, 1, 5, 6, dtype=torch.float64)
    mask[..., :3] = 1
    expected = 0.5 * float(((F - P)[..., :3].numpy() ** 2).sum())
    assert content_loss(F, P, mask=mask).item() == pytest.approx(expected)


def test_low_precision_is_summed_in_float32() -> None:
    loss = content_loss(torch.ones(1, 64, 64, 64).bfloat16(), torch.zeros(1, 64, 64, 64).bfloat16())
    assert loss.dtype == torch.float32
    assert loss.item() == 0.5 * 64**3


def test_bad_input() -> None:
    with pytest.raises(ShapeError, match="expected one shape"):
        content_loss(F, P[..., :3])
    with pytest.raises(OptionError, match="normalization: expected one of"):
        content_loss(F, P, normalization="other")  # type: ignore[arg-type]
