from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from starlette.testclient import TestClient

from impasto.errors import OptionError
from impasto.studio.server.open_document import OpenDocument, unwatched
from impasto.studio.server.settings import Limits


def test_a_photograph_without_regions_can_still_be_painted(
    start: Callable[..., TestClient], stand_ins: ModuleType
) -> None:
    def fail(_name: str) -> Any:
        raise OptionError("expected a segmenter that works")

    client = start(stand_ins.make_tools(open_segmenter=fail))
    reply = client.post("/api/documents", content=stand_ins.make_photo()).json()
    path = f"/api/documents/{reply['id']}"
    loading = client.get(f"{path}?wait_s=20").json()["loading"]
    assert loading["error"] == {
        "code": "OptionError", "message": "expected a segmenter that works",
    }  # fmt: skip
    assert (loading["picture"], loading["regions"]) == (True, False)
    assert client.get(f"{path}/regions").status_code == 409
    edit = {"do": "set_style", "region": "background", "style": "red"}
    assert client.post(f"{path}/edits", json=edit).status_code == 200


def test_larger_photographs_take_more_memory() -> None:
    limits = Limits(memory_bytes=2**34)
    small, large = (
        OpenDocument.estimated_bytes(pixels, limits, 10) for pixels in (960_000, 8_294_400)
    )
    assert 100 * 2**20 < small < large < 500 * 2**20
    assert OpenDocument.style_bytes(limits) == 256 * 2**20


def test_nothing_is_shown_where_nobody_watches() -> None:
    with unwatched("photo") as report:
        assert report(object()) is None  # type: ignore[arg-type]
