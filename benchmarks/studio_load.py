"""Many people in the studio at once: how long a click takes, and what a kill loses.

``python -m benchmarks.studio_load`` starts ``impasto studio``, opens one document for each of
twenty visitors, lets all click for a minute over WebSockets, kills the server in the middle with
SIGKILL, starts it again, and compares what every document has with what was told of it before: no
state that was said to be saved may be lost, and nobody may have or see what is somebody else's.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import numpy as np
import psutil

from benchmarks.pictures import photograph
from benchmarks.processes import machine
from benchmarks.studio_visitors import READY_S, Visitor, check, click_for, open_document
from impasto.segmentation.catalog import DEFAULT

START_S = 120.0


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


async def run(sessions: int, seconds: float, size: tuple[int, int], segmenter: str) -> str:
    """Everything, as a table."""
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name), segmenter)
        visitors = [Visitor(number=n, client=_client()) for n in range(sessions)]
        begun = time.monotonic()
        for visitor in visitors:
            await open_document(visitor, server.port, photo(size, visitor.number))
        phases = [Phase(name="all painted", opening_s=time.monotonic() - begun)]
        limit = (await visitors[0].client.get(f"http://127.0.0.1:{server.port}/api/studio")).json()
        killer = asyncio.create_task(_kill_after(server, seconds / 2))
        await asyncio.gather(*(_click_until_killed(each, server.port, seconds, killer)
                               for each in visitors))  # fmt: skip
        await killer
        phases[0].finish(visitors, server)
        begun = time.monotonic()
        server = Server(Path(name), segmenter)
        for visitor in visitors:
            others = [each for each in visitors if each is not visitor]
            await check(visitor, others, server.port)
        phases.append(Phase(name="after the kill", opening_s=time.monotonic() - begun))
        await asyncio.gather(*(_click_again(each, server.port, seconds / 2) for each in visitors))
        phases[1].finish(visitors, server)
        server.kill()
        for visitor in visitors:
            await visitor.client.aclose()
    return table(visitors, phases, size, limit["limits"]["memory_bytes"])


async def _click_until_killed(
    visitor: Visitor, port: int, seconds: float, killer: asyncio.Task[None]
) -> None:
    try:
        await click_for(visitor, port, seconds)
    # A benchmark reports whatever went wrong; that the server is gone is what is meant.
    except Exception as error:
        if not killer.done():
            await asyncio.sleep(0.5)
        if not killer.done():
            visitor.errors.append(repr(error))


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


@dataclass(kw_only=True)
class Phase:
    """Clicks before the kill, or after it.

    Attributes:
        name: Which.
        opening_s: How long it took to open all documents.
        milliseconds: Of each click.
        peak_mib: The most memory that the server took.
    """

    name: str
    opening_s: float
    milliseconds: list[float] = field(default_factory=list)
    peak_mib: float = 0.0

    def finish(self, visitors: list[Visitor], server: Server) -> None:
        """Take what the visitors have measured."""
        for visitor in visitors:
            self.milliseconds += visitor.milliseconds
            visitor.milliseconds = []
        self.peak_mib = server.peak_mib

    def row(self) -> str:
        """A line of the table."""
        p50, p95, p99 = np.percentile(self.milliseconds, [50, 95, 99])
        return (
            f"| {self.name} | {len(self.milliseconds)} | {p50:.0f} ms | {p95:.0f} ms | "
            f"{p99:.0f} ms | {max(self.milliseconds):.0f} ms | {self.peak_mib:.0f} MiB | "
            f"{self.opening_s:.1f} s |"
        )


def table(
    visitors: list[Visitor], phases: list[Phase], size: tuple[int, int], limit_bytes: int
) -> str:
    """What was measured, in Markdown."""
    errors = [error for visitor in visitors for error in visitor.errors]
    lines = [
        f"{len(visitors)} sessions, {size[1]} × {size[0]} px, memory limit "
        f"{limit_bytes / 2**20:.0f} MiB; {machine()}.",
        "",
        "| clicks | how many | median | p95 | p99 | slowest | most memory | opening all |",
        "|---|---|---|---|---|---|---|---|",
        *(phase.row() for phase in phases),
        "",
        f"Errors: {len(errors) or 'none'}.",
        *(f"- {error}" for error in errors[:20]),
    ]
    return "\n".join(lines)


def compare() -> str:
    """The table of twenty sessions that click for a minute."""
    return asyncio.run(run(20, 60, (800, 1200), DEFAULT))


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
    parser.add_argument("--segmenter", default=DEFAULT)
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    print(
        asyncio.run(
            run(arguments.sessions, arguments.seconds, (height, width), arguments.segmenter)
        )
    )


if __name__ == "__main__":
    main()
