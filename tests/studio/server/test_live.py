from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

Create = Callable[..., str]
OpenPage = Callable[..., Any]


def _shows(page: Any, color: tuple[int, int, int]) -> bool:
    return bool(page.canvas.size and np.abs(page.canvas.astype(int) - color).max() < 30)


def test_the_whole_document_comes_first(
    client: TestClient, create: Create, open_page: OpenPage
) -> None:
    document = create(client)
    with open_page(client, document) as page:
        page.wait(lambda: "document" in page.events)
    told = page.events["document"]["document"]
    assert told["id"] == document
    assert told["width"] == 72


def test_a_click_is_painted_where_it_changed_and_nowhere_else(
    client: TestClient, create: Create, open_page: OpenPage, until_painted: Callable[..., Any]
) -> None:
    document = create(client)
    until_painted(client, document, "red")
    with open_page(client, document) as page:
        page.ask(do="view", scale=1, box=[0, 0, 72, 48])
        page.wait(lambda: page.patches)
        page.patches.clear()
        done = page.ask(do="add_object", mask={"nodes": [0]}, style="red", feather_px=0, name="Sky")
        page.wait(lambda: page.patches)
        assert done["revision"] == 1
        assert page.patches == [(1, 1, 0, 0, 12, 12)]
        assert np.abs(page.canvas[2:10, 2:10].astype(int) - (200, 30, 20)).max() < 30
        page.wait(lambda: {"saved", "state"} <= page.events.keys())
        assert page.state["objects"][0]["id"] == done["region"]


def test_two_pages_of_a_document_see_the_same(
    client: TestClient, create: Create, open_page: OpenPage
) -> None:
    document = create(client)
    with open_page(client, document) as one, open_page(client, document) as other:
        one.ask(do="rename_object", region="nobody", name="x")
        one.ask(do="set_strength", region="background", strength=0.25)
        other.wait(lambda: other.state)
        assert other.state["background"]["strength"] == 0.25


def test_reduced_views_have_aligned_patches(
    client: TestClient, create: Create, open_page: OpenPage, until_painted: Callable[..., Any]
) -> None:
    document = create(client, height=301, width=403)
    until_painted(client, document, "blue")
    with open_page(client, document) as page:
        page.ask(do="view", scale=4, box=[0, 0, 403, 301])
        page.ask(do="set_style", region="background", style="blue")
        page.wait(lambda: _shows(page, (30, 40, 220)))
        assert page.canvas.shape == (76, 101, 3)


def test_prompts_points_and_pings(client: TestClient, create: Create, open_page: OpenPage) -> None:
    document = create(client)
    with open_page(client, document) as page:
        found = page.ask(do="segment", points=[{"x": 1, "y": 1}])
        assert found["event"] == "candidates"
        mask = {"candidate": found["candidates"][0]["id"]}
        region = page.ask(do="add_object", mask=mask)["region"]
        picked = page.ask(do="pick", x=1, y=1)
        assert (picked["event"], picked["region"]) == ("picked", region)
        assert page.ask(do="pick", x=70, y=40)["region"] == "background"
        assert page.ask(do="ping")["event"] == "done"
        assert page.ask(do="request_style", style="red")["event"] == "done"
        assert page.ask(do="request_style", style="none")["code"] == "UnknownNameError"
        assert page.ask(do="cancel_job", job="none")["code"] == "UnknownNameError"


def test_a_gesture_is_told_apart_by_connection(
    client: TestClient, create: Create, open_page: OpenPage
) -> None:
    document = create(client)
    with open_page(client, document) as one, open_page(client, document) as other:
        one.ask(do="set_strength", region="background", strength=0.5, gesture=1)
        other.ask(do="set_strength", region="background", strength=0.4, gesture=1)
        one.ask(do="undo")
        one.wait(lambda: one.state.get("can_redo"))
    assert one.state["background"]["strength"] == 0.5


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
    client: TestClient, create: Create, text: str, open_page: OpenPage
) -> None:
    document = create(client)
    with open_page(client, document) as good:
        with open_page(client, document) as bad:
            bad.socket.send_text(text)
            assert bad.close_code() == 1008
        assert good.ask(do="ping")["event"] == "done"


def test_bytes_close_the_socket(client: TestClient, create: Create, open_page: OpenPage) -> None:
    document = create(client)
    with open_page(client, document) as page:
        page.socket.send_bytes(b"\x00\xff")
        assert page.close_code() == 1008


def test_random_and_truncated_messages_do_no_harm(
    client: TestClient, create: Create, open_page: OpenPage
) -> None:
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
        with open_page(client, document) as page:
            page.socket.send_text(text)
            page.socket.send_text("the end")
            assert page.close_code() == 1008
    assert client.get(f"/api/documents/{document}").status_code == 200


def test_no_more_connections_than_may_be(
    client: TestClient, create: Create, open_page: OpenPage
) -> None:
    document = create(client)
    pages = [
        client.websocket_connect(f"ws://127.0.0.1:8765/api/documents/{document}/live")
        for _ in range(8)
    ]
    for page in pages:
        page.__enter__()
    with open_page(client, document) as page:
        assert page.close_code() == 1013
    for page in pages:
        page.__exit__(None, None, None)


def test_an_unknown_document_has_no_socket(client: TestClient, open_page: OpenPage) -> None:
    with open_page(client, "nothing") as page:
        assert page.close_code() == 4404


def test_a_slow_page_gets_the_newest_and_not_all(
    client: TestClient, create: Create, open_page: OpenPage, until_painted: Callable[..., Any]
) -> None:
    document = create(client)
    until_painted(client, document, "red")
    with open_page(client, document) as page:
        page.ask(do="view", scale=1, box=[0, 0, 72, 48])
        for number in range(200):
            message = {"region": "background", "strength": number / 400, "gesture": 1}
            page.say(do="set_strength", **message)
        page.ask(do="set_style", region="background", style="red")
        page.ask(do="set_strength", region="background", strength=1)
        page.wait(lambda: _shows(page, (200, 30, 20)))
