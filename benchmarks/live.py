"""Live: frames a second and the delay from the camera to the screen, on one machine.

``python -m benchmarks.live`` plays a film made of a photograph as a camera with ``impasto live``
and looks at it in a headless Chromium on the same machine; and, so that it can be told what the
browser costs, with a client that acknowledges frames without decoding them. The delay is what the
server measures: from the moment the camera hands a frame over to the message that it was drawn.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import psutil

from benchmarks.pictures import photograph
from benchmarks.processes import machine
from impasto.video.encoding import EncodingOptions
from impasto.video.writer import VideoWriter

FPS = 24
SIZES = ((1280, 720), (640, 360))
WARM_UP_S = 8.0
SECONDS = 20.0
EVERY_S = 2.0
CHROMIUM = ("--no-sandbox", "--disable-gpu")
"""Without a GPU, Chromium's own software compositor takes half of what its emulated GPU takes."""

NUMBER = r"[0-9.]+"
METERS = """() => [...document.querySelectorAll("[data-meter]")]
  .map((each) => [each.dataset.meter, each.textContent])"""

Reading = dict[str, list[float]]
"""What the meters show, by their names on the page."""

Look = Callable[["psutil.Process", str, float], "Run"]
"""Looks at a server's page for so many seconds."""

Reader = Callable[[float], Reading]
"""Waits so many seconds, then reads the meters."""

