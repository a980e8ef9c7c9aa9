from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from impasto.studio.server.guard import SECURITY_HEADERS
from impasto.studio.server.settings import Limits

Create = Callable[..., str]
TOKEN = "a long enough token"
LIVE = "ws://127.0.0.1:8765/api/documents/{}/live"


def test_every_answer_has_security_headers(client: TestClient) -> None:
    for path in ("/api/studio", "/api/nothing", "/nothing", "/"):
        reply = client.get(path)
        assert {name: reply.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert "http" not in reply.headers["content-security-policy"]


def test_other_names_of_this_server_are_refused(client: TestClient) -> None:
    assert client.get("/api/studio", headers={"host": "localhost:8765"}).status_code == 200
    for host in ("evil.example", "evil.example:8765", "127.0.0.1.evil.example", ""):
        reply = client.get("/api/studio", headers={"host": host})
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "OriginError")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_other_pages_change_nothing(
    client: TestClient, create: Create, headers: dict[str, str], stand_ins: ModuleType
) -> None:
    document = create(client)
    edit = {"do": "undo"}
    assert client.post("/api/documents", content=b"x", headers=headers).status_code == 403
    path = f"/api/documents/{document}"
    assert client.post(f"{path}/edits", json=edit, headers=headers).status_code == 403
    assert client.delete(path, headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(LIVE.format(document), headers=headers),
    ):
        pass
    assert refused.value.code == 1008


def test_its_own_page_does(client: TestClient, create: Create) -> None:
    document = create(client)
    headers = {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    reply = client.post(f"/api/documents/{document}/edits", json={"do": "undo"}, headers=headers)
    assert reply.status_code == 200
    with client.websocket_connect(LIVE.format(document), headers=headers):
        pass


def test_a_token_is_asked_for(start: Callable[..., TestClient], stand_ins: ModuleType) -> None:
    client = start(token=TOKEN)
    for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "impasto_pass=ü; a=b"}):
        encoded = {name: value.encode() for name, value in headers.items()}
        reply = client.get("/api/studio", headers=encoded)
        assert (reply.status_code, reply.json()["error"]["code"]) == (401, "AccessError")
    with client.websocket_connect(LIVE.format("x")) as socket:
        assert socket.receive()["code"] == 4401
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/studio", headers=bearer).status_code == 200
    assert client.get("/api/studio").status_code == 200  # The cookie is enough from now on.


def test_the_address_with_the_key_is_let_in_and_loses_it(start: Callable[..., TestClient]) -> None:
    client = start(token=TOKEN)
    assert client.get("/?key=wrong", follow_redirects=False).status_code != 303
    assert client.get("/api/studio").status_code == 401
    reply = client.get(f"/?key={TOKEN}&document=abc", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/?document=abc")
    assert client.get("/api/studio").status_code == 200


def test_the_person_at_the_terminal_is_known_again(
    start: Callable[..., TestClient], create: Create
) -> None:
    first = start()
    first.get(f"/?key={first.app.state.gatekeeper.owner_key}", follow_redirects=False)
    document = create(first)
    first.__exit__()
    second = start()
    assert second.get("/api/documents").json()["documents"] == []
    second.get(f"/?key={second.app.state.gatekeeper.owner_key}", follow_redirects=False)
    assert [each["id"] for each in second.get("/api/documents").json()["documents"]] == [document]


def test_ones_work_is_unreachable_for_others(
    start: Callable[..., TestClient], create: Create
) -> None:
    mine = start()
    document = create(mine)
    theirs = TestClient(mine.app, base_url="http://127.0.0.1:8765")
    path = f"/api/documents/{document}"
    for each in ("", "/picture.jpg", "/regions", "/styles", "/project.impasto", "/preview.jpg"):
        assert theirs.get(path + each).status_code == 404
    assert theirs.post(f"{path}/edits", json={"do": "undo"}).status_code == 404
    assert theirs.delete(path).status_code == 404
    assert theirs.get("/api/documents").json() == {"documents": []}
    forged = {"cookie": mine.cookies["impasto_visitor"].split(".")[0] + ".0" * 32}
    assert theirs.get(path, headers=forged).status_code == 404
    with theirs.websocket_connect(LIVE.format(document)) as socket:
        assert socket.receive()["code"] == 4404
    assert mine.get(path).status_code == 200


def test_bodies_have_limits(start: Callable[..., TestClient], stand_ins: ModuleType) -> None:
    limits = Limits(
        upload_bytes=20_000, project_bytes=30_000, message_bytes=1000, memory_bytes=2**33
    )
    client = start(limits=limits)
    assert client.post("/api/documents", content=stand_ins.make_photo()).status_code == 201
    too_large = (b"\xff\xd8\xff" + bytes(25_000), b"x" * 40_000)
    for content in too_large:
        reply = client.post("/api/documents", content=content)
        assert (reply.status_code, reply.json()["error"]["code"]) == (413, "UploadSizeError")
    reply = client.post("/api/documents", content=(bytes(10_000) for _ in range(9)))
    assert reply.status_code == 413
    edit = client.post("/api/documents/x/edits", content=b"x" * 2000)
    assert edit.status_code == 413
    headers = {"content-type": "application/json"}
    parts = client.post("/api/documents/x/edits", content=iter([b"x" * 900] * 3), headers=headers)
    assert (parts.status_code, parts.json()["error"]["code"]) == (413, "UploadSizeError")
    assert parts.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/../access.py", "/..%2f..%2faccess.py", "/%2e%2e/server/app.py", "/js/../../box.py"]
)
def test_no_path_leads_out_of_the_page(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "import" not in reply.text
