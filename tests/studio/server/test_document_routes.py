from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

Create = Callable[..., str]


def _edit(client: TestClient, document: str, **message: Any) -> dict[str, Any]:
    reply = client.post(f"/api/documents/{document}/edits", json=message)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def _pixels(client: TestClient, document: str, query: str = "") -> np.ndarray[Any, Any]:
    reply = client.get(f"/api/documents/{document}/picture.jpg{query}")
    assert reply.headers["content-type"] == "image/jpeg"
    return np.asarray(Image.open(io.BytesIO(reply.content)))


def test_the_studio_says_what_it_is(client: TestClient) -> None:
    reply = client.get("/api/studio").json()
    assert reply["protocol"] == 1
    assert reply["segmenter"] == "grid"
    assert reply["limits"]["memory_bytes"] == 4 * 2**30


def test_a_photograph_becomes_a_document(client: TestClient, create: Create) -> None:
    document = create(client, height=40, width=60)
    listed = client.get("/api/documents").json()["documents"]
    assert [(each["id"], each["width"], each["height"]) for each in listed] == [(document, 60, 40)]
    reply = client.get(f"/api/documents/{document}").json()
    assert reply["name"] == "photo.png"
    assert reply["original"] == {"width": 60, "height": 40}
    assert reply["state"]["objects"] == []
    assert [each["name"] for each in reply["styles"]] == ["red", "green", "blue"]


def test_an_object_is_painted_and_the_rest_is_not(
    client: TestClient, create: Create, until_painted: Callable[..., Any]
) -> None:
    document = create(client)
    before = _pixels(client, document)
    until_painted(client, document, "red")
    answer = _edit(
        client, document, do="add_object", mask={"nodes": [0]}, style="red", feather_px=0
    )
    (each,) = answer["state"]["objects"]
    assert answer["region"] == each["id"]
    assert each["box"] == [0, 0, 12, 12]
    assert each["area"] == 144
    after = _pixels(client, document)
    assert np.abs(after[2:10, 2:10].astype(int) - (200, 30, 20)).max() < 30
    assert (after[16:, 16:] == before[16:, 16:]).all()


def test_edits_are_undone_and_done_again(client: TestClient, create: Create) -> None:
    document = create(client)
    _edit(client, document, do="set_style", region="background", style="blue")
    assert _edit(client, document, do="undo")["state"]["background"]["style"] is None
    state = _edit(client, document, do="redo")["state"]
    assert state["background"]["style"] == "blue"
    assert (state["can_undo"], state["can_redo"]) == (True, False)


def test_a_gesture_is_one_step(client: TestClient, create: Create) -> None:
    document = create(client)
    for strength in (1.0, 0.9, 0.5, 0.2):
        message = {"region": "background", "strength": strength, "gesture": 7}
        _edit(client, document, do="set_strength", **message)
    state = _edit(client, document, do="undo")["state"]
    assert state["background"]["strength"] == 1.0
    assert not state["can_undo"]


def test_every_edit_by_name(client: TestClient, create: Create) -> None:
    document = create(client)
    first = _edit(client, document, do="add_object", mask={"nodes": [0, 1]}, name="Sky")["region"]
    second = _edit(client, document, do="add_object", mask={"nodes": [7]})["region"]
    _edit(client, document, do="move_object", region=second, position=0)
    _edit(client, document, do="rename_object", region=first, name="Roof")
    _edit(client, document, do="set_mask", region=first, mask={"nodes": [2]}, how="add")
    _edit(client, document, do="set_mask", region=first, mask={"nodes": [0]}, how="subtract")
    _edit(client, document, do="brush", region=second, points=[[40, 40]], radius_px=4)
    _edit(client, document, do="set_feather", region=first, feather_px=3)
    _edit(client, document, do="set_preserve_colors", region="background", preserve_colors=True)
    _edit(client, document, do="set_visible", region=second, visible=False)
    state = _edit(client, document, do="set_close_gaps", close_gaps_px=2)["state"]
    assert [each["id"] for each in state["objects"]] == [second, first]
    low, top = state["objects"]
    assert (top["name"], top["box"], top["feather_px"]) == ("Roof", [12, 0, 36, 12], 3)
    assert not low["visible"]
    assert low["box"][2:] == [44, 44]
    assert state["background"]["preserve_colors"]
    assert state["close_gaps_px"] == 2
    assert _edit(client, document, do="remove_object", region=first)["state"]["objects"] == [low]