HEADING = (
    "| picture | looked at by | stability | painted at | painted | drawn | delay, median | p95 "
    "| server | browser | memory |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Run:
    """What was read of the meters, every two seconds, and what it cost."""

    readings: list[Reading] = field(default_factory=list)
    server_cores: float = 0.0
    browser_cores: float = 0.0
    memory_mib: list[float] = field(default_factory=list)

    def row(self, size: tuple[int, int], viewer: str, stability: str) -> str:
        """As a row of the table."""
        width, height = statistics.mode(tuple(each["size"]) for each in self.readings)
        cells = [
            f"{size[0]} × {size[1]}",
            viewer,
            stability,
            f"{width:.0f} × {height:.0f}",
            f"{self._median('painted'):.1f} fps",
            f"{self._median('shown'):.1f} fps",
            f"{self._median('delay'):.0f} ms",
            f"{self._median('p95'):.0f} ms",
            f"{self.server_cores:.2f} cores",
            f"{self.browser_cores:.2f} cores" if self.browser_cores else "–",
            f"{self.memory_mib[0]:.0f} → {self.memory_mib[-1]:.0f} MiB",
        ]
        return f"| {' | '.join(cells)} |"

    def _median(self, name: str) -> float:
        known = [value for each in self.readings for value in each[name]]
        return statistics.median(known) if known else float("nan")


def write_film(path: Path, size: tuple[int, int], photo: np.ndarray) -> None:
    """Ten seconds of walking about a photograph, of (width, height)."""
    width, height = size
    count = 10 * FPS
    with VideoWriter(
        path,
        (height, width),
        frame_rate=Fraction(FPS),
        time_base=Fraction(1, FPS),
        encoding=EncodingOptions(quality=85),
    ) as writer:
        scale = 0.7 * min(photo.shape[1] / width, photo.shape[0] / height)
        room = (photo.shape[1] - scale * width, photo.shape[0] - scale * height)
        for number in range(count):
            turn = 2 * np.pi * number / count
            x, y = room[0] * (0.5 + 0.45 * np.sin(turn)), room[1] * (0.5 + 0.45 * np.sin(2 * turn))
            place = np.array([[scale, 0, x], [0, scale, y]], np.float32)
            how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            writer.write(
                np.asarray(cv2.warpAffine(photo, place, size, flags=how), np.uint8), number
            )


@contextmanager
def live(film: Path, size: tuple[int, int], *flags: str) -> Iterator[tuple[psutil.Process, str]]:
    """``impasto live`` as a process, and the address of its page."""
    command = [
        sys.executable, "-m", "impasto", "live", "--file", str(film), "--fps", str(FPS),
        "--size", f"{size[0]}x{size[1]}", "--no-browser", "--port", "0", *flags,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http\S+", process.stdout.readline())
        if found is None:
            raise RuntimeError("impasto live did not start")
        yield psutil.Process(process.pid), found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def observe(
    server: psutil.Process, browser: list[psutil.Process], seconds: float, read: Reader
) -> Run:
    """Read the meters again and again once all is warm."""
    run = Run()
    read(WARM_UP_S)
    begun_s, before = time.perf_counter(), (_cpu_s([server]), _cpu_s(browser))
    while time.perf_counter() - begun_s < seconds:
        run.readings.append(read(EVERY_S))
        run.memory_mib.append(server.memory_info().rss / 2**20)
    took_s = time.perf_counter() - begun_s
    run.server_cores = (_cpu_s([server]) - before[0]) / took_s
    run.browser_cores = (_cpu_s(browser) - before[1]) / took_s
    return run


def in_chromium(server: psutil.Process, address: str, seconds: float) -> Run:
    """Look at the page with a browser on this machine; the meters are those that it shows."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("IMPASTO_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM])
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_selector("#screen:not([hidden])", timeout=120_000)
        children = psutil.Process().children(recursive=True)
        browser = [each for each in children if "chrom" in each.name()]

        def read(wait_s: float) -> Reading:
            page.wait_for_timeout(1000 * wait_s)
            shown = page.evaluate(METERS)
            return {
                name: [float(each) for each in re.findall(NUMBER, text)] for name, text in shown
            }

        run = observe(server, browser, seconds, read)
        chromium.close()
    return run


def by_acknowledging(server: psutil.Process, address: str, seconds: float) -> Run:
    """Receive frames and say at once that they were drawn: what a browser elsewhere leaves here."""
    from websockets.sync.client import connect

    host, key = re.findall(r"http://([^/]+)/live/\?key=(\S+)", address)[0]
    headers = {"Authorization": f"Bearer {key}"}
    with connect(
        f"ws://{host}/api/live/camera", additional_headers=headers, compression=None
    ) as socket:

        def read(wait_s: float) -> Reading:
            until_s, latest = time.perf_counter() + wait_s, {}
            while time.perf_counter() < until_s or not latest:
                message = socket.recv()
                if isinstance(message, bytes):
                    kind, number = struct.unpack_from("<2I", message, 4)
                    if kind == 1:
                        socket.send(json.dumps({"do": "drawn", "frame": number}))
                elif (event := json.loads(message))["event"] == "meters":
                    latest = event
            return {
                "painted": [latest["painted_fps"]],
                "shown": [latest["shown_fps"]],
                "delay": [each for each in [latest["delay_ms"]] if each is not None],
                "p95": [each for each in [latest["delay_p95_ms"]] if each is not None],
                "size": [float(side) for side in reversed(latest["size"])],
            }

        return observe(server, [], seconds, read)


def compare(
    sizes: Sequence[tuple[int, int]] = SIZES,
    stabilities: Sequence[str] = ("auto",),
    seconds: float = SECONDS,
) -> str:
    """All runs, as a table."""
    photo = np.asarray(photograph("stereo_motorcycle").pixels, np.uint8)
    photo = np.asarray(cv2.resize(photo, (1920, 1280), interpolation=cv2.INTER_CUBIC), np.uint8)
    runs: tuple[tuple[str, Look, tuple[str, ...]], ...] = (
        ("Chromium here", in_chromium, ()),
        ("Chromium here, size fixed", in_chromium, ("--fixed-size",)),
        ("a browser elsewhere", by_acknowledging, ()),
    )
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            film = Path(name) / f"{size[0]}.mp4"
            write_film(film, size, photo)
            for stability in stabilities:
                for viewer, look, flags in runs:
                    with live(film, size, "--stability", stability, *flags) as (server, address):
                        rows.append(look(server, address, seconds).row(size, viewer, stability))
                        print(rows[-1], flush=True)
    return f"{machine()}. {FPS} frames a second asked for.\n\n{HEADING}\n" + "\n".join(rows)


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time so far."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each run")
    parser.add_argument("--stability", nargs="*", default=["auto"])
    given = parser.parse_args()
    print(compare(stabilities=given.stability, seconds=given.seconds))


if __name__ == "__main__":
    main()
