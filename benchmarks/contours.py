"""LapStyle against Gatys on five pairs: the same style, and how much of the contours."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pictures import PAIRS, photograph
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.figures import Cell, save_grid
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.content_distance import content_distance
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import style_distance
from impasto.render import RenderRequest, find_style, render, resolve_size
from impasto.stylizers.optimized import style_size

SIDE_PX = 400


def compare(figure: Path) -> str:
    """The table, and the pictures as a figure."""
    judges = {
        pooling: load_encoder("vgg19", pooling=pooling, device=choose_device("cpu", "float32"))
        for pooling in ("average", "max")
    }
    lines = [
        "| pair | Gram distance, average pooling: Gatys → LapStyle | max pooling: Gatys → LapStyle "
        "| content distance | SSIM | Laplacian distance: Gatys → LapStyle | part of Gatys' |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = []
    for photo, style in PAIRS:
        content, style_picture = photograph(photo), find_style(style)
        measured, cells = [], [Cell(picture=content), Cell(picture=style_picture)]
        for method in ("gatys", "lapstyle"):
            result = render(
                RenderRequest(
                    content=content,
                    style=style_picture,
                    method=method,
                    size=resolve_size(SIDE_PX, content.size),
                )
            )
            image = result.image
            size = (int(image.shape[-2]), int(image.shape[-1]))
            target = resize(image_to_tensor(content), size)
            scaled = resize(image_to_tensor(style_picture), style_size(style_picture.size, size))
            values = [style_distance(image, scaled, encoder=judge) for judge in judges.values()]
            values.append(content_distance(image, target, encoder=judges["max"]))
            values.append(structural_similarity(image, target))
            values.append(laplacian_distance(image, target))
            measured.append(values)
            cells.append(Cell(picture=result.picture, caption=f"{result.duration_s:.0f} s"))
        rows.append(cells)
        gatys, lap = measured
        pairs = [f"{a:.3f} → {b:.3f}" for a, b in zip(gatys, lap, strict=True)]
        edges = f"{gatys[4]:.4f} → {lap[4]:.4f}"
        lines.append(
            f"| {photo} × {style} | {pairs[0]} ({lap[0] / gatys[0] - 1:+.0%}) "
            f"| {pairs[1]} ({lap[1] / gatys[1] - 1:+.0%}) | {pairs[2]} | {pairs[3]} "
            f"| {edges} | {lap[4] / gatys[4]:.2f} |"
        )
        print(lines[-1], flush=True)
    save_grid(rows, figure, column_titles=("photograph", "style", "Gatys", "LapStyle"))
    return "\n".join(lines)
