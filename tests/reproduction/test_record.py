from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np
import pytest

from impasto.image.picture import Picture
from impasto.reproduction.record import from_json, to_json


@dataclass(frozen=True, kw_only=True)
class Inner:
    share: float
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: str
    count: int
    size: tuple[int, int]
    times_s: tuple[float, ...]
    nothing: int | None
    inner: tuple[Inner, ...]
    by_name: dict[str, Inner]


def test_there_and_back() -> None:
    picture = Picture(pixels=np.zeros((4, 4, 3), np.uint8))
    inner = Inner(share=0.5, picture=picture)
    value = Outer(
        name="寿司",
        count=3,
        size=(2, 5),
        times_s=(1.0, math.nan),
        nothing=None,
        inner=(inner, inner),
        by_name={"a_b": inner},
    )
    kept: dict[str, Picture] = {}

    def keep(place: str, picture: Picture) -> str:
        kept[f"{place}.png"] = picture
        return f"{place}.png"

    data = json.loads(json.dumps(to_json(value, keep), allow_nan=False))
    assert list(kept) == ["inner-1-picture.png", "inner-2-picture.png", "by-name-a-b-picture.png"]
    again = from_json(Outer, data, kept.__getitem__)
    assert isinstance(again, Outer)
    assert (again.name, again.count, again.size, again.nothing) == ("寿司", 3, (2, 5), None)
    assert again.times_s[0] == 1
    assert math.isnan(again.times_s[1])
    assert again.by_name["a_b"].picture is picture


@pytest.mark.parametrize(
    "change",
    [{"count": "3"}, {"count": 3.5}, {"size": [1, 2, 3]}, {"inner": 7}, {"name": None}],
)
def test_other_shapes_are_refused(change: dict[str, object]) -> None:
    data = {"name": "a", "count": 1, "size": [1, 2], "times_s": [], "nothing": None}
    data |= {"inner": [], "by_name": {}} | change
    with pytest.raises((TypeError, ValueError)):
        from_json(Outer, data, lambda _: Picture(pixels=np.zeros((4, 4, 3), np.uint8)))


def test_what_is_missing_is_refused() -> None:
    with pytest.raises(KeyError):
        from_json(Inner, {"share": 1.0}, lambda _: Picture(pixels=np.zeros((4, 4, 3), np.uint8)))


def test_only_plain_fields() -> None:
    with pytest.raises(TypeError, match="plain fields"):
        to_json(object(), lambda place, _: place)
    with pytest.raises(TypeError, match="plain fields"):
        from_json(object, {}, lambda _: Picture(pixels=np.zeros((4, 4, 3), np.uint8)))
