from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from impasto.errors import OptionError, ShapeError, UnknownNameError
from impasto.studio.document import (
    BACKGROUND,
    MAX_OBJECTS,
    Background,
    Document,
    Look,
    PhotoObject,
    new_object_id,
)
from impasto.studio.mask import Mask, make_mask


def test_documents_are_values(document: Document) -> None:
    assert replace(document) == document
    assert hash(replace(document)) == hash(document)
    assert replace(document, close_gaps_px=1) != document


def test_finding_objects(document: Document) -> None:
    assert document.find("roof").name == "roof"
    assert document.position("lion") == 2
    with pytest.raises(UnknownNameError, match="no object 'dog' here; there are: sky, roof, lion"):
        document.find("dog")


def test_looks_of_what_is_shown(document: Document) -> None:
    assert document.look_of("sky").style == "a"
    assert document.look_of(BACKGROUND).style == "d"
    assert document.styles == ("d", "a", "b", "c")
    sky = replace(document.objects[0], visible=False)
    hidden = replace(
        document,
        objects=(sky, *document.objects[1:]),
        background=replace(document.background, visible=False),
    )
    assert hidden.look_of("sky") == Look() == hidden.look_of(BACKGROUND)
    assert hidden.styles == ("b", "c")


def test_ids_are_new() -> None:
    assert new_object_id() != new_object_id()


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": -0.1},
        {"strength": 1.6},
        {"strength": float("nan")},
        {"strength": True},
        {"style": ""},
        {"style": "x" * 201},
        {"style": "a\nb"},
    ],
)
def test_wrong_looks_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=f"{next(iter(wrong))}: expected"):
        Look(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"id": BACKGROUND}, {"id": ""}, {"name": "\x07"}, {"feather_px": 65}]
)
def test_wrong_objects_are_refused(disc: Callable[..., Mask], wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=f"{next(iter(wrong))}: expected"):
        PhotoObject(**{"id": "a", "name": "b", "mask": disc(9, 9, 5), **wrong})  # type: ignore[arg-type]


def test_wrong_documents_are_refused(document: Document) -> None:
    with pytest.raises(OptionError, match="a different id"):
        replace(document, objects=document.objects * 2)
    with pytest.raises(OptionError, match="close_gaps_px: expected 0 to 8, got 9"):
        replace(document, close_gaps_px=9)
    many = tuple(replace(document.objects[0], id=f"{n}") for n in range(MAX_OBJECTS + 1))
    with pytest.raises(OptionError, match="objects: expected at most"):
        replace(document, objects=many)
    small = PhotoObject(id="a", name="a", mask=make_mask(np.ones((20, 20), bool)))
    with pytest.raises(ShapeError, match="like the photograph"):
        replace(document, objects=(small,))
    assert Background().look.leaves_photograph
