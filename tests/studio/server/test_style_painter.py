from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError, UnknownNameError
from impasto.progress import Cancellation
from impasto.studio.server.own_styles import OwnStyle, new_own_style
from impasto.studio.server.style_painter import StylePainter
from impasto.studio.server.tools import StyleEntry

PHOTO = np.zeros((8, 12, 3), np.uint8)


@pytest.fixture
def own(stand_ins: ModuleType) -> OwnStyle:
    style: OwnStyle = new_own_style(stand_ins.make_photo(), "Mine", 200, 10**6)
    style.image.pixels[:] = 100
    return style


def painter(stand_ins: ModuleType, own: OwnStyle, image: Path, **tools: Any) -> StylePainter:
    image.write_bytes(stand_ins.make_photo())
    entries = {
        name: StyleEntry(title=name.title(), image=None if name == "green" else image)
        for name in stand_ins.COLORS
    }
    found = {own.name: own}
    return StylePainter(stand_ins.make_tools(**tools), entries, found.get)


def test_styles_and_blends_of_networks(
    stand_ins: ModuleType, own: OwnStyle, tmp_path: Path
) -> None:
    here = painter(stand_ins, own, tmp_path / "style.png")
    assert here.paint(PHOTO, "red", Cancellation())[0, 0].tolist() == [200, 30, 20]
    half = here.paint(PHOTO, "red:1,green:1", Cancellation())
    assert half[0, 0].tolist() == [110, 105, 30]
    assert here.title("red:3,green:1") == "Red 75% + Green 25%"
    assert not here.can_paint(own.name)
    assert not here.can_paint("matched:red")
    with pytest.raises(OptionError, match="one network"):
        here.paint(PHOTO, "red:1,blue:1", Cancellation())
    with pytest.raises(UnknownNameError, match="'Mine' cannot be painted here"):
        here.paint(PHOTO, own.name, Cancellation())


def test_pictures_are_mixed_where_networks_cannot(
    stand_ins: ModuleType, own: OwnStyle, tmp_path: Path
) -> None:
    here = painter(stand_ins, own, tmp_path / "style.png", mix=stand_ins.mix_flat)
    assert (here.paint(PHOTO, own.name, Cancellation()) == 100).all()
    blend = here.paint(PHOTO, f"{own.name}:1,red:1", Cancellation())
    assert 100 < blend.mean() < 130
    assert here.paint(PHOTO, "red:1,blue:1", Cancellation()).std() < 20
    matched = here.paint(PHOTO, f"matched:{own.name}", Cancellation())
    assert (matched[:, :6] == 100).all()
    assert not matched[:, 6:].any()
    assert here.title(f"matched:{own.name}") == "Mine, matched"


def test_what_has_no_picture_is_not_mixed(
    stand_ins: ModuleType, own: OwnStyle, tmp_path: Path
) -> None:
    here = painter(stand_ins, own, tmp_path / "style.png", mix=stand_ins.mix_flat)
    assert [here.has_picture(name) for name in ("red", "green", own.name)] == [True, False, True]
    for name in ("matched:green", f"green:1,{own.name}:1", "gone", "gone:1,red:1"):
        assert not here.can_paint(name)
    assert here.can_paint("green:1,red:1")
    with pytest.raises(UnknownNameError, match="no picture of 'green'"):
        here.paint(PHOTO, "matched:green", Cancellation())


def test_what_a_client_is_told(stand_ins: ModuleType, own: OwnStyle, tmp_path: Path) -> None:
    here = painter(stand_ins, own, tmp_path / "style.png")
    assert here.describe("red") == {"parts": [], "matched": False}
    told = here.describe("matched:red:1,green:1")
    assert told["matched"]
    assert told["parts"] == [{"name": "red", "share": 0.5}, {"name": "green", "share": 0.5}]
