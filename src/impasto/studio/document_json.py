"""Documents and histories as JSON: what project files and the autosave journal hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from impasto.errors import ImpastoError, ProjectError
from impasto.studio.box import Box
from impasto.studio.document import Background, Document, Look, PhotoObject
from impasto.studio.history import History
from impasto.studio.mask import Mask
from impasto.studio.photograph import PhotographReference

T = TypeVar("T")
Json = dict[str, Any]

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class MaskReference:
    """What JSON says of a mask; its values lie in a file of their own.

    Attributes:
        digest: 64 hexadecimal digits.
        box: Where the values lie.
    """

    digest: str
    box: Box


def write_document(document: Document) -> Json:
    """A document as JSON, all but its photograph and the values of its masks."""
    return {
        **_write_state(document),
        "objects": [_write_object(each) for each in document.objects],
    }


def write_history(history: History) -> Json:
    """All states as JSON; the photograph and each object, as it was at some time, once."""
    photograph = history.document.photograph
    places: dict[PhotoObject, int] = {}
    states = [
        {
            **_write_state(state),
            "objects": [places.setdefault(each, len(places)) for each in state.objects],
        }
        for state in history.states
    ]
    return {
        "photograph": {
            "digest": photograph.digest,
            "size": list(photograph.size),
            "name": photograph.name,
        },
        "position": history.position,
        "objects": [_write_object(each) for each in places],
        "states": states,
    }


def masks_of(documents: Sequence[Document]) -> dict[str, Mask]:
    """Every mask of some documents once, by digest."""
    return {each.mask.digest: each.mask for state in documents for each in state.objects}


def mask_references(data: Any) -> Iterator[MaskReference]:
    """The masks that the JSON of a document or a history names, some more than once.

    Raises:
        ProjectError: if it is not such JSON.
    """
    for each in _take(data, "objects", list):
        yield _read_reference(_take(each, "mask", dict))


def read_photograph_reference(data: Any) -> PhotographReference:
    """What the JSON of a history says of its photograph.

    Raises:
        ProjectError: if it is not such JSON.
    """
    entry = _take(data, "photograph", dict)
    digest, size = _take(entry, "digest", str), _take(entry, "size", list)
    if not _DIGEST.fullmatch(digest) or len(size) != 2 or not all(type(n) is int for n in size):
        raise ProjectError("photograph: expected a digest and a size, got something else.")
    return PhotographReference(
        digest=digest, size=(size[0], size[1]), name=_take(entry, "name", str)
    )


def read_states(data: Any) -> tuple[list[Json], int]:
    """The states in the JSON of a history, as :func:`write_document` writes them.

    Returns:
        The states, not judged yet, and which of them is shown. States that have an object in
        common hold the same Python object.

    Raises:
        ProjectError: if it is not such JSON.
    """
    objects, position = _take(data, "objects", list), _take(data, "position", int)
    states = []
    for state in _take(data, "states", list):
        numbers = _take(state, "objects", list)
        if not all(type(number) is int and 0 <= number < len(objects) for number in numbers):
            raise ProjectError(
                f"objects: expected numbers from 0 to {len(objects) - 1}, got {numbers!r:.60}."
            )
        states.append({**state, "objects": [objects[number] for number in numbers]})
    if not 0 <= position < len(states):
        raise ProjectError(f"position: expected one of {len(states)} states, got {position}.")
    return states, position


class DocumentReader:
    """Reads documents of one photograph; what many have in common is read once.

    Args:
        photograph: The photograph.
        masks: Gives the masks that are named.
    """

    def __init__(
        self, photograph: PhotographReference, masks: Callable[[MaskReference], Mask]
    ) -> None:
        self._photograph = photograph
        self._masks = masks
        self._objects: dict[str, PhotoObject] = {}

    def read(self, data: Any) -> Document:
        """The document that :func:`write_document` wrote.

        Args:
            data: JSON from anywhere.

        Raises:
            ProjectError: if it is not such JSON, or says something impossible.
        """
        return _translated(
            lambda: Document(
                photograph=self._photograph,
                background=_read_background(_take(data, "background", dict)),
                objects=tuple(map(self._read_object, _take(data, "objects", list))),
                close_gaps_px=_take(data, "close_gaps_px", int),
            )
        )

    def _read_object(self, data: Any) -> PhotoObject:
        key = repr(data)
        known = self._objects.get(key)
        if known is None:
            known = self._objects[key] = _read_object(data, self._masks)
        return known


def _write_state(document: Document) -> Json:
    return {
        "background": _write_region(document.background),
        "close_gaps_px": document.close_gaps_px,
    }


def _write_region(region: Background | PhotoObject) -> Json:
    return {
        "style": region.look.style,
        "strength": region.look.strength,
        "preserve_colors": region.look.preserve_colors,
        "visible": region.visible,
    }


def _write_object(each: PhotoObject) -> Json:
    box = each.mask.box
    return {
        "id": each.id,
        "name": each.name,
        "mask": {
            "digest": each.mask.digest,
            "box": [box.top, box.left, box.bottom, box.right],
        },
        "feather_px": each.feather_px,
        **_write_region(each),
    }


def _read_background(data: Json) -> Background:
    return Background(look=_read_look(data), visible=_take(data, "visible", bool))


def _read_object(data: Any, masks: Callable[[MaskReference], Mask]) -> PhotoObject:
    return PhotoObject(
        id=_take(data, "id", str),
        name=_take(data, "name", str),
        mask=masks(_read_reference(_take(data, "mask", dict))),
        look=_read_look(data),
        feather_px=_take(data, "feather_px", float),
        visible=_take(data, "visible", bool),
    )


def _read_look(data: Json) -> Look:
    return Look(
        style=None if data.get("style") is None else _take(data, "style", str),
        strength=_take(data, "strength", float),
        preserve_colors=_take(data, "preserve_colors", bool),
    )


def _read_reference(data: Json) -> MaskReference:
    digest, edges = _take(data, "digest", str), _take(data, "box", list)
    if not _DIGEST.fullmatch(digest) or len(edges) != 4 or not all(type(n) is int for n in edges):
        raise ProjectError("mask: expected a digest and a box, got something else.")
    top, left, bottom, right = edges
    return MaskReference(digest=digest, box=Box(top=top, left=left, bottom=bottom, right=right))


def _take(data: Any, key: str, kind: type[T]) -> T:
    """An entry of an object of JSON, of the type it should have."""
    if not isinstance(data, Mapping) or key not in data:
        raise ProjectError(f"expected an entry {key!r}, got {data!r:.60}.")
    value = data[key]
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ProjectError(f"{key}: expected {kind.__name__}, got {value!r:.60}.")
    return value


def _translated(make: Callable[[], T]) -> T:
    try:
        return make()
    except ProjectError:
        raise
    except (ImpastoError, OverflowError, RecursionError) as error:
        raise ProjectError(f"{error}") from error
