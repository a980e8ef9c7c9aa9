"""Paint the style images: ``python -m scripts.paint_styles [NAME ...] -o FOLDER``."""

import argparse
import time
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

from .pigment import Array

FOLDER = Path(__file__).parents[2] / "src" / "impasto" / "styles" / "files"
SIZES = {
    "starry-night": (640, 768),
    "great-wave": (640, 832),
    "candy": (640, 768),
    "feathers": (640, 768),
    "fjord-sunset": (768, 640),
    "composition": (640, 832),
    "pointillism": (640, 768),
    "mosaic": (640, 768),
    "ink-wash": (768, 640),
    "cubist": (768, 640),
}
QUALITY = 90


def paint(name: str, size: tuple[int, int], seed: int) -> Array:
    """Paint one picture by its kebab-case name at (H, W); returns (H, W, 3) in [0, 1]."""
    module = import_module(f"{__package__}.{name.replace('-', '_')}")
    picture: Array = module.paint(size, seed)
    return picture


def to_image(picture: Array) -> Image.Image:
    """Round a picture in [0, 1] to 8 bits."""
    return Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))


def main() -> None:
    """Parse the command line and write one JPEG a painting."""
    parser = argparse.ArgumentParser(prog="python -m scripts.paint_styles", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(SIZES)}; default: all"
    )
    parser.add_argument("-o", "--output", type=Path, default=FOLDER, help="folder to write to")
    parser.add_argument("--seed", type=int, default=1889)
    parser.add_argument("--png", action="store_true", help="write PNG, to look at closely")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(SIZES))
    if unknown:
        parser.error(f"unknown painting {', '.join(unknown)}; choose from {', '.join(SIZES)}")
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.names or SIZES:
        started = time.perf_counter()
        image = to_image(paint(name, SIZES[name], options.seed))
        path = options.output / f"{name}.{'png' if options.png else 'jpg'}"
        image.save(path, quality=QUALITY, optimize=True)
        elapsed_s = time.perf_counter() - started
        print(f"{path}: {path.stat().st_size / 1024:.0f} KB, {elapsed_s:.1f} s")


if __name__ == "__main__":
    main()
