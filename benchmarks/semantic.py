"""Matching by meaning against painting after the whole style, on ten pairs.

``python -m benchmarks.semantic PHOTOS STYLES`` takes the photographs and paintings named below
from two folders and writes its table into docs/guidance.md. With ``--sheet FILE`` the pictures are
written too, and with ``--matches FOLDER`` what was matched.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import torch

from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.vgg import VGG
from impasto.figures import Cell, save_grid, save_match_figure
from impasto.guidance.controls import Controls
from impasto.guidance.semantic_match import Matches
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import fit_size
from impasto.image.tensor import image_to_tensor
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.region_style_distance import region_style_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.render import RenderResult, stylize
from impasto.stylizers.options import GatysOptions

PAGE = Path(__file__).parents[1] / "docs" / "guidance.md"
SIDE_PX, ITERATIONS = 192, 80
PAIRS = (
    ("nst_golden-gate-dusk", "claude-monet_etretat"),
    ("kodak24_alpine-house", "auguste-renoir_landscape"),
    ("kodak19_lighthouse", "ivan-aivazovsky_wave"),
    ("nst_sailboat", "claude-monet_impression-sunrise"),
    ("kodak22_red-barn", "isaac-levitan_golden-autumn"),
    ("sunhays-025_autumn-creek", "ivan-shishkin_rye"),
    ("nst_garden-house", "vasily-polenov_grandmothers-garden"),
    ("nst_venice-boats", "auguste-renoir_gondola-venice"),
    ("elementary_half-dome", "nicholas-roerich_mountain-abode"),
    ("cc0_beacon-street-sunset", "isaac-levitan_above-eternal-peace"),
)
HEADER = """\
| photograph × painting | Gram distance to the matched region: plain → semantic | SSIM \
| Laplacian distance |
|---|---|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a max-pooling VGG-19 and two measures of structure say of a painting."""

    style: float
    similarity: float
    laplacian: float


def compare(photos: Path, styles: Path, sheet: Path | None, matches: Path | None) -> str:
    """A row a pair and the mean over all; the pictures as a sheet, what was matched as figures."""
    judge = load_encoder("vgg19", pooling="max", device=choose_device("cpu", "float32"))
    options = GatysOptions(iterations=ITERATIONS)
    rows, found, cells = [HEADER], [], []
    for photo, style in PAIRS:
        content, painting = (
            _read(folder / f"{name}.jpg") for folder, name in ((photos, photo), (styles, style))
        )
        semantic = stylize(
            content, style=painting, options=options, controls=Controls(semantic=True)
        )
        plain = stylize(content, style=painting, options=options)
        assert semantic.matches is not None
        pair = [measure(judge, each, content, semantic.matches) for each in (plain, semantic)]
        found.append(pair)
        rows.append(_row(f"{photo} × {style}", *pair))
        print(rows[-1], flush=True)
        shown = (content, painting, plain.picture, semantic.picture)
        cells.append([Cell(picture=each) for each in shown])
        if matches is not None:
            save_match_figure(semantic.matches, matches / f"{photo}.jpg")
    if sheet is not None:
        titles = ["photograph", "painting", "plain", "semantic"]
        save_grid(cells, sheet, column_titles=titles)
    means = [
        Measured(
            style=fmean(pair[side].style for pair in found),
            similarity=fmean(pair[side].similarity for pair in found),
            laplacian=fmean(pair[side].laplacian for pair in found),
        )
        for side in (0, 1)
    ]
    return "\n".join([*rows, _row("**mean**", *means)])


def measure(judge: VGG, result: RenderResult, content: Picture, matches: Matches) -> Measured:
    """Distances of each region to the style region it attends to most, weighted by area."""
    style = image_to_tensor(matches.pictures[0])
    distances = [
        region_style_distance(
            result.image,
            _mask(matches.content.labels == region),
            style,
            _mask(matches.styles[0].labels == int(row.argmax())),
            encoder=judge,
        )
        for region, row in enumerate(matches.attention)
    ]
    target = image_to_tensor(content)
    return Measured(
        style=float(np.dot(distances, matches.content.areas)),
        similarity=structural_similarity(result.image, target),
        laplacian=laplacian_distance(result.image, target),
    )


def _row(name: str, plain: Measured, semantic: Measured) -> str:
    cells = (
        name,
        f"{plain.style:.3f} → {semantic.style:.3f}",
        f"{plain.similarity:.3f} → {semantic.similarity:.3f}",
        f"{1e3 * plain.laplacian:.1f} → {1e3 * semantic.laplacian:.1f} · 10⁻³",
    )
    return f"| {' | '.join(cells)} |"


def _mask(inside: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(inside.astype(np.float32))[None, None]


def _read(path: Path) -> Picture:
    picture = open_image(path)
    return Picture(pixels=resize_samples(picture.pixels, fit_size(picture.size, SIDE_PX)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("styles", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--matches", type=Path)
    given = parser.parse_args()
    table = compare(given.photos, given.styles, given.sheet, given.matches)
    text = PAGE.read_text(encoding="utf-8")
    between = re.compile("(<!-- semantic:begin -->).*?(<!-- semantic:end -->)", re.DOTALL)
    PAGE.write_text(
        between.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text), encoding="utf-8"
    )
