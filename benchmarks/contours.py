"""LapStyle against Gatys on five pairs: the same style, and how much of the contours."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pictures import PAIRS, photograph
from impasto.figures import Cell, save_grid
from impasto.reproduction.bench import Bench
from impasto.reproduction.judge import Judge
from impasto.reproduction.parts.contours import compare as compare_pair
from impasto.reproduction.setup import FULL, Photograph

HEADER = """\
| pair | LapStyle's style weight | Gram distance: Gatys → LapStyle | content distance | SSIM \
| Laplacian distance | part of Gatys' |
|---|---|---|---|---|---|---|"""


def compare(figure: Path) -> str:
    """The table; the pictures go into a figure.

    LapStyle's style weight is changed for each pair until both have the same Gram distance
    within 10 %: only then does the Laplacian distance say something.
    """
    judge = Judge("cpu")
    lines, rows = [HEADER], []
    for photo, style in PAIRS:
        content = Photograph(name=photo, picture=photograph(photo))
        pair = compare_pair(Bench(sizes=FULL, photographs=(content,)), judge, content, style)
        gatys, lap = pair.gatys.judgement, pair.lapstyle.judgement
        lines.append(
            f"| {photo} × {style} | {pair.style_weight:.0f} "
            f"| {gatys.style:.3f} → {lap.style:.3f} ({lap.style / gatys.style - 1:+.0%}) "
            f"| {gatys.content:.2f} → {lap.content:.2f} "
            f"| {gatys.similarity:.2f} → {lap.similarity:.2f} "
            f"| {gatys.laplacian:.4f} → {lap.laplacian:.4f} "
            f"| {lap.laplacian / gatys.laplacian:.2f} |"
        )
        print(lines[-1], flush=True)
        cells = [Cell(picture=picture) for picture in (pair.content, pair.style_image)]
        for painted in (pair.gatys, pair.lapstyle):
            cells.append(Cell(picture=painted.picture, caption=f"{painted.duration_s:.0f} s"))
        rows.append(cells)
    save_grid(rows, figure, column_titles=("photograph", "style", "Gatys", "LapStyle"))
    return "\n".join(lines)
