import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import ProjectError
from impasto.studio.document import Document
from impasto.studio.document_json import (
    MaskReference,
    mask_references,
    masks_of,
    read_document,
    read_history,
    read_photograph_reference,
    write_document,
    write_history,
)
from impasto.studio.history import History
from impasto.studio.mask import Mask


def test_there_and_back(history: History) -> None:
    data = json.loads(json.dumps(write_history(history)))
    masks = masks_of(history.states)
    assert len(masks) == 3

    def find(reference: MaskReference) -> Mask:
        assert masks[reference.digest].box == reference.box
        return masks[reference.digest]

    reference = read_photograph_reference(data)
    assert reference == history.document.photograph
    assert read_history(data, reference, find) == history
    named = {each.digest for each in mask_references(data["states"][-1])}
    assert named == masks.keys()


def change(data: Any, path: list[Any], value: Any) -> Any:
    data = json.loads(json.dumps(data))
    target = data
    for key in path[:-1]:
        target = target[key]
    if value is KeyError:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return data


@pytest.mark.parametrize("value", [KeyError, None, "x" * 300, -1, 1e999, [], {}, True, "\x00"])
@pytest.mark.parametrize(
    "path",
    [
        ["objects"],
        ["objects", 0, "id"],
        ["objects", 0, "name"],
        ["objects", 0, "mask"],
        ["objects", 0, "mask", "digest"],
        ["objects", 0, "mask", "box"],
        ["objects", 0, "mask", "box", 2],
        ["objects", 0, "feather_px"],
        ["objects", 1, "strength"],
        ["background", "strength"],
        ["background"],
        ["close_gaps_px"],
    ],
)
def test_what_is_wrong_is_refused(document: Document, path: list[Any], value: Any) -> None:
    data = change(write_document(document), path, value)
    by_place = {(e.mask.digest, e.mask.box): e.mask for e in document.objects}

    def find(reference: MaskReference) -> Mask:
        if (reference.digest, reference.box) not in by_place:
            raise ProjectError("no such mask")
        return by_place[reference.digest, reference.box]

    if path == ["objects"] and value == []:
        return
    with pytest.raises(ProjectError):
        read_document(data, document.photograph, find)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(JSON)
@settings(deadline=None)
def test_any_json_is_refused_politely(data: Any) -> None:
    with pytest.raises(ProjectError):
        read_photograph_reference(data)
    with pytest.raises(ProjectError):
        list(mask_references(data))
    with pytest.raises(ProjectError):
        read_history(data, None, lambda _: None)  # type: ignore[arg-type,return-value]


def test_a_position_outside_is_refused(history: History) -> None:
    data = {**write_history(history), "position": 4}
    with pytest.raises(ProjectError, match="expected one of 4 states"):
        read_history(data, history.document.photograph, masks_of(history.states).get)  # type: ignore[arg-type]
