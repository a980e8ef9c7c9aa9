from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from impasto.errors import OptionError, UnknownNameError
from impasto.studio.document import Document
from impasto.studio.mask import Mask, make_mask
from impasto.studio.photograph import PhotographReference
from impasto.studio.server import schemas
from impasto.studio.server.edit_commands import Applied, apply_edit

EMPTY = Document(photograph=PhotographReference(digest="0" * 64, size=(20, 30), name="p"))


def _mask(source: Any) -> Mask:
    """The columns that nodes name."""
    values = np.zeros((20, 30), bool)
    values[:, list(source.nodes)] = True
    return make_mask(values)


def _apply(document: Document, **message: Any) -> Applied:
    return apply_edit(document, schemas._MESSAGE.validate_python(message), _mask)


def test_new_objects_have_free_names() -> None:
    document = EMPTY
    for _ in range(3):
        document = _apply(document, do="add_object", mask={"nodes": [1]}).document
    document = _apply(document, do="remove_object", region=document.objects[1].id).document
    document = _apply(document, do="add_object", mask={"nodes": [1]}).document
    assert [each.name for each in document.objects] == ["Object 1", "Object 3", "Object 2"]


@pytest.mark.parametrize(
    ("how", "columns"), [("replace", [5, 6]), ("add", [3, 4, 5, 6]), ("subtract", [3, 4])]
)
def test_masks_are_combined(how: str, columns: list[int]) -> None:
    added = _apply(EMPTY, do="add_object", mask={"nodes": [3, 4, 5]})
    changed = _apply(
        added.document, do="set_mask", region=added.region, mask={"nodes": [5, 6]}, how=how
    )
    full = changed.document.objects[0].mask.full()
    assert np.flatnonzero(full[0]).tolist() == columns


def test_an_object_cannot_lose_all_by_subtraction() -> None:
    added = _apply(EMPTY, do="add_object", mask={"nodes": [3]})
    with pytest.raises(OptionError, match="empty"):
        _apply(
            added.document, do="set_mask", region=added.region, mask={"nodes": [3]}, how="subtract"
        )


def test_unknown_regions() -> None:
    for message in ({"do": "remove_object"}, {"do": "set_feather", "feather_px": 1}):
        with pytest.raises(UnknownNameError):
            _apply(EMPTY, region="x", **message)


def test_undo_is_no_edit_of_a_document() -> None:
    with pytest.raises((OptionError, AttributeError)):
        _apply(EMPTY, do="undo")
