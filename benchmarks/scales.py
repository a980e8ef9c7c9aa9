"""One size against coarse to fine, for about the same time: two pictures side by side."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pictures import photograph
from impasto.figures import Cell, save_grid
from impasto.render import RenderRequest, render
from impasto.sources import find_style, resolve_size
from impasto.stylizers.options import GatysOptions

SIDE_PX = 512
CASES = {
    "one size, 150 steps": GatysOptions(levels=1, iterations=150, tolerance=0),
    "coarse to fine, 300 steps": GatysOptions(iterations=300, tolerance=0),
}


def draw(figure: Path) -> str:
    """Draw the figure; return steps, seconds and final objective of each as a table."""
    content, style = photograph("rocket"), find_style("starry-night")
    lines = ["| | seconds | objective at the full size |", "|---|---|---|"]
    cells = []
    for label, options in CASES.items():
        result = render(
            RenderRequest(
                content=content,
                style=style,
                options=options,
                size=resolve_size(SIDE_PX, content.size),
            )
        )
        caption = f"{result.duration_s:.0f} s"
        cells.append(Cell(picture=result.picture, caption=caption))
        lines.append(
            f"| {label} | {result.duration_s:.0f} | {result.trace[-1].losses['total']:.3f} |"
        )
    save_grid([cells], figure, column_titles=tuple(CASES))
    return "\n".join(lines)
