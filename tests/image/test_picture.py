from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impasto.errors import OptionError, ShapeError
from impasto.image.picture import ImageMetadata, Picture, change_bit_depth


@pytest.mark.parametrize(("dtype", "bits"), [(np.uint8, 8), (np.uint16, 16)])
def test_size_and_depth(dtype: type, bits: int) -> None:
    picture = Picture(pixels=np.zeros((17, 31, 3), dtype), alpha=np.zeros((17, 31), dtype))
    assert picture.size == (17, 31)
    assert picture.bit_depth == bits
    assert picture.metadata == ImageMetadata()


@pytest.mark.parametrize(
    ("pixels", "alpha"),
    [
        (np.zeros((16, 16), np.uint8), None),
        (np.zeros((16, 16, 4), np.uint8), None),
        (np.zeros((0, 16, 3), np.uint8), None),
        (np.zeros((16, 16, 3), np.float32), None),
        (np.zeros((16, 16, 3), np.int16), None),
        (np.zeros((16, 16, 3), np.uint8), np.zeros((16, 15), np.uint8)),
        (np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16), np.uint16)),
    ],
)
def test_refuses_other_arrays(pixels: np.ndarray, alpha: np.ndarray | None) -> None:
    with pytest.raises(ShapeError, match="expected"):
        Picture(pixels=pixels, alpha=alpha)


def test_is_frozen() -> None:
    picture = Picture(pixels=np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        picture.alpha = None  # type: ignore[misc]


def test_widening_and_narrowing_is_lossless_for_8_bits() -> None:
    levels = np.arange(256, dtype=np.uint8)
    assert (change_bit_depth(change_bit_depth(levels, 16), 8) == levels).all()
    assert change_bit_depth(levels, 8) is levels


def test_narrowing_rounds_to_the_nearest_level() -> None:
    levels = np.arange(65_536, dtype=np.uint16)
    assert (change_bit_depth(levels, 8) == np.rint(levels / 257)).all()


@given(bits=st.integers().filter(lambda bits: bits not in (8, 16)))
def test_refuses_other_depths(bits: int) -> None:
    with pytest.raises(OptionError, match="8 or 16"):
        change_bit_depth(np.zeros(1, np.uint8), bits)


@pytest.mark.slow
def test_reading_and_writing_do_not_import_torch() -> None:
    code = "import sys, impasto.image.codec; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
