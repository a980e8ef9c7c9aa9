"""Write a report of ``impasto reproduce`` into docs/reproduction.md: tables, and small figures."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from PIL import Image

from impasto.reports.blocks import Table
from impasto.reports.table import markdown_table
from impasto.reproduction.catalog import PARTS
from impasto.reproduction.exhibit import Exhibit
from impasto.reproduction.folder import SETTINGS, Measured, ReportFolder
from impasto.reproduction.report_page import disturbance, summary_table

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "reproduction.md"
BEGIN, END = "<!-- report:begin -->", "<!-- report:end -->"
LONGEST_PX = 1400
QUALITY = 80


def small_figure(figure: Path) -> str:
    """Copy a figure of the report as a small JPEG; returns what links to it."""
    target = DOCS / "images" / f"reproduction-{figure.stem}.jpg"
    with Image.open(figure) as picture:
        picture = picture.convert("RGB")
        picture.thumbnail((LONGEST_PX, LONGEST_PX))
        picture.save(target, quality=QUALITY, optimize=True)
    return f"images/{target.name}"


def section(measured: Measured, exhibit: Exhibit, folder: Path) -> str:
    spec = measured.spec
    lines = [f"### {spec.title}", "", f"`{spec.name}`, after {spec.source}."]
    lines[-1] += disturbance(measured.others)
    figures = iter(
        sorted(folder.glob(f"{spec.name}.png")) + sorted(folder.glob(f"{spec.name}-?.png"))
    )
    for item in exhibit.items:
        if isinstance(item, Table):
            lines += ["", markdown_table(item), "", item.note]
        else:
            caption = getattr(item, "caption", "") or spec.title
            lines += ["", f"![{caption}]({small_figure(next(figures))})"]
    return "\n".join(lines)


def publish(folder: Path) -> None:
    report = ReportFolder(folder)
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    done = [found for spec in PARTS.values() if (found := report.find(spec))]
    exhibits = [(each, each.spec.load().show(each.result)) for each in done]
    comparisons = [one for _, exhibit in exhibits for one in exhibit.comparisons]
    lines = [f"Machine: {settings['machine']}; {settings['versions']}. Sizes: {settings['sizes']}."]
    if comparisons:
        table = summary_table(comparisons, settings["machine"])
        lines += ["### Ours beside the papers' figures", markdown_table(table), table.note]
    lines += [section(each, exhibit, folder) for each, exhibit in exhibits]
    missing = [f"`{name}`" for name in PARTS if name not in {each.spec.name for each in done}]
    if missing:
        lines.append(f"Not in this report: {', '.join(missing)}.")
    text = PAGE.read_text(encoding="utf-8")
    made = f"{BEGIN}\n" + "\n\n".join(lines) + f"\n{END}"
    new, count = re.subn(f"{BEGIN}.*?{END}", lambda _: made, text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{PAGE} has no markers {BEGIN} … {END}")
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="folder of the report")
    publish(parser.parse_args().report)
