"""LapStyle against Gatys on five pairs: the same style, and how much of the contours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.pictures import PAIRS, photograph
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG
from impasto.figures import Cell, save_grid
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.metrics.content_distance import content_distance
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import style_distance
from impasto.render import RenderRequest, RenderResult, render
from impasto.sources import find_style, resolve_size
from impasto.stylizers.options import GatysOptions, LapStyleOptions
from impasto.stylizers.style_targets import style_size

SIDE_PX = 320
SAME_STYLE = 0.1
ATTEMPTS = 4
ELASTICITY = 1.6

HEADER = """\
| pair | LapStyle's style weight | Gram distance: Gatys → LapStyle | content distance | SSIM \
| Laplacian distance | part of Gatys' |
|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A result and what a max-pooling fp32 VGG-19 says of it."""

    result: RenderResult
    style: float
    content: float
    similarity: float
    laplacian: float


def measure(
    judge: VGG, content: Picture, style: Picture, options: GatysOptions, method: str
) -> Measured:
    size = resolve_size(SIDE_PX, content.size)
    result = render(
        RenderRequest(content=content, style=style, method=method, options=options, size=size)
    )
    target = resize(image_to_tensor(content), size)
    style_image = resize(image_to_tensor(style), style_size(style.size, size))
    return Measured(
        result=result,
        style=style_distance(result.image, style_image, encoder=judge),
        content=content_distance(result.image, target, encoder=judge),
        similarity=structural_similarity(result.image, target),
        laplacian=laplacian_distance(result.image, target),
    )


def compare(figure: Path) -> str:
    """The table; the pictures go into a figure.

    LapStyle's style weight is changed for each pair until both have the same Gram distance
    within 10 %: only then does the Laplacian distance say something.
    """
    judge = load_encoder("vgg19", pooling="max", device=choose_device("cpu", "float32"))
    lines, rows = [HEADER], []
    for photo, style_name in PAIRS:
        content, style = photograph(photo), find_style(style_name)
        gatys = measure(judge, content, style, GatysOptions(), "gatys")
        weight = LapStyleOptions().style_weight
        for _ in range(ATTEMPTS):
            steered = LapStyleOptions(style_weight=weight)
            lap = measure(judge, content, style, steered, "lapstyle")
            if abs(lap.style / gatys.style - 1) <= SAME_STYLE:
                break
            weight *= (lap.style / gatys.style) ** ELASTICITY
        lines.append(
            f"| {photo} × {style_name} | {steered.style_weight:.0f} "
            f"| {gatys.style:.3f} → {lap.style:.3f} ({lap.style / gatys.style - 1:+.0%}) "
            f"| {gatys.content:.2f} → {lap.content:.2f} "
            f"| {gatys.similarity:.2f} → {lap.similarity:.2f} "
            f"| {gatys.laplacian:.4f} → {lap.laplacian:.4f} "
            f"| {lap.laplacian / gatys.laplacian:.2f} |"
        )
        print(lines[-1], flush=True)
        cells = [Cell(picture=picture) for picture in (content, style)]
        for found in (gatys, lap):
            caption = f"{found.result.duration_s:.0f} s"
            cells.append(Cell(picture=found.result.picture, caption=caption))
        rows.append(cells)
    save_grid(rows, figure, column_titles=("photograph", "style", "Gatys", "LapStyle"))
    return "\n".join(lines)
