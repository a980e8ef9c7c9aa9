"""Run benchmarks and write their tables into ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    compositor,
    contours,
    live,
    loss_curve,
    optimization,
    quality,
    realtime,
    scales,
    segmentation,
    studio_clicks,
    studio_load,
    temporal,
    video,
)

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "benchmarks.md"
OTHER_PAGES = {"temporal": DOCS / "stability.md"}
IMAGES = DOCS / "images"

BENCHMARKS: dict[str, Callable[[], str]] = {
    "peers": lambda: f"{optimization.heading()}\n\n{optimization.against_peers()}",
    "growth": optimization.growth,
    "pictures": optimization.pictures,
    "compositor": compositor.compare,
    "contours": lambda: contours.compare(IMAGES / "lapstyle-and-gatys.jpg"),
    "live": live.compare,
    "loss-curve": lambda: loss_curve.plot(IMAGES / "losses-over-300-steps.png"),
    "quality": lambda: quality.compare(IMAGES / "fast-styles-held-out.jpg"),
    "realtime": realtime.table,
    "segmentation": segmentation.compare,
    "studio-load": studio_load.compare,
    "studio-clicks": studio_clicks.table,
    "temporal": lambda: temporal.compare(IMAGES / "steady-frames.jpg"),
    "video": video.table,
    "scales": lambda: scales.draw(IMAGES / "one-size-and-coarse-to-fine.jpg"),
}


def insert(name: str, table: str) -> None:
    """Put a table between its two markers in its page."""
    page = OTHER_PAGES.get(name, PAGE)
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{page} has no markers {begin} … {end}")
    page.write_text(
        pattern.sub(lambda _: f"{begin}\n{table}\n{end}", text, count=1), encoding="utf-8"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHMARKS)}; default: all")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(BENCHMARKS)}")
    IMAGES.mkdir(exist_ok=True)
    for name in names:
        table = BENCHMARKS[name]()
        print(f"\n## {name}\n{table}\n", flush=True)
        insert(name, table)


if __name__ == "__main__":
    main()
