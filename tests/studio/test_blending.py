import numpy as np
import pytest
from skimage.color import rgb2yiq, yiq2rgb

from impasto.studio.blending import Scratch, add_region, finish, keep_colors, strengthen

SIZE = (23, 37)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*SIZE, 3), np.uint8)


def test_every_sum_is_rounded_to_the_nearest() -> None:
    """All values a sum can have, against integers of any size."""
    sums = np.arange(255 * 255 + 1)
    total = np.resize(sums, (255, 256, 3)).astype(np.uint16)
    out = np.zeros((300, 300, 3), np.uint8)
    finish(total, out[10:265, 20:276])
    assert np.array_equal(out[10:265, 20:276], (total.astype(int) + 127) // 255)
    assert not out[:10].any()
    assert not out[:, 276:].any()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_sum_of_equation_8(count: int) -> None:
    random = np.random.default_rng(count)
    cuts = np.sort(random.integers(0, 256, (count - 1, *SIZE)), axis=0)
    ends = np.concatenate([np.zeros((1, *SIZE)), cuts, np.full((1, *SIZE), 255)])
    alphas = np.diff(ends, axis=0).astype(np.uint8)
    layers = [noise(seed) for seed in range(count)]
    total = np.full((*SIZE, 3), 9, np.uint16)
    for number, (layer, alpha) in enumerate(zip(layers, alphas, strict=True)):
        add_region(total, layer, alpha, Scratch(), is_first=number == 0)
    out = np.empty((*SIZE, 3), np.uint8)
    finish(total, out)
    exact = sum(
        layer.astype(np.float64) * (alpha[..., None] / 255)
        for layer, alpha in zip(layers, alphas, strict=True)
    )
    assert np.abs(out - exact).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("strength", [0, 0.3, 0.5, 1, 1.5])
def test_strength(strength: float) -> None:
    photo, stylized = noise(1), noise(2)
    exact = np.clip(photo + strength * (stylized.astype(np.float64) - photo), 0, 255)
    assert np.abs(strengthen(photo, stylized, strength, Scratch()) - exact).max() <= 0.501


@pytest.mark.parametrize("strength", [0, 0.4, 1, 1.5])
def test_colors_are_kept(strength: float) -> None:
    """Against scikit-image's YIQ in float64."""
    photo, stylized = noise(3), noise(4)
    yiq, target = rgb2yiq(photo), rgb2yiq(stylized)
    yiq[..., 0] += strength * (target[..., 0] - yiq[..., 0])
    exact = 255 * np.clip(yiq2rgb(yiq), 0, 1)
    assert np.abs(keep_colors(photo, stylized, strength, Scratch()) - exact).max() <= 0.51


def test_scratch_is_used_again() -> None:
    scratch = Scratch()
    first = scratch.take("a", (4, 5), np.uint8)
    assert np.shares_memory(first, scratch.take("a", (3, 2), np.uint8))
    assert scratch.take("a", (40, 5), np.uint8).shape == (40, 5)
    assert not np.shares_memory(scratch.take("b", (4, 5), np.uint8), first)


def test_views_of_a_larger_picture_are_read_and_written_in_place() -> None:
    big = np.zeros((50, 60, 3), np.uint8)
    part = big[5:28, 7:44]
    total = np.full((*SIZE, 3), 255 * 7, np.uint16)
    finish(total, part)
    assert (big[5:28, 7:44] == 7).all()
    assert big.sum() == 7 * part.size
