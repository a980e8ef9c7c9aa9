"""Every painting can be painted again: finite, in range, not flat, and the same for one seed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from impasto.styles.catalog import STYLES

ROOT = Path(__file__).parents[2]
SIZE = (64, 80)


@pytest.fixture
def paint(monkeypatch: pytest.MonkeyPatch) -> Callable[..., np.ndarray]:
    """Give the painter of scripts/, which is no installed package."""
    monkeypatch.syspath_prepend(str(ROOT))
    function: Callable[..., np.ndarray] = import_module("scripts.paint_styles.__main__").paint
    return function


@pytest.mark.parametrize("name", STYLES)
def test_painting_is_finite_and_repeatable(name: str, paint: Callable[..., np.ndarray]) -> None:
    picture = paint(name, SIZE, 3)
    assert picture.shape == (*SIZE, 3)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert picture.std() > 0.05
    np.testing.assert_array_equal(picture, paint(name, SIZE, 3))


def test_another_seed_paints_another_picture(paint: Callable[..., np.ndarray]) -> None:
    assert np.abs(paint("candy", SIZE, 3) - paint("candy", SIZE, 4)).mean() > 0.01


def test_every_painting_is_catalogued() -> None:
    source = (ROOT / "scripts" / "paint_styles" / "__main__.py").read_text()
    assert all(f'"{name}": (' in source for name in STYLES)
