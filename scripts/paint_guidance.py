"""Paint the figures of docs/guidance.md: blends, masks, colours, and matching by meaning.

The photographs come with scikit-image, the styles with Impasto; nothing is downloaded. Without
arguments all figures are painted; names of figures paint those.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from skimage import data

from impasto.figures import Cell, save_grid
from impasto.guidance.controls import Controls, StyleUse
from impasto.guidance.mask_words import find_masks
from impasto.image.picture import Picture
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import fit_size
from impasto.render import stylize
from impasto.sources import find_style
from impasto.stylizers.options import GatysOptions

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE_PX, ITERATIONS = 240, 120
PREVIEW_PX, PREVIEW_ITERATIONS = 176, 50

Paint = Callable[..., Cell]


def paint_blend(photo: Callable[[str], Picture], paint: Paint) -> list[list[Cell]]:
    """One photograph, from one style to another in five steps, and by a gradient mask."""
    content = photo("chelsea")
    shares = (1.0, 0.75, 0.5, 0.25, 0.0)
    styles = ("starry-night", "great-wave")
    strip = [
        paint(content, *_blended(styles, share), caption=f"{share:.0%} + {1 - share:.0%}")
        for share in shares
    ]
    ramps = find_masks(["gradient:left", "gradient:right"], content)
    across = [StyleUse.of(name, mask=ramp) for name, ramp in zip(styles, ramps, strict=True)]
    return [[*strip, paint(content, *across, caption="a gradient across")]]


def paint_any_style(photo: Callable[[str], Picture], paint: Paint) -> list[list[Cell]]:
    """Photographs in styles that AdaIN never saw, and in a blend of two, in one pass."""
    styles = ("starry-night", "composition", "fjord-sunset", "feathers")
    shown = [Cell(picture=find_style(name), caption=name) for name in styles]
    blended = [StyleUse(style=name) for name in ("starry-night", "fjord-sunset")]
    blank = Cell(picture=Picture(pixels=np.full((16, 16, 3), 255, np.uint8)))
    rows = [[blank, *shown, blank]]
    for name in ("chelsea", "coffee", "rocket"):
        content = photo(name)
        row = [Cell(picture=content, caption="photograph")]
        for style in styles:
            row.append(paint(content, StyleUse(style=style), method="adain", caption=style))
        row.append(paint(content, *blended, method="adain", caption="the first and the third"))
        rows.append(row)
    return rows


def paint_colors(photo: Callable[[str], Picture], paint: Paint) -> list[list[Cell]]:
    """Two photographs in the style's colours and, three ways, in their own."""
    rows = []
    for name, style in (("coffee", "starry-night"), ("rocket", "mosaic")):
        content, use = photo(name), StyleUse.of(style)
        row = [Cell(picture=content, caption="photograph"), paint(content, use, caption=style)]
        for way in ("luminance", "histogram", "statistics"):
            row.append(paint(content, use, keep_color=way, caption=way))
        rows.append(row)
    return rows


def paint_masks(photo: Callable[[str], Picture], paint: Paint) -> list[list[Cell]]:
    """Masks found by a point: a style inside, outside, one on each side, a silhouette."""
    rows = []
    for name, point in (("astronaut", (0.68, 0.32)), ("coffee", (0.5, 0.5))):
        content = photo(name)
        y, x = (round(part * side) for part, side in zip(point, content.size, strict=True))
        inside, outside = find_masks([f"point:{x},{y}", "rest"], content)
        shown = Picture(pixels=np.repeat((inside >> 8).astype(np.uint8)[..., None], 3, axis=-1))
        first = StyleUse.of("starry-night", mask=inside)
        second = StyleUse.of("mosaic", mask=outside)
        rows.append(
            [
                Cell(picture=content, caption="photograph"),
                Cell(picture=shown, caption="mask"),
                paint(content, first, exact_outside=True, caption="inside"),
                paint(content, second, exact_outside=True, caption="outside"),
                paint(content, first, second, caption="one on each side"),
                paint(content, first, silhouette=True, caption="silhouette"),
            ]
        )
    return rows


def paint_semantic(photo: Callable[[str], Picture], paint: Paint) -> list[list[Cell]]:
    """Photographs after one style, as a whole and region by region."""
    rows = []
    for name, style in (("rocket", "starry-night"), ("coffee", "great-wave")):
        content, use = photo(name), StyleUse.of(style)
        rows.append(
            [
                Cell(picture=content, caption="photograph"),
                Cell(picture=find_style(style), caption=style),
                paint(content, use, caption="plain"),
                paint(content, use, semantic=True, caption="semantic"),
            ]
        )
    return rows


FIGURES = {
    "any-style": paint_any_style,
    "blend": paint_blend,
    "colors": paint_colors,
    "masks": paint_masks,
    "semantic": paint_semantic,
}


def paint_figures(names: Sequence[str], *, preview: bool, folder: Path) -> None:
    side, steps = (PREVIEW_PX, PREVIEW_ITERATIONS) if preview else (SIZE_PX, ITERATIONS)
    options = GatysOptions(iterations=steps)

    @lru_cache(maxsize=8)
    def photo(name: str) -> Picture:
        pixels = np.ascontiguousarray(getattr(data, name)())
        return Picture(pixels=resize_samples(pixels, fit_size(pixels.shape[:2], side)))

    def paint(
        content: Picture,
        *uses: StyleUse,
        caption: str,
        method: str = "gatys",
        **controls: object,
    ) -> Cell:
        result = stylize(
            content,
            styles=uses,
            controls=Controls(**controls),  # type: ignore[arg-type]
            method=method,
            options=options if method == "gatys" else None,
        )
        print(f"  {caption}: {result.duration_s:.0f} s", flush=True)
        return Cell(picture=result.picture, caption=caption)

    for name in names:
        path = folder / f"guidance-{name}.jpg"
        print(save_grid(FIGURES[name](photo, paint), path), flush=True)


def _blended(styles: Sequence[str], share: float) -> list[StyleUse]:
    shares = (share, 1 - share)
    return [
        StyleUse(style=name, weight=weight)
        for name, weight in zip(styles, shares, strict=True)
        if weight > 0
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(FIGURES))
    parser.add_argument("--preview", action="store_true", help="small and quick")
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where the figures go")
    arguments = parser.parse_args()
    paint_figures(
        arguments.figures or list(FIGURES), preview=arguments.preview, folder=arguments.folder
    )
