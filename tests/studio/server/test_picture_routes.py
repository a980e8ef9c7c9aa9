from __future__ import annotations

import io
import struct
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from impasto.progress import Cancellation, ProgressCallback
from impasto.studio.server.settings import Limits

Create = Callable[..., str]


def _image(content: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.fixture
def until_ended(wait_until: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Waits until a job runs no more, and gives what is told of it."""

    def wait(client: TestClient, document: str, job: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            jobs = client.get(f"/api/documents/{document}/jobs").json()["jobs"]
            found: dict[str, Any] = {each["id"]: each for each in jobs}[job]
            return found if found["status"] != "running" else None

        told: dict[str, Any] = wait_until(ended)
        return told

    return wait


def _styles(client: TestClient, document: str) -> dict[str, dict[str, Any]]:
    styles = client.get(f"/api/documents/{document}/styles").json()["styles"]
    return {each["name"]: each for each in styles}


def test_boxes_of_the_picture_at_scales(client: TestClient, create: Create) -> None:
    document = create(client)
    path = f"/api/documents/{document}/picture.jpg"
    assert _image(client.get(path).content).shape == (48, 72, 3)
    assert _image(client.get(f"{path}?scale=4&box=8,8,33,24").content).shape == (4, 7, 3)
    assert _image(client.get(f"{path}?box=60,40,900,900").content).shape == (8, 12, 3)
    for query in ("scale=3", "box=1,2", "box=a,b,c,d", "box=5,5,5,9", "box=99,0,120,9"):
        assert client.get(f"{path}?{query}").status_code == 400
    assert client.get(f"{path}?of=nothing").status_code == 422


def test_before_and_after(
    client: TestClient, create: Create, wait_until: Callable[..., Any]
) -> None:
    document = create(client)
    path = f"/api/documents/{document}/picture.jpg"
    before = _image(client.get(path).content)
    edit = {"do": "set_style", "region": "background", "style": "red"}
    client.post(f"/api/documents/{document}/edits", json=edit)
    wait_until(lambda: (_image(client.get(path).content) != before).any())
    assert np.abs(_image(client.get(path).content).astype(int) - (200, 30, 20)).max() < 20
    assert (_image(client.get(f"{path}?of=photograph").content) == before).all()


def test_the_region_map_comes_packed_or_not(client: TestClient, create: Create) -> None:
    document = create(client)
    path = f"/api/documents/{document}/regions"
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert struct.unpack_from("<5I", plain.content) == (0x31524D49, 72, 48, 24, 29)


def test_masks_of_objects(client: TestClient, create: Create) -> None:
    document = create(client)
    edit = {"do": "add_object", "mask": {"nodes": [0]}}
    region = client.post(f"/api/documents/{document}/edits", json=edit).json()["region"]
    path = f"/api/documents/{document}/objects"
    assert _image(client.get(f"{path}/{region}/mask.png?scale=2").content).shape == (6, 6, 4)
    assert client.get(f"{path}/nobody/mask.png").status_code == 404


def test_thumbnails_come_when_they_are_painted(
    client: TestClient, create: Create, wait_until: Callable[..., Any]
) -> None:
    document = create(client)
    path = f"/api/documents/{document}/styles"
    wait_until(lambda: _styles(client, document)["blue"]["thumbnail"])
    assert _image(client.get(f"{path}/blue/thumbnail.jpg").content).shape == (48, 72, 3)
    assert client.get(f"{path}/blue/image.jpg").status_code == 404
    assert client.get(f"{path}/none/thumbnail.jpg").status_code == 404


def test_an_own_style_is_painted_and_stays(
    start: Callable[..., TestClient],
    create: Create,
    stand_ins: ModuleType,
    until_ended: Callable[..., Any],
) -> None:
    client = start()
    document = create(client)
    flat = io.BytesIO()
    Image.new("RGB", (40, 40), (10, 200, 90)).save(flat, "PNG")
    path = f"/api/documents/{document}/styles"
    reply = client.post(f"{path}?title=Mine&longest_side_px=128", content=flat.getvalue())
    assert reply.status_code == 202
    job, style = reply.json()["id"], reply.json()["style"]
    assert until_ended(client, document, job)["status"] == "done"
    told = _styles(client, document)[style]
    assert (told["title"], told["own"], told["status"]) == ("Mine", True, "ready")
    edit = {"do": "set_style", "region": "background", "style": style}
    client.post(f"/api/documents/{document}/edits", json=edit)
    cookies = dict(client.cookies)
    client.__exit__()
    again = start()
    again.cookies.update(cookies)
    again.get(f"/api/documents/{document}?wait_s=20")
    assert _styles(again, document)[style]["status"] == "ready"
    picture = again.get(f"/api/documents/{document}/picture.jpg").content
    assert np.abs(_image(picture).astype(int) - (10, 200, 90)).max() < 12
    assert _image(again.get(f"{path}/{style}/image.jpg").content).shape == (40, 40, 3)


def test_an_own_style_is_removed_unless_something_is_painted_in_it(
    start: Callable[..., TestClient],
    create: Create,
    stand_ins: ModuleType,
    until_ended: Callable[..., Any],
) -> None:
    client = start()
    document = create(client)
    path = f"/api/documents/{document}"
    job = client.post(f"{path}/styles", content=stand_ins.make_photo()).json()
    until_ended(client, document, job["id"])
    style = job["style"]
    edit = {"do": "add_object", "mask": {"nodes": [0]}, "name": "Sky", "style": style}
    client.post(f"{path}/edits", json=edit)
    refused = client.delete(f"{path}/styles/{style}")
    assert refused.status_code == 400
    assert "'Sky'" in refused.json()["error"]["message"]
    client.post(f"{path}/edits", json={"do": "undo"})
    assert client.delete(f"{path}/styles/{style}").status_code == 204
    assert style not in _styles(client, document)
    assert client.delete(f"{path}/styles/{style}").status_code == 404
    assert client.delete(f"{path}/styles/red").status_code == 400
    client.post(f"{path}/edits", json={"do": "redo"})
    assert _styles(client, document)[style]["status"] == "missing"
    cookies = dict(client.cookies)
    client.__exit__()
    again = start()
    again.cookies.update(cookies)
    assert _styles(again, document)[style]["status"] == "missing"


def test_an_own_style_that_is_being_painted_is_stopped_and_removed(
    start: Callable[..., TestClient],
    create: Create,
    stand_ins: ModuleType,
    wait_until: Callable[..., Any],
    until_ended: Callable[..., Any],
) -> None:
    def until_cancelled(
        photo: Any, _style: Any, _px: int, _report: ProgressCallback, cancellation: Cancellation
    ) -> Any:
        wait_until(lambda: cancellation.is_cancelled)
        return np.array(photo.pixels)

    client = start(stand_ins.make_tools(optimize=until_cancelled))
    document = create(client)
    path = f"/api/documents/{document}"
    job = client.post(f"{path}/styles", content=stand_ins.make_photo()).json()
    assert client.delete(f"{path}/styles/{job['style']}").status_code == 204
    assert until_ended(client, document, job["id"])["status"] == "cancelled"
    assert job["style"] not in _styles(client, document)
    assert not client.app.state.library._open[document].workspace.saver.attachments()


def test_own_styles_are_cancelled(
    start: Callable[..., TestClient],
    create: Create,
    stand_ins: ModuleType,
    until_ended: Callable[..., Any],
    wait_until: Callable[..., Any],
) -> None:
    def forever(
        photo: Any, _style: Any, _px: int, report: ProgressCallback, cancellation: Cancellation
    ) -> Any:
        wait_until(lambda: cancellation.is_cancelled)
        return np.array(photo.pixels)

    client = start(stand_ins.make_tools(optimize=forever))
    document = create(client)
    path = f"/api/documents/{document}"
    job = client.post(f"{path}/styles", content=stand_ins.make_photo()).json()
    assert _styles(client, document)[job["style"]]["status"] == "painting"
    assert client.delete(f"{path}/jobs/{job['id']}").status_code == 204
    assert until_ended(client, document, job["id"])["status"] == "cancelled"
    assert _styles(client, document)[job["style"]]["status"] == "failed"


@pytest.mark.parametrize(
    ("query", "content", "status"),
    [
        ("?longest_side_px=5000", b"x", 400),
        ("", b"not an image", 415),
        ("", b"", 400),
    ],
)
def test_styles_that_cannot_be(
    client: TestClient, create: Create, query: str, content: bytes, status: int
) -> None:
    document = create(client)
    reply = client.post(f"/api/documents/{document}/styles{query}", content=content)
    assert reply.status_code == status


@pytest.mark.parametrize("output", ["png", "jpeg", "webp", "tiff"])
def test_the_finished_picture_is_exported(
    client: TestClient, create: Create, output: str, until_ended: Callable[..., Any]
) -> None:
    document = create(client)
    path = f"/api/documents/{document}"
    edit = {"do": "set_style", "region": "background", "style": "blue"}
    client.post(f"{path}/edits", json=edit)
    job = client.post(f"{path}/exports", json={"format": output}).json()
    done = until_ended(client, document, job["id"])
    assert done["status"] == "done", done
    reply = client.get(done["url"])
    assert "photo-impasto." in reply.headers["content-disposition"]
    assert np.abs(_image(reply.content).astype(int) - (30, 40, 220)).max() < 12


def test_large_photographs_are_exported_at_their_own_size(
    start: Callable[..., TestClient], create: Create, until_ended: Callable[..., Any]
) -> None:
    client = start(limits=Limits(working_pixels=2000, memory_bytes=2**33))
    document = create(client, height=120, width=180)
    reply = client.get(f"/api/documents/{document}").json()
    assert reply["original"] == {"width": 180, "height": 120}
    assert reply["width"] * reply["height"] <= 2000
    edit = {"do": "add_object", "mask": {"nodes": [0]}, "style": "red", "feather_px": 0}
    client.post(f"/api/documents/{document}/edits", json=edit)
    job = client.post(f"/api/documents/{document}/exports", json={}).json()
    done = until_ended(client, document, job["id"])
    pixels = _image(client.get(done["url"]).content)
    assert pixels.shape == (120, 180, 3)
    assert (pixels[5:20, 5:20] == (200, 30, 20)).all()


def test_strokes_are_exported_as_they_are_shown(
    start: Callable[..., TestClient],
    create: Create,
    stand_ins: ModuleType,
    until_ended: Callable[..., Any],
) -> None:
    def paint_stripes(pixels: Any, _style: str, _cancellation: Cancellation) -> Any:
        """Strokes of four pixels, however large the picture."""
        columns = np.arange(pixels.shape[1]) // 4 % 2 * np.uint8(200)
        return np.broadcast_to(columns[None, :, None], pixels.shape).astype(np.uint8)

    limits = Limits(working_pixels=6000, memory_bytes=2**33)
    client = start(stand_ins.make_tools(paint=paint_stripes), limits=limits)
    document = create(client, height=240, width=360)
    edit = {"do": "set_style", "region": "background", "style": "red"}
    client.post(f"/api/documents/{document}/edits", json=edit)
    job = client.post(f"/api/documents/{document}/exports", json={}).json()
    exported = _image(client.get(until_ended(client, document, job["id"])["url"]).content)
    told = client.get(f"/api/documents/{document}").json()
    assert exported.shape == (240, 360, 3)
    changes = np.count_nonzero(np.diff((exported[120, :, 0] > 100).astype(int)))
    assert changes == -(-told["width"] // 4) - 1


def test_files_of_jobs_that_made_none(client: TestClient, create: Create) -> None:
    document = create(client)
    assert client.get(f"/api/documents/{document}/jobs/none/file").status_code == 404
