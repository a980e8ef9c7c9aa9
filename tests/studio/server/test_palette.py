from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from starlette.testclient import TestClient

from impasto.errors import CapacityError, OptionError, UnknownNameError
from impasto.image.codec import open_image
from impasto.studio.server.own_styles import new_own_style
from impasto.studio.server.palette import MOST_MIXES, Palette
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


def _edit(client: TestClient, document: str, style: str, region: str = "background") -> None:
    edit = {"do": "set_style", "region": region, "style": style}
    assert client.post(f"/api/documents/{document}/edits", json=edit).status_code == 200


def test_a_blend_is_painted_when_it_is_chosen(
    client: TestClient, create: Callable[..., str], until_painted: Callable[..., Any]
) -> None:
    document = create(client)
    _edit(client, document, "red:0.5,green:0.5")
    told = until_painted(client, document, "red:0.5,green:0.5")
    assert told["title"] == "Red 50% + Green 50%"
    assert told["parts"] == [{"name": "red", "share": 0.5}, {"name": "green", "share": 0.5}]
    picture = client.get(f"/api/documents/{document}/picture.jpg").content
    pixels = open_image(picture).pixels
    assert abs(pixels.reshape(-1, 3).mean(axis=0) - [110, 105, 30]).max() < 4
    client.post(f"/api/documents/{document}/edits", json={"do": "undo"})
    assert "red:0.5,green:0.5" not in _styles(client, document)


def test_until_a_blend_is_there_its_main_style_shows(
    start: Callable[..., TestClient],
    create: Callable[..., str],
    stand_ins: ModuleType,
    until_painted: Callable[..., Any],
) -> None:
    import threading

    go_on = threading.Event()

    def paint(pixels: Any, style: str, cancellation: Any) -> Any:
        assert ":" not in style or go_on.wait(60)
        return stand_ins.paint_flat(pixels, style, cancellation)

    client = start(stand_ins.make_tools(paint=paint))
    document = create(client)
    until_painted(client, document, "green")
    _edit(client, document, "red:0.3,green:0.7")
    pixels = open_image(client.get(f"/api/documents/{document}/picture.jpg").content).pixels
    assert abs(pixels.reshape(-1, 3).mean(axis=0) - stand_ins.COLORS["green"]).max() < 4
    go_on.set()
    until_painted(client, document, "red:0.3,green:0.7")


def test_mixes_that_nothing_shows_are_let_go(
    client: TestClient, create: Callable[..., str], until_painted: Callable[..., Any]
) -> None:
    document = create(client)
    names = [f"red:{share},green:{100 - share}" for share in range(5, 5 + MOST_MIXES + 3)]
    for name in names:
        _edit(client, document, name)
        until_painted(client, document, name)
    library = client.app.state.library  # type: ignore[attr-defined]
    styled = next(iter(library._open.values())).palette._styled
    kept = [style for style in styled.styles if ":" in style]
    assert names[-1] in kept
    assert len(kept) <= MOST_MIXES + 1


def test_own_styles_are_painted_at_once_and_refined_when_asked(
    start: Callable[..., TestClient],
    create: Callable[..., str],
    stand_ins: ModuleType,
    until_painted: Callable[..., Any],
    wait_until: Callable[..., Any],
) -> None:
    client = start(stand_ins.make_tools(mix=stand_ins.mix_flat))
    assert client.get("/api/studio").json()["own_styles_at_once"]
    document = create(client)
    path = f"/api/documents/{document}/styles"
    job = client.post(f"{path}?title=Mine", content=stand_ins.make_photo(seed=3)).json()
    own = job["style"]
    told = until_painted(client, document, own)
    assert (told["own"], told["mixes"], told["refined"]) == (True, True, False)
    _edit(client, document, f"{own}:0.5,red:0.5")
    assert _styles(client, document)[f"{own}:0.5,red:0.5"]["status"] == "missing"
    _edit(client, document, f"matched:{own}")
    until_painted(client, document, f"matched:{own}")
    refused = client.delete(f"{path}/{own}")
    assert refused.status_code == 400
    assert "the background is" in refused.json()["error"]["message"]
    assert client.post(f"{path}/red/refine").status_code == 404
    assert client.post(f"{path}/{own}/refine").json()["kind"] == "refine"
    wait_until(lambda: _styles(client, document)[own]["refined"])
    assert client.post(f"{path}/{own}/refine").status_code == 400
