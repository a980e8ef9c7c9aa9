"""People in the studio, each with a document: what they click, what comes back, what was lost."""

from __future__ import annotations

import asyncio
import json
import random
import struct
import time
from dataclasses import dataclass, field
from typing import Any

import httpx2
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

READY_S = 600.0
PAUSE_S = (0.3, 0.9)
"""Between two clicks of one person."""

MAX_OBJECTS = 8

Look = dict[str, tuple[str | None, str]]
"""Of each object by its id: its style, and the digest of its mask."""


@dataclass(kw_only=True)
class Visitor:
    """One person: a cookie, a document, what was clicked and what came back."""

    number: int
    client: httpx2.AsyncClient
    document: str = ""
    nodes: list[int] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    objects: dict[str, str | None] = field(default_factory=dict)
    states: dict[int, Look] = field(default_factory=dict)
    saved_revision: int = 0
    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def open_document(visitor: Visitor, port: int, photo: bytes) -> None:
    """Upload, and wait for regions and styles."""
    base = f"http://127.0.0.1:{port}/api/documents"
    reply = await visitor.client.post(base, params={"name": "photo.png"}, content=photo)
    reply.raise_for_status()
    visitor.document = reply.json()["id"]
    path = f"{base}/{visitor.document}"
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        document = (await visitor.client.get(path, params={"wait_s": 20})).json()
        ready = [each["name"] for each in document["styles"] if each["status"] == "ready"]
        if document["loading"]["regions"] and len(ready) == len(document["styles"]):
            break
        await asyncio.sleep(0.5)
    else:
        raise RuntimeError("a document was not ready in time")
    words = np.frombuffer((await visitor.client.get(f"{path}/regions")).content, "<u4")
    width, height, leaves, nodes = (int(each) for each in words[1:5])
    tree = words[5 + width * height :].astype(np.int64)
    proposed = np.unique(tree[8 * nodes :][:leaves])
    visitor.nodes = _apart(proposed, tree[nodes : 2 * nodes], tree[2 * nodes : 3 * nodes])
    visitor.styles = ready


def _apart(proposed: np.ndarray, first: np.ndarray, last: np.ndarray) -> list[int]:
    """Regions that do not overlap, so that a click on one is always seen."""
    chosen: list[int] = []
    for node in sorted(proposed.tolist(), key=lambda node: first[node] - last[node]):
        if all(last[node] <= first[other] or last[other] <= first[node] for other in chosen):
            chosen.append(node)
    return chosen


async def click_for(visitor: Visitor, port: int, seconds: float) -> None:
    """Click until the time is over or the server is gone."""
    chance = random.Random(visitor.number)
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    address = f"ws://127.0.0.1:{port}/api/documents/{visitor.document}/live"
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    until = time.monotonic() + seconds
    async with connect(address, additional_headers=headers, max_size=None) as socket:
        view = {"do": "view", "scale": 1, "box": [0, 0, 1 << 20, 1 << 20], "request": 0}
        await socket.send(json.dumps(view))
        await _listen(visitor, socket, 1.0)
        number = 0
        while time.monotonic() < until:
            number += 1
            await _click(visitor, socket, chance, number)
            await _listen(visitor, socket, chance.uniform(*PAUSE_S))


async def _click(
    visitor: Visitor, socket: ClientConnection, chance: random.Random, number: int
) -> None:
    style = chance.choice(visitor.styles)
    objects = [*visitor.objects]
    if len(objects) < MAX_OBJECTS and visitor.nodes:
        mask = {"nodes": [visitor.nodes.pop(chance.randrange(len(visitor.nodes)))]}
        message: dict[str, Any] = {"do": "add_object", "mask": mask, "style": style}
    else:
        region = chance.choice(objects)
        style = chance.choice([each for each in visitor.styles if each != visitor.objects[region]])
        message = {"do": "set_style", "region": region, "style": style}
    start = time.perf_counter()
    await socket.send(json.dumps({**message, "request": number}))
    painted_s, done = None, None
    while done is None or painted_s is None:
        content = await asyncio.wait_for(socket.recv(), 30)
        now = time.perf_counter()
        if isinstance(content, bytes):
            # Whatever came after the click shows it, unless it says an older revision.
            if done is None or struct.unpack_from("<I", content, 4)[0] >= done["revision"]:
                painted_s = now
            continue
        event = _heard(visitor, content)
        if event.get("request") == number:
            done = event
            if event["event"] != "done":
                return
            visitor.objects[event["region"]] = style
    visitor.milliseconds.append(1000 * (painted_s - start))


async def _listen(visitor: Visitor, socket: ClientConnection, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            content = await asyncio.wait_for(socket.recv(), left)
        except TimeoutError:
            return
        if isinstance(content, str):
            _heard(visitor, content)


def _heard(visitor: Visitor, content: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(content)
    match event["event"]:
        case "error":
            visitor.errors.append(f"{event['code']}: {event['message']}")
        case "document" if event["document"]["id"] != visitor.document:
            visitor.errors.append("somebody else's document")
        case "state":
            visitor.states[event["state"]["revision"]] = look(event["state"])
        case "saved":
            visitor.saved_revision = max(visitor.saved_revision, event["revision"])
    return event


def look(state: dict[str, Any]) -> Look:
    """What can be compared of a state."""
    return {each["id"]: (each["style"], each["mask"]) for each in state["objects"]}


async def check(visitor: Visitor, others: list[Visitor], port: int) -> None:
    """Note what is wrong with a visitor's document now; others must not see it."""
    base = f"http://127.0.0.1:{port}/api/documents"
    reply = await visitor.client.get(f"{base}/{visitor.document}")
    if reply.status_code != 200:
        visitor.errors.append(f"did not reopen: {reply.text[:200]}")
        return
    found = look(reply.json()["state"])
    allowed = [look for revision, look in visitor.states.items()
               if revision >= visitor.saved_revision]  # fmt: skip
    if found not in allowed and not _is_one_click_on(found, allowed):
        visitor.errors.append(f"is not as it was saved: {len(found)} objects")
    if any(name in other.objects for other in others for name in found):
        visitor.errors.append("has objects of somebody else")
    for other in others:
        seen = await visitor.client.get(f"{base}/{other.document}")
        if seen.status_code != 404:
            visitor.errors.append("can see somebody else's document")
    visitor.objects = {name: style for name, (style, _) in found.items()}
    visitor.states, visitor.saved_revision = {}, 0


def _is_one_click_on(found: Look, known: list[Look]) -> bool:
    """Whether a state is the last one known and the click that was under way."""
    return bool(known) and len(found.items() ^ known[-1].items()) <= 2
