"""The demo: every fast style in seconds, then three styles by two optimising methods.

The photographs come with scikit-image, the styles with Impasto; nothing is downloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

from skimage import data

from impasto.cli.compare import Column, compared_style, render_rows
from impasto.cli.console import cancel_on_interrupt
from impasto.figures import Cell, save_grid
from impasto.image.codec import save_image
from impasto.image.picture import Picture
from impasto.progress import Stopwatch
from impasto.render import stylize
from impasto.stylizers.catalog import METHODS
from impasto.weights.style_networks import fast_styles

SIZE_PX = 400
ITERATIONS = 160
OUTPUT = Path("demo")
FAST_PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
PAIRS = (("rocket", "starry-night"), ("chelsea", "feathers"), ("coffee", "mosaic"))

NEXT = """
Paintings by optimisation, after {seconds:.0f} s: {figure}
Look at them, then try your own:

  .venv/bin/impasto stylize PHOTO.jpg --style great-wave -o painting.png
  .venv/bin/impasto stylize PHOTO.jpg --style ANY_PICTURE.jpg --method lapstyle -o painting.png
  .venv/bin/impasto styles
"""


def paint_fast(path: Path) -> Path:
    """Every fast style on four photographs, as one figure."""
    rows = []
    for photo in FAST_PHOTOGRAPHS:
        content = Picture(pixels=getattr(data, photo)())
        painted = [stylize(content, style=style, size=SIZE_PX) for style in fast_styles()]
        rows.append([Cell(picture=content), *(Cell(picture=each.picture) for each in painted)])
    return save_grid(rows, path, column_titles=["photograph", *fast_styles()])


def run_demo() -> int:
    OUTPUT.mkdir(exist_ok=True)
    watch = Stopwatch()
    fast = paint_fast(OUTPUT / "fast-styles.png")
    print(f"Your first paintings, after {watch.elapsed_s:.0f} s: {fast.resolve()}")
    print("The same by optimisation takes a minute or two:\n", flush=True)
    methods = [METHODS["gatys"], METHODS["lapstyle"]]
    pairs = [
        (Picture(pixels=getattr(data, photo)()), compared_style(style, methods))
        for photo, style in PAIRS
    ]
    with cancel_on_interrupt() as cancellation:
        rows = render_rows(
            pairs,
            [Column(method=method) for method in methods],
            size=SIZE_PX,
            iterations=ITERATIONS,
            device="auto",
            cancellation=cancellation,
        )
    for row, (photo, style) in zip(rows, PAIRS, strict=False):
        for cell, method in zip(row[2:], methods, strict=True):
            save_image(cell.picture, OUTPUT / f"{photo}-{style}-{method.name}.png")
    if not rows:
        return 130
    titles = ["photograph", "style", *(method.title for method in methods)]
    figure = save_grid(rows, OUTPUT / "gatys-and-lapstyle.png", column_titles=titles)
    print(NEXT.format(figure=figure.resolve(), seconds=watch.elapsed_s))
    return 130 if cancellation.is_cancelled else 0


if __name__ == "__main__":
    sys.exit(run_demo())
