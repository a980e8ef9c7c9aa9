import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.errors import ProjectError
from impasto.studio.document import Document
from impasto.studio.document_json import (
    DocumentReader,
    MaskReference,
    mask_references,
    masks_of,
    read_photograph_reference,
    read_states,
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
    states, position = read_states(data)
    reader = DocumentReader(reference, find)
    assert History(states=tuple(map(reader.read, states)), position=position) == history
    assert {each.digest for each in mask_references(data)} == masks.keys()
    assert states[-1] == write_document(history.states[-1])


def test_objects_are_written_and_read_once(history: History) -> None:
    data = write_history(history)
    assert len(data["objects"]) == 5, "three, one that changed its style, one that lost it"
    masks = masks_of(history.states)
    reader = DocumentReader(history.document.photograph, lambda mask: masks[mask.digest])
    states = [reader.read(state) for state in json.loads(json.dumps(read_states(data)[0]))]
    assert states[1].objects[0] is states[3].objects[0]


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
        DocumentReader(document.photograph, find).read(data)


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
        read_states(data)
    with pytest.raises(ProjectError):
        DocumentReader(None, lambda _: None).read(data)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    "change",
    [{"position": 4}, {"position": True}, {"states": []}, {"objects": []}, {"states": [{}]}],
)
def test_numbers_of_what_is_not_there_are_refused(history: History, change: Any) -> None:
    with pytest.raises(ProjectError, match="expected"):
        read_states({**write_history(history), **change})


def test_deep_nests_are_refused(document: Document) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    data = {**write_document(document), "objects": [deep]}
    with pytest.raises(ProjectError):
        DocumentReader(document.photograph, lambda _: None).read(data)  # type: ignore[arg-type,return-value]
