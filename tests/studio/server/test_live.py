from __future__ import annotations

import io
import json
import random
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

Create = Callable[..., str]
MAGIC = 0x31504D49


class Page:
    """What a browser keeps: the last of each event, and a canvas."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.events: dict[str, Any] = {}
        self.patches: list[tuple[int, ...]] = []
        self.canvas = np.zeros((0, 0, 3), np.uint8)

    def say(self, **message: Any) -> None:
        self.socket.send_text(json.dumps(message))

    def ask(self, **message: Any) -> dict[str, Any]:
        self.say(**message, request=1)
        return self.until(lambda event: event.get("request") == 1)

    def until(self, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            event = self.receive()
            if event is not None and done(event):
                return event

    def receive(self) -> dict[str, Any] | None:
        message = self.socket.receive()
        self.socket._raise_on_close(message)
        if message.get("text") is not None:
            event: dict[str, Any] = json.loads(message["text"])
            self.events[event["event"]] = event
            return event
        content = message["bytes"]
        magic, *head = struct.unpack_from("<7I", content)
        assert magic == MAGIC
        self._draw(head, np.asarray(Image.open(io.BytesIO(content[28:]))))
        return {"event": "patch"}

    def close_code(self) -> int:
        while True:
            message = self.socket.receive()
            if message["type"] == "websocket.close":
                return int(message["code"])

    def _draw(self, head: list[int], pixels: np.ndarray[Any, Any]) -> None:
        _, scale, left, top, right, bottom = head
        size = (-(-(bottom - top) // scale), -(-(right - left) // scale))
        assert pixels.shape == (*size, 3)
        self.patches.append(tuple(head))
        y, x = top // scale, left // scale
        need = (max(self.canvas.shape[0], y + size[0]), max(self.canvas.shape[1], x + size[1]))
        grown = np.zeros((*need, 3), np.uint8)
        grown[: self.canvas.shape[0], : self.canvas.shape[1]] = self.canvas
        grown[y : y + size[0], x : x + size[1]] = pixels
        self.canvas = grown


@contextmanager
def _page(client: TestClient, document: str, **headers: str) -> Iterator[Page]:
    with client.websocket_connect(
        f"ws://127.0.0.1:8765/api/documents/{document}/live", headers=headers
    ) as socket:
        yield Page(socket)


def _wait(client: TestClient, document: str, style: str) -> None:
    for _ in range(300):
        styles = client.get(f"/api/documents/{document}/styles").json()["styles"]
        if {each["name"]: each for each in styles}[style]["status"] == "ready":
            return
        time.sleep(0.02)
    raise AssertionError(styles)


def test_the_whole_document_comes_first(client: TestClient, create: Create) -> None:
    document = create(client)
    with _page(client, document) as page:
        event = page.until(lambda event: event["event"] == "document")
    assert event["document"]["id"] == document
    assert event["document"]["width"] == 72


def test_a_click_is_painted_where_it_changed_and_nowhere_else(
    client: TestClient, create: Create
) -> None:
    document = create(client)
    _wait(client, document, "red")
    with _page(client, document) as page:
        page.ask(do="view", scale=1, box=[0, 0, 72, 48])
        page.until(lambda event: event["event"] == "patch")
        page.patches.clear()
        done = page.ask(do="add_object", mask={"nodes": [0]}, style="red", feather_px=0, name="Sky")
        if not page.patches:
            page.until(lambda event: event["event"] == "patch")
        assert done["revision"] == 1
        assert page.patches == [(1, 1, 0, 0, 12, 12)]
        assert np.abs(page.canvas[2:10, 2:10].astype(int) - (200, 30, 20)).max() < 30
        while not {"saved", "state"} <= page.events.keys():
            page.receive()
        state = page.events["state"]["state"]
        assert state["objects"][0]["id"] == done["region"]


def test_two_pages_of_a_document_see_the_same(client: TestClient, create: Create) -> None:
    document = create(client)
    with _page(client, document) as one, _page(client, document) as other:
        one.ask(do="rename_object", region="nobody", name="x")
        one.ask(do="set_strength", region="background", strength=0.25)
        event = other.until(lambda event: event["event"] == "state")
        assert event["state"]["background"]["strength"] == 0.25


def test_reduced_views_have_aligned_patches(client: TestClient, create: Create) -> None:
    document = create(client, height=301, width=403)
    _wait(client, document, "blue")
    with _page(client, document) as page:
        page.ask(do="view", scale=4, box=[0, 0, 403, 301])
        page.ask(do="set_style", region="background", style="blue")
        while not (page.canvas.size and np.abs(page.canvas.astype(int) - (30, 40, 220)).max() < 30):
            page.receive()
        assert page.canvas.shape == (76, 101, 3)


def test_prompts_points_and_pings(client: TestClient, create: Create) -> None:
    document = create(client)
    with _page(client, document) as page:
        found = page.ask(do="segment", points=[{"x": 1, "y": 1}])
        assert found["event"] == "candidates"
        mask = {"candidate": found["candidates"][0]["id"]}
        region = page.ask(do="add_object", mask=mask)["region"]
        assert page.ask(do="pick", x=1, y=1) == {"event": "picked", "region": region, "request": 1}
        assert page.ask(do="pick", x=70, y=40)["region"] == "background"
        assert page.ask(do="ping")["event"] == "done"
        assert page.ask(do="request_style", style="red")["event"] == "done"
        assert page.ask(do="request_style", style="none")["code"] == "UnknownNameError"
        assert page.ask(do="cancel_job", job="none")["code"] == "UnknownNameError"


def test_a_gesture_is_told_apart_by_connection(client: TestClient, create: Create) -> None:
    document = create(client)
    with _page(client, document) as one, _page(client, document) as other:
        one.ask(do="set_strength", region="background", strength=0.5, gesture=1)
        other.ask(do="set_strength", region="background", strength=0.4, gesture=1)
        one.ask(do="undo")
        state = one.until(lambda event: event["event"] == "state" and event["state"]["can_redo"])
    assert state["state"]["background"]["strength"] == 0.5


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "{", '{"do":"dance"}', '{"do":"view","scale":3,"box":[0,0,1,1]}',
        '{"do":"set_strength","region":"background","strength":NaN}',
        '{"do":"view","scale":1,"box":[0,0,1e400,1]}', "[" * 100_000, '{"do":"ping","x":1}',
        '{"do":"brush","region":"background","points":[],"radius_px":1}', "\x00", '"\ud83d\ude00"',
    ],
)  # fmt: skip
def test_malformed_messages_close_that_socket_alone(
    client: TestClient, create: Create, text: str
) -> None:
    document = create(client)
    with _page(client, document) as good:
        with _page(client, document) as bad:
            bad.socket.send_text(text)
            assert bad.close_code() == 1008
        assert good.ask(do="ping")["event"] == "done"


def test_bytes_close_the_socket(client: TestClient, create: Create) -> None:
    document = create(client)
    with _page(client, document) as page:
        page.socket.send_bytes(b"\x00\xff")
        assert page.close_code() == 1008


def test_random_and_truncated_messages_do_no_harm(client: TestClient, create: Create) -> None:
    document = create(client)
    chance = random.Random(0)
    samples = [
        {"do": "add_object", "mask": {"nodes": [3]}, "style": "red"},
        {"do": "brush", "region": "x", "points": [[1, 2], [3, 4]], "radius_px": 3},
        {"do": "view", "scale": 2, "box": [0, 0, 10, 10]},
        {"do": "segment", "points": [{"x": 5, "y": 5}], "box": [0, 0, 9, 9]},
    ]
    odd = [None, -1, 2**40, "", "x" * 300, [], {}, True, -2147483648, 0.5]
    for _ in range(60):
        message = dict(chance.choice(samples))
        message[chance.choice([*message])] = chance.choice(odd)
        text = json.dumps(message)
        if chance.random() < 0.5:
            text = text[: chance.randrange(len(text))]
        with _page(client, document) as page:
            page.socket.send_text(text)
            page.socket.send_text("the end")
            assert page.close_code() == 1008
    assert client.get(f"/api/documents/{document}").status_code == 200


def test_no_more_connections_than_may_be(client: TestClient, create: Create) -> None:
    document = create(client)
    pages = [
        client.websocket_connect(f"ws://127.0.0.1:8765/api/documents/{document}/live")
        for _ in range(8)
    ]
    for page in pages:
        page.__enter__()
    with _page(client, document) as page:
        assert page.close_code() == 1013
    for page in pages:
        page.__exit__(None, None, None)


def test_an_unknown_document_has_no_socket(client: TestClient) -> None:
    with _page(client, "nothing") as page:
        assert page.close_code() == 4404


def test_a_slow_page_gets_the_newest_and_not_all(client: TestClient, create: Create) -> None:
    document = create(client)
    _wait(client, document, "red")
    with _page(client, document) as page:
        page.ask(do="view", scale=1, box=[0, 0, 72, 48])
        for number in range(200):
            message = {"region": "background", "strength": number / 400, "gesture": 1}
            page.say(do="set_strength", **message)
        page.ask(do="set_style", region="background", style="red")
        page.ask(do="set_strength", region="background", strength=1)
        while np.abs(page.canvas.astype(int) - (200, 30, 20)).max() > 30:
            page.receive()
