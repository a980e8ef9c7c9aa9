from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from impasto.studio.server.message_fields import BoxEdges, Gesture, Name, Number, Whole


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e8, "x", None])
def test_numbers_are_finite_and_not_huge(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(value)


@pytest.mark.parametrize("value", [1.5, True, 2**31, "3"])
def test_whole_numbers_are_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Whole).validate_python(value)


def test_names_are_short_and_boxes_have_four_edges() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python("x" * 201)
    with pytest.raises(ValidationError):
        TypeAdapter(BoxEdges).validate_python((1, 2, 3))
    assert TypeAdapter(BoxEdges).validate_python([1, 2, 3, 4]) == (1, 2, 3, 4)


def test_nothing_unknown_may_be_said() -> None:
    assert Gesture(gesture=1).request is None
    with pytest.raises(ValidationError):
        Gesture.model_validate({"path": "/etc/passwd"})
