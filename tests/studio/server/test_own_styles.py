from __future__ import annotations

import json
from types import ModuleType

import numpy as np
import pytest

from impasto.errors import ImageFormatError
from impasto.studio.server.encoding import encode_png
from impasto.studio.server.own_styles import new_own_style, read_own_styles

LIMITS = {"own_style_px": (128, 1024), "count": 5, "max_pixels": 10**6}


def test_what_is_saved_of_a_style_is_read_again(stand_ins: ModuleType) -> None:
    style = new_own_style(stand_ins.make_photo(), "Mine\n", 300, 10**6)
    style.painting = np.full((20, 30, 3), 7, np.uint8)
    (again,) = read_own_styles(style.attachments(), **LIMITS)
    assert (again.name, again.title, again.longest_side_px) == (style.name, "Mine", 300)
    assert (again.image.pixels == style.image.pixels).all()
    assert again.painting is not None
    assert (again.painting == 7).all()


def test_paintings_are_enlarged_to_the_photograph(stand_ins: ModuleType) -> None:
    style = new_own_style(stand_ins.make_photo(), "", 300, 10**6)
    assert style.title == "My style"
    assert style.enlarged((40, 60)) is None
    style.painting = np.full((20, 30, 3), 7, np.uint8)
    enlarged = style.enlarged((40, 61))
    assert enlarged is not None
    assert enlarged.shape == (40, 61, 3)
    assert (enlarged == 7).all()


def test_damaged_styles_are_left_out(stand_ins: ModuleType) -> None:
    photo = stand_ins.make_photo()
    card = json.dumps({"title": "T", "longest_side_px": 10**9}).encode()
    image = {f"own-{n * 12}.image.png": photo for n in "abcdef0123"}
    cards = {
        f"own-{'a' * 12}.json": card,
        f"own-{'b' * 12}.json": b"{",
        f"own-{'c' * 12}.json": b"[]",
        f"own-{'d' * 12}.json": b"[" * 100_000,
        f"own-{'e' * 12}.json": json.dumps({"title": "T", "longest_side_px": "x"}).encode(),
        f"own-{'9' * 12}.json": card,
        "own-x.json": card,
    }
    (style,) = read_own_styles({**image, **cards}, **LIMITS)
    assert (style.name, style.longest_side_px) == (f"own-{'a' * 12}", 1024)


def test_what_is_no_image_is_no_style() -> None:
    with pytest.raises(ImageFormatError):
        new_own_style(b"nothing", "T", 300, 10**6)
    assert not read_own_styles({"own-aaaaaaaaaaaa.image.png": encode_png(_flat())}, **LIMITS)


def _flat() -> np.ndarray:
    return np.zeros((20, 20, 3), np.uint8)
