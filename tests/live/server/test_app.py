from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from impasto.live.server.app import create_live_app
from impasto.live.server.house import House
from impasto.studio.server.access import Gatekeeper
from impasto.studio.server.settings import Settings


def test_the_page_hears_what_there_is(server: Any) -> None:
    described = server.client.get("/api/live").json()
    assert described["camera"] == "Camera 0"
    assert described["studio"] is False
    assert [each["name"] for each in described["styles"]] == ["lone", "stripes", "dots"]


def test_the_page_and_its_parts_are_there_and_may_use_the_camera(server: Any) -> None:
    page = server.client.get("/live/")
    assert page.status_code == 200
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("css/live.css", "js/live/app.js", "js/live/own_camera.js", "icons.svg"):
        assert server.client.get(f"/{path}").status_code == 200, path


def test_what_is_not_there_is_said(server: Any, tmp_path: Path) -> None:
    assert server.client.get("/api/live/styles/none/image.jpg").status_code == 404
    assert server.client.get("/api/live/recordings/none").status_code == 404
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    ticket = server.house.keep(path)
    reply = server.client.get(f"/api/live/recordings/{ticket}")
    assert reply.content == b"film"
    assert 'filename="film.mp4"' in reply.headers["content-disposition"]


def test_strangers_and_other_pages_are_refused(house: House, tmp_path: Path) -> None:
    token = "a token of some length"
    settings = Settings(folder=tmp_path, port=8770, token=token)
    keeper = Gatekeeper(b"secret", token)
    with TestClient(
        create_live_app(house, settings, keeper), base_url="http://127.0.0.1:8770"
    ) as client:
        assert client.get("/api/live").status_code == 401
        with (
            client.websocket_connect("ws://127.0.0.1:8770/api/live/browser") as socket,
            pytest.raises(WebSocketDisconnect) as refused,
        ):
            socket.receive_text()
        assert refused.value.code == 4401
        opened = client.get(f"/live/?key={token}", follow_redirects=False)
        assert opened.headers["location"] == "/live/"
        assert client.get("/api/live").status_code == 200
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(
                "ws://127.0.0.1:8770/api/live/browser",
                headers={"Origin": "http://elsewhere.example"},
            ),
        ):
            pass
