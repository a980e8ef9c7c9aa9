from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from impasto.live.thumbnails import FIRST_AFTER, RENEW_S, Thumbnails


def test_each_style_is_painted_once_in_a_while_one_a_frame(stand_ins: Any) -> None:
    ready: list[Any] = []
    thumbnails = Thumbnails(ready.append)
    brush = stand_ins.QuickBrush(SimpleNamespace(style_names=("stripes", "dots")))
    for number in range(FIRST_AFTER + 3):
        assert len(ready) <= max(0, number - FIRST_AFTER + 1)
        thumbnails.note(stand_ins.make_frame(level=90), brush, 0.1 * number)
    assert ready == [None, "stripes", "dots"]
    for name, level in ((None, 90), ("stripes", 200), ("dots", 40)):
        pixels = np.asarray(Image.open(io.BytesIO(thumbnails.images[name])))
        assert pixels.shape == (*stand_ins.SIZE, 3)
        assert abs(int(pixels[8, 8, 0]) - level) <= 2
    for _ in range(5):
        thumbnails.note(stand_ins.make_frame(), brush, RENEW_S - 1)
    assert len(ready) == 3
    for _ in range(4):
        thumbnails.note(stand_ins.make_frame(), brush, RENEW_S + 2)
    assert len(ready) == 6


def test_another_network_has_others(stand_ins: Any) -> None:
    ready: list[Any] = []
    thumbnails = Thumbnails(ready.append)
    for names in (("stripes",), ("dots",)):
        brush = stand_ins.QuickBrush(SimpleNamespace(style_names=names))
        for _ in range(FIRST_AFTER + 3):
            thumbnails.note(stand_ins.make_frame(), brush, 1.0)
    assert ready == [None, "stripes", None, "dots"]


def test_there_are_none_without_a_network(stand_ins: Any) -> None:
    thumbnails = Thumbnails(lambda _name: None)
    for _ in range(20):
        thumbnails.note(stand_ins.make_frame(), None, 1.0)
    assert not thumbnails.images
    assert thumbnails.size_for((720, 1280)) == (112, 192)
