import numpy as np
import pytest
import torch

from impasto.errors import ShapeError
from impasto.losses.gram import gram_matrix
from impasto.losses.normalization import NORMALIZATIONS, Normalization
from impasto.losses.style import style_layer_loss, style_loss

LAYERS = {"relu1_1": (4, 6, 8), "relu2_1": (3, 3, 4)}


def features(seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn((1, *shape), generator=generator, dtype=torch.float64)
        for name, shape in LAYERS.items()
    }


def grams(found: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: gram_matrix(value) for name, value in found.items()}


def equation_3(ours: dict[str, torch.Tensor], style: dict[str, torch.Tensor]) -> float:
    """Σ_l w_l / (4 N² M²) Σ (G − A)² with unnormalised Gram matrices, in float64 NumPy."""
    total = 0.0
    for name, value in ours.items():
        f, a = (x.numpy()[0].reshape(x.shape[1], -1) for x in (value, style[name]))
        n, m = f.shape
        total += ((f @ f.T - a @ a.T) ** 2).sum() / (4 * n**2 * m**2) / len(ours)
    return total


def test_equals_equation_3() -> None:
    ours, style = features(1), features(2)
    loss = style_loss(grams(ours), grams(style)).item()
    assert loss == pytest.approx(equation_3(ours, style), rel=1e-12)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_layer_equals_the_formula(name: Normalization) -> None:
    g, a = (gram_matrix(features(seed)["relu1_1"]) for seed in (1, 2))
    squared = float(((g.numpy() - a.numpy()) ** 2).sum())
    n = g.shape[-1]
    expected = {
        "gatys": squared / (4 * n**2),
        "relative": squared / float((a.numpy() ** 2).sum()),
        "mean": squared / n**2,
        "tutorial": float(np.mean((g.numpy() / n - a.numpy() / n) ** 2)),
    }[name]
    assert style_layer_loss(g, a, normalization=name).item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_gradient_through_the_gram_matrix(name: Normalization) -> None:
    x, target = features(1)["relu2_1"].requires_grad_(), gram_matrix(features(2)["relu2_1"])
    assert torch.autograd.gradcheck(
        lambda f: style_layer_loss(gram_matrix(f), target, normalization=name), x
    )


def test_layer_weights() -> None:
    ours, style = grams(features(1)), grams(features(2))
    only = style_loss(ours, style, layer_weights={"relu1_1": 2.0, "relu2_1": 0.0})
    layer = style_layer_loss(ours["relu1_1"], style["relu1_1"])
    torch.testing.assert_close(only, 2 * layer)


def test_batch_is_averaged() -> None:
    g, a = (torch.randn(2, 3, 3, dtype=torch.float64) for _ in range(2))
    each = torch.stack([style_layer_loss(g[i : i + 1], a[i : i + 1]) for i in range(2)])
    torch.testing.assert_close(style_layer_loss(g, a), each.mean())


def test_bad_input() -> None:
    with pytest.raises(ShapeError, match="one layer of one encoder"):
        style_layer_loss(torch.zeros(1, 3, 3), torch.zeros(1, 4, 4))
    with pytest.raises(ShapeError, match="layers differ"):
        style_loss({"a": torch.zeros(1, 3, 3)}, {"b": torch.zeros(1, 3, 3)})
