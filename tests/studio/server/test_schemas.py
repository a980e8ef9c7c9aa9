from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from impasto.studio.server import schemas


def test_every_message_has_its_own_name() -> None:
    kinds = get_args(get_args(schemas.Message)[0])
    names = [get_args(kind.model_fields["do"].annotation)[0] for kind in kinds]
    assert len(set(names)) == len(names) == 20


def test_a_message_is_read() -> None:
    text = '{"do":"brush","region":"x","points":[[1,2.5]],"radius_px":3,"gesture":4}'
    message = schemas.read_message(text)
    assert message.points == ((1, 2.5),)
    assert (message.hardness, message.gesture, message.request) == (0.8, 4, None)


@pytest.mark.parametrize(
    "message",
    [
        {"do": "undo", "more": 1},
        {"do": "undo", "request": "1"},
        {"do": "undo", "request": 2**40},
        {"do": "add_object", "mask": {"nodes": []}},
        {"do": "add_object", "mask": {"nodes": [1.5]}},
        {"do": "add_object", "mask": {}},
        {"do": "set_strength", "region": "b", "strength": 1e30},
        {"do": "rename_object", "region": "b", "name": "x" * 201},
        {"do": "view", "scale": 1, "box": [0, 0, 1]},
        {"do": "segment", "points": [{"x": 1}]},
    ],
)
def test_anything_else_is_malformed(message: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schemas.read_message(json.dumps(message))