def test_prompts_give_masks_to_make_objects_of(client: TestClient, create: Create) -> None:
    document = create(client)
    prompts = {"points": [{"x": 14, "y": 3}]}
    reply = client.post(f"/api/documents/{document}/segment", json=prompts).json()
    block, row = reply["candidates"]
    assert block["box"] == [12, 0, 24, 12]
    assert row["box"] == [0, 0, 72, 12]
    assert block["quality"] == pytest.approx(0.9)
    image = client.get(f"/api/documents/{document}/candidates/{block['id']}.png").content
    shown = np.asarray(Image.open(io.BytesIO(image)))
    assert shown.shape == (12, 12, 4)
    assert (shown == 255).all()
    answer = _edit(client, document, do="add_object", mask={"candidate": block["id"]})
    assert answer["state"]["objects"][0]["box"] == block["box"]


def test_a_project_goes_out_and_comes_back(client: TestClient, create: Create) -> None:
    document = create(client)
    _edit(client, document, do="add_object", mask={"nodes": [5]}, style="green", name="Door")
    reply = client.get(f"/api/documents/{document}/project.impasto")
    assert reply.headers["content-disposition"].endswith("photo.impasto")
    again = client.post("/api/documents", content=reply.content).json()
    assert again["id"] != document
    assert again["name"] == "photo.png"
    assert again["state"]["objects"][0]["name"] == "Door"
    assert again["state"]["can_undo"]


def test_what_is_saved_is_there_after_the_end(
    start: Callable[..., TestClient], create: Create
) -> None:
    first = start()
    document = create(first)
    _edit(first, document, do="set_style", region="background", style="blue")
    cookies = dict(first.cookies)
    first.__exit__()
    second = start()
    second.cookies.update(cookies)
    state = second.get(f"/api/documents/{document}").json()["state"]
    assert state["background"]["style"] == "blue"
    assert second.get(f"/api/documents/{document}/preview.jpg").status_code == 200


def test_a_removed_document_is_gone(client: TestClient, create: Create, tmp_path: Path) -> None:
    document = create(client)
    assert client.delete(f"/api/documents/{document}").status_code == 204
    assert client.get(f"/api/documents/{document}").status_code == 404
    assert client.get("/api/documents").json() == {"documents": []}
    assert not (tmp_path / "data" / "sessions" / document).exists()


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ({"do": "set_strength", "region": "background", "strength": 9}, 400, "OptionError"),
        ({"do": "remove_object", "region": "nobody"}, 404, "UnknownNameError"),
        ({"do": "add_object", "mask": {"nodes": [10**6]}}, 404, "UnknownNameError"),
        ({"do": "add_object", "mask": {"candidate": "x"}}, 404, "UnknownNameError"),
        ({"do": "dance"}, 422, "malformed"),
        ({"do": "set_style", "region": "background", "style": 5}, 422, "malformed"),
        ([], 422, "malformed"),
    ],
)
def test_what_cannot_be_done_says_why(
    client: TestClient, create: Create, message: Any, status: int, code: str
) -> None:
    document = create(client)
    reply = client.post(f"/api/documents/{document}/edits", json=message)
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert reply.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"not an image", b"PK\x03\x04 not a project"])
def test_uploads_that_are_no_photograph(client: TestClient, content: bytes) -> None:
    reply = client.post("/api/documents", content=content)
    assert reply.status_code in (400, 415)
    assert client.get("/api/documents").json() == {"documents": []}


def test_an_unknown_segmenter_is_refused(client: TestClient, stand_ins: ModuleType) -> None:
    photo = stand_ins.make_photo()
    assert client.post("/api/documents?segmenter=none", content=photo).status_code == 404
    assert client.post("/api/documents?segmenter=other", content=photo).status_code == 201


def test_it_describes_itself(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert "/api/documents/{document}/edits" in paths
