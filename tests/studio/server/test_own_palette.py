from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from impasto.errors import CapacityError, OptionError
from impasto.studio.server.own_palette import OwnPalette, describe_style
from impasto.studio.server.own_styles import OwnStyle, new_own_style
from impasto.studio.server.replies import StyleReply


@pytest.fixture
def own(stand_ins: ModuleType) -> OwnStyle:
    style: OwnStyle = new_own_style(stand_ins.make_photo(), "Mine", 200, 10**6)
    return style


def _never(*_arguments: Any) -> Any:
    raise AssertionError("nothing is to be painted")


def test_before_the_document_is_open_styles_are_known_but_not_taken(
    own: OwnStyle, stand_ins: ModuleType
) -> None:
    palette = OwnPalette([own], _never)
    assert palette.find(own.name) is own
    assert palette.find("other") is None
    other = new_own_style(stand_ins.make_photo(), "Other", 200, 10**6)
    with pytest.raises(CapacityError, match="being opened"):
        palette.add(other, 5)
    assert [*palette] == [own]
    with pytest.raises(CapacityError, match="at most 1"):
        palette.add(other, 1)


def test_one_that_was_stopped_says_so_until_it_is_removed(own: OwnStyle) -> None:
    palette = OwnPalette([own], _never)
    (told,) = palette.describe()
    assert (told["status"], told["own"]) == ("failed", True)
    assert "ask for it again" in told["error"]
    palette.remove(own)
    assert palette.describe() == []


def test_what_is_told_is_what_the_interface_promises(own: OwnStyle) -> None:
    StyleReply.model_validate(OwnPalette([own], _never).describe()[0])
    StyleReply.model_validate(describe_style("red", "Red", "waiting"))


def test_painted_at_once_they_wait_for_their_turn_and_need_no_asking(own: OwnStyle) -> None:
    palette = OwnPalette([own], _never, is_instant=True)
    (told,) = palette.describe()
    assert (told["status"], told["error"], told["mixes"]) == ("waiting", None, True)
    own.painting = own.image.pixels
    with pytest.raises(OptionError, match="not refined yet"):
        palette.refine(own)
