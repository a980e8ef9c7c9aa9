"""Everything a person can do to a document: each gives a new one and says what it touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from impasto.errors import OptionError
from impasto.studio.box import Box
from impasto.studio.brush import Stroke, brush
from impasto.studio.changes import Change, compare
from impasto.studio.document import BACKGROUND, Document, Look, PhotoObject, new_object_id
from impasto.studio.mask import Mask


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A document after something was done to it.

    Attributes:
        document: The new state.
        change: Where it differs from the state before.
    """

    document: Document
    change: Change

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The pixels that may have changed; none if nothing that shows did."""
        return self.change.boxes


def add_object(
    document: Document,
    mask: Mask,
    *,
    name: str,
    look: Look | None = None,
    feather_px: float = 2.0,
    object_id: str | None = None,
) -> Edit:
    """Cut a new object out of the photograph, on top of all others.

    Args:
        document: The state before.
        mask: Which pixels are the object's.
        name: What a person calls it.
        look: How it is painted; the photograph at first.
        feather_px: Softness of its edge.
        object_id: Its id, else a new one: the last of ``objects`` in the new state.

    Raises:
        OptionError: if the mask is empty, there are too many objects, or a value is out of range.
        ShapeError: if the mask has not the photograph's size.
    """
    _check_not_empty(mask)
    new = PhotoObject(
        id=object_id or new_object_id(),
        name=name,
        mask=mask,
        look=look or Look(),
        feather_px=feather_px,
    )
    return _edit(document, objects=(*document.objects, new))


def remove_object(document: Document, object_id: str) -> Edit:
    """Take an object away; what lies beneath has its pixels.

    Raises:
        UnknownNameError: if there is no such object.
    """
    position = document.position(object_id)
    objects = document.objects
    return _edit(document, objects=objects[:position] + objects[position + 1 :])


def reorder_object(document: Document, object_id: str, position: int) -> Edit:
    """Put an object above ``position`` others.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if there are fewer others.
    """
    moved = document.find(object_id)
    others = [each for each in document.objects if each is not moved]
    if not 0 <= position <= len(others):
        raise OptionError(f"position: expected 0 to {len(others)}, got {position}.")
    others.insert(position, moved)
    return _edit(document, objects=tuple(others))


def replace_mask(document: Document, object_id: str, mask: Mask) -> Edit:
    """Give an object other pixels.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if the mask is empty.
        ShapeError: if the mask has not the photograph's size.
    """
    _check_not_empty(mask)
    return _change_object(document, object_id, mask=mask)


def brush_mask(document: Document, object_id: str, stroke: Stroke) -> Edit:
    """Add to an object's pixels, or take from them, along a stroke.

    Raises:
        UnknownNameError: if there is no such object.
    """
    mask = brush(document.find(object_id).mask, stroke)
    return _change_object(document, object_id, mask=mask)


def rename_object(document: Document, object_id: str, name: str) -> Edit:
    """Call an object something else.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if the name is empty, too long, or cannot be seen.
    """
    return _change_object(document, object_id, name=name)


def set_feather(document: Document, object_id: str, feather_px: float) -> Edit:
    """Make an object's edge softer or sharper.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if the value is out of its range.
    """
    return _change_object(document, object_id, feather_px=feather_px)


def set_visible(document: Document, region_id: str, visible: bool) -> Edit:
    """Show or hide an object, or the look of the background.

    Raises:
        UnknownNameError: if there is no such object.
    """
    return _change_region(document, region_id, visible=visible)


def set_look(document: Document, region_id: str, look: Look) -> Edit:
    """Paint an object, or :data:`~impasto.studio.document.BACKGROUND`, another way.

    Raises:
        UnknownNameError: if there is no such object.
    """
    return _change_region(document, region_id, look=look)


def set_style(document: Document, region_id: str, style: str | None) -> Edit:
    """Paint an object or the background in another style, strength and colours as they were.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if the name is empty, too long, or cannot be seen.
    """
    return set_look(document, region_id, replace(_look(document, region_id), style=style))


def set_strength(document: Document, region_id: str, strength: float) -> Edit:
    """Paint an object or the background more or less strongly.

    Raises:
        UnknownNameError: if there is no such object.
        OptionError: if the value is out of its range.
    """
    return set_look(document, region_id, replace(_look(document, region_id), strength=strength))


def set_preserve_colors(document: Document, region_id: str, preserve_colors: bool) -> Edit:
    """Keep the photograph's colours in an object or the background, or do not.

    Raises:
        UnknownNameError: if there is no such object.
    """
    look = replace(_look(document, region_id), preserve_colors=preserve_colors)
    return set_look(document, region_id, look)


def set_close_gaps(document: Document, close_gaps_px: int) -> Edit:
    """Close wider or narrower gaps between objects.

    Raises:
        OptionError: if the value is out of its range.
    """
    return _edit(document, close_gaps_px=close_gaps_px)


def _edit(document: Document, **fields: Any) -> Edit:
    changed = replace(document, **fields)
    return Edit(document=changed, change=compare(document, changed))


def _look(document: Document, region_id: str) -> Look:
    """A region's look, hidden or not."""
    if region_id == BACKGROUND:
        return document.background.look
    return document.find(region_id).look


def _change_region(document: Document, region_id: str, **fields: Any) -> Edit:
    if region_id == BACKGROUND:
        return _edit(document, background=replace(document.background, **fields))
    return _change_object(document, region_id, **fields)


def _change_object(document: Document, object_id: str, **fields: Any) -> Edit:
    position = document.position(object_id)
    objects = list(document.objects)
    objects[position] = replace(objects[position], **fields)
    return _edit(document, objects=tuple(objects))


def _check_not_empty(mask: Mask) -> None:
    if mask.box.is_empty:
        raise OptionError("mask: expected at least one pixel of the object, got an empty mask.")
