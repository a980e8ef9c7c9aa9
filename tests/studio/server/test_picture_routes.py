from __future__ import annotations

import io
import struct
import time
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


def _wait_for_job(client: TestClient, document: str, job: str) -> dict[str, Any]:
    for _ in range(500):
        jobs = client.get(f"/api/documents/{document}/jobs").json()["jobs"]
        found: dict[str, Any] = {each["id"]: each for each in jobs}[job]
        if found["state"] != "running":
            return found
        time.sleep(0.02)
    raise AssertionError(found)


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


def test_before_and_after(client: TestClient, create: Create) -> None:
    document = create(client)
    path = f"/api/documents/{document}/picture.jpg"
    before = _image(client.get(path).content)
    edit = {"do": "set_style", "region": "background", "style": "red"}
    client.post(f"/api/documents/{document}/edits", json=edit)
    for _ in range(300):
        if (_image(client.get(path).content) != before).any():
            break
        time.sleep(0.02)
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


def test_thumbnails_come_when_they_are_painted(client: TestClient, create: Create) -> None:
    document = create(client)
    path = f"/api/documents/{document}/styles"
    for _ in range(300):
        if _styles(client, document)["blue"]["thumbnail"]:
            break
        time.sleep(0.02)
    assert _image(client.get(f"{path}/blue/thumbnail.jpg").content).shape == (48, 72, 3)
    assert client.get(f"{path}/blue/image.jpg").status_code == 404
    assert client.get(f"{path}/none/thumbnail.jpg").status_code == 404


def test_an_own_style_is_painted_and_stays(
    start: Callable[..., TestClient], create: Create, stand_ins: ModuleType
) -> None:
    client = start()
    document = create(client)
    flat = io.BytesIO()
    Image.new("RGB", (40, 40), (10, 200, 90)).save(flat, "PNG")
    path = f"/api/documents/{document}/styles"
    reply = client.post(f"{path}?title=Mine&longest_side_px=128", content=flat.getvalue())
    assert reply.status_code == 202
    job, style = reply.json()["id"], reply.json()["style"]
    assert _wait_for_job(client, document, job)["state"] == "done"
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


def test_own_styles_are_cancelled(
    start: Callable[..., TestClient], create: Create, stand_ins: ModuleType
) -> None:
    def forever(
        photo: Any, _style: Any, _px: int, report: ProgressCallback, cancellation: Cancellation
    ) -> Any:
        while not cancellation.is_cancelled:
            time.sleep(0.01)
        return np.array(photo.pixels)

    client = start(stand_ins.make_tools(optimize=forever))
    document = create(client)
    path = f"/api/documents/{document}"
    job = client.post(f"{path}/styles", content=stand_ins.make_photo()).json()
    assert _styles(client, document)[job["style"]]["status"] == "painting"
    assert client.delete(f"{path}/jobs/{job['id']}").status_code == 204
    assert _wait_for_job(client, document, job["id"])["state"] == "cancelled"
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
def test_the_finished_picture_is_exported(client: TestClient, create: Create, output: str) -> None:
    document = create(client)
    path = f"/api/documents/{document}"
    edit = {"do": "set_style", "region": "background", "style": "blue"}
    client.post(f"{path}/edits", json=edit)
    job = client.post(f"{path}/exports", json={"format": output}).json()
    done = _wait_for_job(client, document, job["id"])
    assert done["state"] == "done", done
    reply = client.get(done["url"])
    assert "photo-impasto." in reply.headers["content-disposition"]
    assert np.abs(_image(reply.content).astype(int) - (30, 40, 220)).max() < 12


def test_large_photographs_are_exported_at_their_own_size(
    start: Callable[..., TestClient], create: Create
) -> None:
    client = start(limits=Limits(working_pixels=2000, memory_bytes=2**33))
    document = create(client, height=120, width=180)
    reply = client.get(f"/api/documents/{document}").json()
    assert reply["original"] == {"width": 180, "height": 120}
    assert reply["width"] * reply["height"] <= 2000
    edit = {"do": "add_object", "mask": {"nodes": [0]}, "style": "red", "feather_px": 0}
    client.post(f"/api/documents/{document}/edits", json=edit)
    job = client.post(f"/api/documents/{document}/exports", json={}).json()
    done = _wait_for_job(client, document, job["id"])
    pixels = _image(client.get(done["url"]).content)
    assert pixels.shape == (120, 180, 3)
    assert (pixels[5:20, 5:20] == (200, 30, 20)).all()


def test_files_of_jobs_that_made_none(client: TestClient, create: Create) -> None:
    document = create(client)
    assert client.get(f"/api/documents/{document}/jobs/none/file").status_code == 404
