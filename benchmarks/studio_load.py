"""Many people in the studio at once: how long a click takes, and what a kill loses.

``python -m benchmarks.studio_load`` starts ``impasto studio``, opens one document for each of
twenty visitors, lets all click for a minute over WebSockets, kills the server in the middle with
SIGKILL, starts it again, and compares what every document has with what it had been told was saved.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import random
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import psutil
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.pictures import photograph
from benchmarks.processes import machine

START_S = 120.0
READY_S = 600.0
PAUSE_S = (0.3, 0.9)
"""Between two clicks of one person."""

MAX_OBJECTS = 8


@dataclass(kw_only=True)
class Visitor:
    """One person: a cookie, a document, what was clicked and what came back."""

    number: int
    client: httpx2.AsyncClient
    document: str = ""
    nodes: list[int] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    objects: dict[str, str | None] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)
    states: dict[int, dict[str, Any]] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Server:
    """``impasto studio`` as a process, and the most memory it took."""

    def __init__(self, folder: Path, segmenter: str) -> None:
        command = [
            sys.executable, "-m", "impasto", "studio", "--no-browser", "--port", "0",
            "--folder", str(folder), "--segmenter", segmenter,
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found is None:
            raise RuntimeError(f"the studio did not start: {line!r}")
        self.port = int(found[1])
        self.peak_mib = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def kill(self) -> None:
        """End it as hard as can be."""
        self.process.kill()
        self.process.wait()

    def _watch(self) -> None:
        process = psutil.Process(self.process.pid)
        while self.process.poll() is None:
            try:
                self.peak_mib = max(self.peak_mib, process.memory_info().rss / 2**20)
            except psutil.Error:
                return
            time.sleep(0.2)


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
    visitor.nodes = sorted({*words[5 + width * height + 8 * nodes :][:leaves].tolist()})
    visitor.styles = ready


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
    if len(objects) < MAX_OBJECTS:
        mask = {"nodes": [chance.choice(visitor.nodes)]}
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
    visitor.latencies_ms.append(1000 * (painted_s - start))


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
            visitor.states = {event["state"]["revision"]: event["state"]}
        case "saved":
            visitor.saved = visitor.states.get(event["revision"], visitor.saved)
    return event


async def check(visitor: Visitor, others: list[Visitor], port: int) -> int:
    """Count what is wrong with a visitor's document now; others must not see it."""
    base = f"http://127.0.0.1:{port}/api/documents"
    reply = await visitor.client.get(f"{base}/{visitor.document}")
    if reply.status_code != 200:
        visitor.errors.append(f"did not reopen: {reply.text[:200]}")
        return 1
    objects = {each["id"]: each for each in reply.json()["state"]["objects"]}
    expected = {each["id"]: each for each in visitor.saved.get("objects", [])}
    lost = [name for name in expected if name not in objects]
    foreign = [name for name in objects if any(name in other.objects for other in others)]
    if lost or foreign:
        visitor.errors.append(f"lost {len(lost)} objects, has {len(foreign)} of others")
    other = others[0] if others else visitor
    if other is not visitor:
        seen = await visitor.client.get(f"{base}/{other.document}")
        if seen.status_code != 404:
            visitor.errors.append("can see somebody else's document")
    return len(lost) + len(foreign)


async def run(sessions: int, seconds: float, size: tuple[int, int], segmenter: str) -> str:
    """Everything, as a table."""
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), segmenter)
        visitors = [Visitor(number=n, client=_client()) for n in range(sessions)]
        begun = time.monotonic()
        for visitor in visitors:
            await open_document(visitor, server.port, photo(size, visitor.number))
        opened_s = time.monotonic() - begun
        half = seconds / 2
        killer = asyncio.create_task(_kill_after(server, half))
        await asyncio.gather(
            *(click_for(each, server.port, seconds) for each in visitors), return_exceptions=True
        )
        await killer
        first_peak = server.peak_mib
        server = Server(Path(name), segmenter)
        for visitor in visitors:
            others = [each for each in visitors if each is not visitor]
            await check(visitor, others, server.port)
        await asyncio.gather(*(_click_again(each, server.port, half) for each in visitors))
        peak = max(first_peak, server.peak_mib)
        server.kill()
        for visitor in visitors:
            await visitor.client.aclose()
    return table(visitors, seconds, size, opened_s, peak)


async def _click_again(visitor: Visitor, port: int, seconds: float) -> None:
    try:
        await _wait_for_regions(visitor, port)
        await click_for(visitor, port, seconds)
    # A benchmark reports whatever went wrong.
    except Exception as error:
        visitor.errors.append(repr(error))


async def _wait_for_regions(visitor: Visitor, port: int) -> None:
    path = f"http://127.0.0.1:{port}/api/documents/{visitor.document}"
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        document = (await visitor.client.get(path, params={"wait_s": 20})).json()
        if document["loading"]["regions"]:
            return


async def _kill_after(server: Server, seconds: float) -> None:
    await asyncio.sleep(seconds)
    server.kill()


def table(
    visitors: list[Visitor], seconds: float, size: tuple[int, int], opened_s: float, peak: float
) -> str:
    """What was measured, in Markdown."""
    latencies = np.array([each for visitor in visitors for each in visitor.latencies_ms])
    errors = [error for visitor in visitors for error in visitor.errors]
    p50, p95, p99 = np.percentile(latencies, [50, 95, 99])
    lines = [
        f"{len(visitors)} sessions, {size[1]} × {size[0]} px, {seconds:.0f} s of clicking, killed "
        f"in the middle; {machine()}.",
        "",
        "| clicks | median | p95 | p99 | slowest | errors | most memory | opening all |",
        "|---|---|---|---|---|---|---|---|",
        f"| {len(latencies)} | {p50:.0f} ms | {p95:.0f} ms | {p99:.0f} ms | "
        f"{latencies.max():.0f} ms | {len(errors)} | {peak:.0f} MiB | {opened_s:.0f} s |",
        *(f"- {error}" for error in errors[:20]),
    ]
    return "\n".join(lines)


def photo(size: tuple[int, int], number: int) -> bytes:
    """A photograph of (H, W), another for each number."""
    from PIL import Image

    pixels = np.roll(np.asarray(photograph("rocket").pixels, np.uint8), 17 * number, axis=1)
    file = io.BytesIO()
    Image.fromarray(pixels).resize(size[::-1], Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=START_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--size", default="1200x800", help="WIDTHxHEIGHT")
    parser.add_argument("--segmenter", default="click")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    print(
        asyncio.run(
            run(arguments.sessions, arguments.seconds, (height, width), arguments.segmenter)
        )
    )


if __name__ == "__main__":
    main()
