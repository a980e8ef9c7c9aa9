"""How long after the button goes down the picture in the browser is another one.

``python -m benchmarks.studio_clicks`` starts ``impasto studio``, opens photographs of two sizes in
headless Chromium, makes a small, a medium and a large object of each, and clicks styles for them
and for the background with a real mouse: from the pointerdown event to the frame that shows the
last patch on the canvas. Styles must be painted already, as they are when one works; needs
networks for at least two styles, Chromium and playwright.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
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
    from playwright.sync_api import Page

SIZES = ((1200, 800), (3840, 2160))
SHARES = {"small": 0.01, "medium": 0.125, "large": 0.4}
"""Parts of the picture that objects have; 0.125 of 1200 × 800 is 300 × 400."""

WINDOW = {"width": 1280, "height": 800}
WARM_UP, CLICKS = 6, 40
QUIET_MS = 250
READY_MS = 600_000

WATCH = """() => {
  globalThis.clicks = [];
  addEventListener("pointerdown", (event) => clicks.push({down: event.timeStamp}), true);
  document.addEventListener("impasto:painted", () => {
    const click = clicks.at(-1);
    if (!click) return;
    click.drawn = performance.now();
    requestAnimationFrame(() => { click.shown = performance.now(); });
  });
}"""

MAKE_OBJECTS = """async (shares) => {
  const id = new URLSearchParams(location.search).get("document");
  const tree = (await import("/js/region_tree.js")).readRegionTree(
    await (await fetch(`/api/documents/${id}/regions`)).arrayBuffer());
  for (const [name, share] of Object.entries(shares)) {
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


@dataclass(frozen=True, kw_only=True)
class Clicks:
    """Milliseconds from pointerdown to the frame with the last patch, one for each click."""

    what: str
    milliseconds: list[float]

    def row(self, size: tuple[int, int]) -> str:
        """A line of the table."""
        median, p95 = statistics.median(self.milliseconds), np.percentile(self.milliseconds, 95)
        return f"| {size[0]} × {size[1]} | {self.what} | {median:.0f} ms | {p95:.0f} ms |"


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
    styles = _two_styles(page)
    page.evaluate(MAKE_OBJECTS, SHARES)
    page.evaluate(WATCH)
    for name in (*SHARES, "background"):
        which = "[data-id=background]" if name == "background" else f":has-text('{name}')"
        page.locator(f".object{which} .object-main").first.click()
        times = [_click(page, styles[turn % 2]) for turn in range(WARM_UP + CLICKS)]
        yield Clicks(what=name, milliseconds=times[WARM_UP:])


def _two_styles(page: Page) -> list[Any]:
    """The cards of two styles, once both are painted."""
    cards = page.locator(".style[role=radio]")
    while cards.count() < 3:
        page.wait_for_timeout(200)
    chosen = [cards.nth(1), cards.nth(2)]
    for card in chosen:
        card.click()
        while "painting…" in page.locator("[data-id=background]").inner_text():
            page.wait_for_timeout(100)
        page.wait_for_timeout(500)
    return chosen


def _click(page: Page, card: Any) -> float:
    box = card.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.evaluate("clicks.length = 0")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_timeout(QUIET_MS)
    while not page.evaluate("clicks.at(-1)?.shown > 0"):
        page.wait_for_timeout(20)
    page.wait_for_timeout(QUIET_MS)
    return float(page.evaluate("clicks.at(-1).shown - clicks.at(-1).down"))


def table() -> str:
    """Median and 95th percentile by size of picture and object, as Markdown."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Needs chromium on the path; on Debian: apt-get install chromium.")
    rows = ["| photograph | object | median | 95th percentile |", "|---|---|---|---|"]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size in SIZES:
            photo = Path(folder) / f"{size[0]}.png"
            ImageOps.fit(Image.fromarray(photograph("coffee").pixels), size).save(photo)
            page = browser.new_context(viewport=WINDOW).new_page()
            with running_studio(photo, Path(folder) / str(size[0])) as address:
                rows += [each.row(size) for each in measure(page, address)]
            page.context.close()
        browser.close()
    return "\n".join([*rows, "", machine()])


if __name__ == "__main__":
    print(table())
