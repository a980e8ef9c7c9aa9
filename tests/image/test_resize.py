from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import OptionError, ShapeError
from impasto.image.resize import fit_size, resize


def test_same_size_is_the_same_tensor() -> None:
    image = torch.rand(1, 3, 16, 17)
    assert resize(image, (16, 17)) is image


@settings(deadline=None, max_examples=30)
@given(
    size=st.tuples(st.integers(16, 50), st.integers(16, 50)),
    target=st.tuples(st.integers(1, 70), st.integers(1, 70)),
)
def test_gives_the_size_asked_within_the_range(
    size: tuple[int, int], target: tuple[int, int]
) -> None:
    resized = resize(torch.rand(2, 1, *size).round(), target)
    assert resized.shape == (2, 1, *target)
    assert resized.min() >= 0
    assert resized.max() <= 1


def test_constant_stays_constant() -> None:
    resized = resize(torch.full((1, 3, 33, 47), 0.3), (20, 91))
    assert torch.allclose(resized, torch.tensor(0.3), atol=1e-6)


def test_agrees_with_pillow() -> None:
    pixels = np.random.default_rng(1).random((64, 48)).astype(np.float32)
    expected = np.array(Image.fromarray(pixels).resize((17, 23), Image.Resampling.BICUBIC))
    resized = resize(torch.from_numpy(pixels)[None, None], (23, 17))
    assert np.allclose(resized[0, 0], expected.clip(0, 1), atol=1e-5)


def test_fine_stripes_become_grey_instead_of_moire() -> None:
    stripes = (torch.arange(512) % 2).float().expand(1, 1, 64, -1)
    reduced = resize(stripes, (16, 100))
    assert (reduced - 0.5).abs().max() < 0.05


def test_gradient_flows() -> None:
    image = torch.rand(1, 1, 16, 16, dtype=torch.float64) * 0.8 + 0.1
    torch.autograd.gradcheck(lambda x: resize(x, (9, 20)), image.requires_grad_())


@pytest.mark.parametrize("image", [torch.rand(3, 16, 16), torch.ones(1, 3, 16, 16).int()])
def test_refuses_other_tensors(image: torch.Tensor) -> None:
    with pytest.raises(ShapeError, match="expected"):
        resize(image, (16, 16))


def test_refuses_empty_sizes() -> None:
    with pytest.raises(OptionError, match="1 px"):
        resize(torch.rand(1, 3, 16, 16), (0, 16))


@settings(deadline=None)
@given(
    size=st.tuples(st.integers(16, 10_000), st.integers(16, 10_000)),
    longest=st.integers(16, 10_000),
)
def test_fit_size_keeps_the_aspect_ratio(size: tuple[int, int], longest: int) -> None:
    height, width = fit_size(size, longest)
    assert max(height, width) == longest
    scale = longest / max(size)
    for side, fitted in zip(size, (height, width), strict=True):
        assert fitted == 16 or abs(fitted - side * scale) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [((100, 200), 50, (25, 50)), ((1000, 20), 100, (100, 16)), ((16, 16), 512, (512, 512))],
)
def test_fit_size_examples(size: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    assert fit_size(size, longest) == expected


def test_fit_size_refuses_small_sides() -> None:
    with pytest.raises(OptionError, match="16 px"):
        fit_size((100, 100), 15)
    with pytest.raises(OptionError, match="1 px"):
        fit_size((0, 100), 100)
