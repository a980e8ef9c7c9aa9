"""How long after a click on a style the picture in the browser is another one.

``python -m benchmarks.studio_clicks`` starts ``impasto studio``, opens photographs of two sizes in
headless Chromium, makes a small, a medium and a large object of each, and clicks styles for them
and for the background with a real mouse: from the release of the button until the frame that has
the last patch on the canvas is handed to the screen. Styles must be painted already, as they are
when one works. Needs networks for at least two styles, Chromium and playwright.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from benchmarks.pictures import photograph
from benchmarks.processes import machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LAPTOP, LARGE = (1280, 800), (3840, 2160)
CASES = (((1200, 800), LAPTOP), ((3840, 2160), LAPTOP), ((3840, 2160), LARGE))
"""Sizes of a photograph and of the browser's window."""

SHARES = {"small": 0.01, "medium": 0.125, "large": 0.4}
"""Parts of the picture that objects have; 0.125 of 1200 × 800 is 300 × 400."""

WARM_UP, CLICKS = 6, 40
QUIET_MS = 200
"""When no patch came for so long, the click is painted."""

READY_MS = 1_200_000
CLICK_S = 30

WATCH = """() => {
  globalThis.click = null;
  addEventListener("click", (event) => { click = {at: event.timeStamp}; }, true);
  const frames = new MessageChannel();
  frames.port1.onmessage = () => { if (click) click.shown = performance.now(); };
  document.addEventListener("impasto:painted", () => {
    if (!click) return;
    click.drawn = performance.now();
    // A message sent as a frame begins arrives when that frame is painted.
    requestAnimationFrame(() => frames.port2.postMessage(null));
  });
}"""

MAKE_OBJECTS = """async (shares) => {
  const id = new URLSearchParams(location.search).get("document");
  const tree = (await import("/js/region_tree.js")).readRegionTree(
    await (await fetch(`/api/documents/${id}/regions`)).arrayBuffer());
  // The smallest last: it lies on top.
  for (const [name, share] of Object.entries(shares).reverse()) {
    const wanted = share * tree.width * tree.height;
    let node = 0;
    for (let each = 0; each < tree.nodes; each += 1) {
      if (Math.abs(tree.area[each] - wanted) < Math.abs(tree.area[node] - wanted)) node = each;
    }
    await fetch(`/api/documents/${id}/edits`, {method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({do: "add_object", name, mask: {nodes: [node]}})});
  }
}"""

STYLES_READY = """async () => {
  const id = new URLSearchParams(location.search).get("document");
  const {styles} = await (await fetch(`/api/documents/${id}/styles`)).json();
  return styles.filter((each) => each.status !== "ready").length;
}"""


@dataclass(frozen=True, kw_only=True)
class Clicks:
    """Milliseconds from a click to the frame with its last patch, one for each click."""

    what: str
    milliseconds: list[float]

    def row(self, photo: tuple[int, int], window: tuple[int, int]) -> str:
        """A line of the table."""
        sizes = " | ".join(f"{width} × {height}" for width, height in (photo, window))
        median, p95 = statistics.median(self.milliseconds), np.percentile(self.milliseconds, 95)
        return f"| {sizes} | {self.what} | {median:.0f} ms | {p95:.0f} ms |"


@contextmanager
def running_studio(photo: Path, folder: Path) -> Iterator[str]:
    """``impasto studio`` with a photograph; gives its address."""
    command = [
        sys.executable, "-m", "impasto", "studio", str(photo),
        "--no-browser", "--port", "0", "--folder", str(folder),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            raise RuntimeError("impasto studio did not start; run it by hand to see why.")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield found.group()
    finally:
        process.terminate()
        process.wait(30)


def measure(page: Page, address: str) -> Iterator[Clicks]:
    """Click styles for objects of each size, and for the background."""
    page.set_default_timeout(READY_MS)
    page.goto(address)
    page.wait_for_selector(".options:not([hidden])")
    _await_styles(page)
    page.evaluate(MAKE_OBJECTS, SHARES)
    page.evaluate(WATCH)
    cards = page.locator(".style[role=radio]")
    styles = [cards.nth(1), cards.nth(2)]
    _say("measuring")
    for name in (*SHARES, "background"):
        which = "[data-id=background]" if name == "background" else f":has-text('{name}')"
        page.locator(f".object{which} .object-main").first.click()
        times = [_click(page, styles[turn % 2]) for turn in range(WARM_UP + CLICKS)]
        yield Clicks(what=name, milliseconds=times[WARM_UP:])
    _say("measured")


def _await_styles(page: Page) -> None:
    """All of them: whoever paints meanwhile is somebody else's measurement."""
    waited_ms = 0
    while left := page.evaluate(STYLES_READY):
        _say(f"waiting for {left} styles")
        page.wait_for_timeout(2000)
        waited_ms += 2000
        if waited_ms > READY_MS:
            raise RuntimeError(f"{left} styles are not painted; look at them in the studio.")
    page.wait_for_timeout(1000)


def _click(page: Page, card: Any) -> float:
    box = card.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.wait_for_timeout(QUIET_MS)
    page.evaluate("click = null")
    page.mouse.down()
    page.mouse.up()
    settled = f"click?.shown > click.drawn && performance.now() > click.drawn + {QUIET_MS}"
    deadline = time.monotonic() + CLICK_S
    while not page.evaluate(settled):
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing was painted within {CLICK_S} s of a click.")
        page.wait_for_timeout(20)
    return float(page.evaluate("click.shown - click.at"))


def _say(text: str) -> None:
    print(f"studio clicks: {text}", file=sys.stderr, flush=True)


def _measure_case(
    browser: Browser, folder: Path, size: tuple[int, int], window: tuple[int, int]
) -> list[str]:
    """The rows of one photograph in one window."""
    folder.mkdir()
    photo = folder / "photo.png"
    ImageOps.fit(Image.fromarray(photograph("coffee").pixels), size).save(photo)
    context = browser.new_context(viewport={"width": window[0], "height": window[1]})
    try:
        with running_studio(photo, folder / "studio") as address:
            clicks = list(measure(context.new_page(), address))
    finally:
        context.close()
    return [each.row(size, window) for each in clicks]


def table() -> str:
    """Median and 95th percentile by size of photograph, window and object, as Markdown."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Needs chromium on the path; on Debian: apt-get install chromium.")
    rows = ["| photograph | window | object | median | 95th percentile |", "|---|---|---|---|---|"]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number, (size, window) in enumerate(CASES):
            rows += _measure_case(browser, Path(folder) / str(number), size, window)
        browser.close()
    return "\n".join([*rows, "", machine()])


if __name__ == "__main__":
    print(table())
