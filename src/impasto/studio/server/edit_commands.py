"""Messages of clients as edits of a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from impasto.errors import OptionError
from impasto.studio import edits
from impasto.studio.brush import Stroke
from impasto.studio.document import Document, Look
from impasto.studio.mask import Mask, place_mask
from impasto.studio.server import schemas

MaskFinder = Callable[[schemas.MaskSource], Mask]


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A document after a message.

    Attributes:
        document: The new state.
        region: Id of what was added or touched.
    """

    document: Document
    region: str | None = None


def apply_edit(document: Document, message: Any, find_mask: MaskFinder) -> Applied:
    """Do to a document what a message says; all but undo and redo.

    Args:
        document: The state before.
        message: One of the edits in :mod:`impasto.studio.server.schemas`.
        find_mask: Gives the mask that a message names.

    Raises:
        ImpastoError: if the document has no such region, or a value is out of its range.
    """
    match message:
        case schemas.AddObject():
            return _add_object(document, message, find_mask)
        case schemas.SetMask():
            mask = _combined(document, message, find_mask(message.mask))
            edit = edits.replace_mask(document, message.region, mask)
        case schemas.RemoveObject():
            edit = edits.remove_object(document, message.region)
        case schemas.MoveObject():
            edit = edits.reorder_object(document, message.region, message.position)
        case schemas.RenameObject():
            edit = edits.rename_object(document, message.region, message.name)
        case schemas.BrushStroke():
            edit = edits.brush_mask(document, message.region, _stroke(message))
        case schemas.SetCloseGaps():
            return Applied(document=edits.set_close_gaps(document, message.close_gaps_px).document)
        case _:
            edit = _set_look(document, message)
    return Applied(document=edit.document, region=message.region)


def _set_look(document: Document, message: Any) -> edits.Edit:
    region = message.region
    match message:
        case schemas.SetStyle():
            return edits.set_style(document, region, message.style)
        case schemas.SetStrength():
            return edits.set_strength(document, region, message.strength)
        case schemas.SetFeather():
            return edits.set_feather(document, region, message.feather_px)
        case schemas.SetPreserveColors():
            return edits.set_preserve_colors(document, region, message.preserve_colors)
        case schemas.SetVisible():
            return edits.set_visible(document, region, message.visible)
    raise OptionError(f"do: expected an edit, got {type(message).__name__}.")


def _add_object(document: Document, message: schemas.AddObject, find_mask: MaskFinder) -> Applied:
    look = Look(
        style=message.style, strength=message.strength, preserve_colors=message.preserve_colors
    )
    edit = edits.add_object(
        document,
        find_mask(message.mask),
        name=message.name or _free_name(document),
        look=look,
        feather_px=message.feather_px,
    )
    return Applied(document=edit.document, region=edit.document.objects[-1].id)


def _free_name(document: Document) -> str:
    taken = {each.name for each in document.objects}
    names = (f"Object {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _combined(document: Document, message: schemas.SetMask, mask: Mask) -> Mask:
    if message.how == "replace":
        return mask
    old = document.find(message.region).mask
    both = old.box.union(mask.box)
    values, change = old.crop(both), mask.crop(both)
    if message.how == "add":
        return place_mask(np.maximum(values, change), both, old.size)
    return place_mask(np.minimum(values, 255 - change), both, old.size)


def _stroke(message: schemas.BrushStroke) -> Stroke:
    return Stroke(
        points=message.points,
        radius_px=message.radius_px,
        hardness=message.hardness,
        erase=message.erase,
    )
