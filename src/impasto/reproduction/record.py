"""Measured values as JSON and pictures, and back: frozen dataclasses of plain fields."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from impasto.image.picture import Picture

Keep = Callable[[str, Picture], str]
"""Takes a name and a picture, and gives the file's name."""

Fetch = Callable[[str], Picture]
"""Takes a file's name and gives the picture."""


def to_json(value: Any, keep: Keep, place: str = "") -> Any:
    """A value as JSON, its pictures kept elsewhere.

    Args:
        value: A dataclass, a sequence, a mapping with names, a picture, text, a number or
            ``None``. What is not a finite number becomes ``None``.
        keep: Keeps a picture, whose name says where in the value it is.
        place: Where the value is in a larger one.

    Raises:
        TypeError: if it is anything else.
    """

    def inside(name: object, part: Any) -> Any:
        return to_json(part, keep, f"{place}-{name}" if place else str(name))

    match value:
        case Picture():
            return keep(place.replace("_", "-") or "picture", value)
        case float():
            return value if math.isfinite(value) else None
        case None | str() | int():
            return value
        case Mapping():
            return {str(name): inside(name, part) for name, part in value.items()}
        case Sequence():
            return [inside(index, part) for index, part in enumerate(value, start=1)]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: inside(each.name, getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"{place}: expected a value of plain fields, got {type(value).__name__}.")


def from_json(kind: Any, data: Any, fetch: Fetch) -> Any:
    """The value that :func:`to_json` made into ``data``.

    Args:
        kind: Its type: a dataclass, or a type one of its fields may have.
        data: What was read.
        fetch: Gets a picture back.

    Raises:
        TypeError, ValueError, KeyError: if ``data`` is of another shape.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        (kind,) = (each for each in arguments if each is not type(None))
        return from_json(kind, data, fetch)
    if kind is Picture:
        return fetch(data)
    if kind is float:
        return math.nan if data is None else float(data)
    if kind in (int, str, bool):
        if type(data) is not kind:
            raise TypeError(f"expected {kind.__name__}, got {data!r:.80}.")
        return data
    if origin is tuple:
        one = arguments[0]
        kinds = [one] * len(data) if arguments[1:] == (...,) else list(arguments)
        return tuple(from_json(each, part, fetch) for each, part in zip(kinds, data, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {name: from_json(arguments[1], part, fetch) for name, part in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [each.name for each in fields(kind)]
        return kind(**{name: from_json(hints[name], data[name], fetch) for name in names})
    raise TypeError(f"expected a type of plain fields, got {kind!r}.")
