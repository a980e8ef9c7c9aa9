from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient

from impasto.errors import CapacityError, OptionError, UnknownNameError
from impasto.studio.server.own_styles import new_own_style
from impasto.studio.server.palette import Palette
from impasto.studio.server.settings import Limits


def _styles(client: TestClient, document: str) -> dict[str, dict[str, Any]]:
    styles = client.get(f"/api/documents/{document}/styles").json()["styles"]
    return {each["name"]: each for each in styles}


def test_before_it_begins_all_styles_wait(tmp_path: Path, stand_ins: ModuleType) -> None:
    palette = Palette(stand_ins.make_tools(), [], 10**6, tmp_path)
    assert palette.get("red") is None
    assert {each["status"] for each in palette.describe(["gone"])} == {"waiting", "missing"}
    palette.want(["red", "gone"])
    with pytest.raises(UnknownNameError):
        palette.ask("gone")
    own = new_own_style(stand_ins.make_photo(), "T", 200, 10**6)
    with pytest.raises(CapacityError):
        palette.add(own, 5)
    with pytest.raises(CapacityError):
        palette.add(own, 0)
    palette.close()


def test_a_style_that_fails_says_why_and_is_tried_again(
    start: Callable[..., TestClient],
    create: Callable[..., str],
    stand_ins: ModuleType,
    until_painted: Callable[..., Any],
) -> None:
    failing = {"red"}

    def paint(pixels: Any, style: str, cancellation: Any) -> Any:
        if style in failing:
            raise OptionError("expected red paint")
        return stand_ins.paint_flat(pixels, style, cancellation)

    client = start(stand_ins.make_tools(paint=paint))
    document = create(client)
    told = until_painted(client, document, "red", "failed")
    assert told["error"] == "expected red paint"
    assert until_painted(client, document, "green", "ready")["error"] is None
    failing.clear()
    edit = {"do": "set_style", "region": "background", "style": "red"}
    client.post(f"/api/documents/{document}/edits", json=edit)
    until_painted(client, document, "red", "ready")


def test_unexpected_failures_tell_no_secrets(
    start: Callable[..., TestClient],
    create: Callable[..., str],
    stand_ins: ModuleType,
    until_painted: Callable[..., Any],
) -> None:
    def paint(_pixels: Any, _style: str, _cancellation: Any) -> Any:
        raise KeyError("/home/me")

    client = start(stand_ins.make_tools(paint=paint))
    told = until_painted(client, create(client), "red", "failed")
    assert "/home" not in told["error"]


def test_styles_that_a_document_names_and_nobody_has(
    client: TestClient, create: Callable[..., str]
) -> None:
    document = create(client)
    edit = {"do": "set_style", "region": "background", "style": "somewhere-else"}
    client.post(f"/api/documents/{document}/edits", json=edit)
    assert _styles(client, document)["somewhere-else"]["status"] == "missing"


def test_only_so_many_own_styles(
    start: Callable[..., TestClient], create: Callable[..., str], stand_ins: ModuleType
) -> None:
    client = start(limits=Limits(own_styles=1, memory_bytes=2**33))
    document = create(client)
    path = f"/api/documents/{document}/styles"
    assert client.post(path, content=stand_ins.make_photo()).status_code == 202
    assert client.post(path, content=stand_ins.make_photo()).status_code == 503
