"""Quick things in the place of networks and segmenters; run as a script, a server with them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import OptionError
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import Masks
from impasto.studio.box import Pixels
from impasto.studio.server.region_map import RegionMap, build_region_map
from impasto.studio.server.segmenting import StudioSegmenter
from impasto.studio.server.settings import Limits, Settings
from impasto.studio.server.tools import StudioTools, StyleEntry
from impasto.studio.style_mix import read_mix

ROWS, COLUMNS = 4, 6
LEAVES = ROWS * COLUMNS
ROOT = LEAVES + ROWS

COLORS = {"red": (200, 30, 20), "green": (20, 180, 40), "blue": (30, 40, 220)}
"""The styles: each paints everything in one colour."""


@dataclass(frozen=True)
class GridEmbedding:
    size: tuple[int, int]


class GridSegmenter:
    """Finds blocks of a grid; rows of them are the regions above, all of it the root."""

    def embed(
        self,
        picture: Picture,
        on_progress: Callable[[ProgressEvent], None] | None = None,
        cancellation: Cancellation | None = None,
    ) -> GridEmbedding:
        if on_progress is not None:
            on_progress(ProgressEvent(stage="blocks", step=1, total=2, elapsed_s=0.0))
        return GridEmbedding(picture.size)

    def predict(self, embedding: GridEmbedding, prompts: Prompts) -> Masks:
        labels = blocks(embedding.size)
        mask = np.zeros(embedding.size, bool)
        for point in prompts.all_points:
            mask[labels == labels[round(point.y), round(point.x)]] = point.add
        if prompts.box is not None:
            box = prompts.box
            mask[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] = True
        row = labels // COLUMNS
        larger = np.isin(row, row[mask])
        return Masks(masks=np.stack([mask, larger]), quality=np.array([0.9, 0.5], np.float32))

    def all_masks(self, embedding: GridEmbedding) -> Masks:
        labels = blocks(embedding.size)
        masks = np.stack([labels == leaf for leaf in range(LEAVES)])
        return Masks(masks=masks, quality=np.ones(LEAVES, np.float32))


def blocks(size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Which block each pixel of (H, W) belongs to, row by row."""
    rows = np.arange(size[0]) * ROWS // size[0]
    columns = np.arange(size[1]) * COLUMNS // size[1]
    return rows[:, None] * COLUMNS + columns


def grid_map(size: tuple[int, int]) -> RegionMap:
    parents = [LEAVES + leaf // COLUMNS for leaf in range(LEAVES)] + [ROOT] * (ROWS + 1)
    return build_region_map(blocks(size), parents, proposed=range(LEAVES))


def open_grid(_name: str) -> StudioSegmenter:
    def map_regions(picture: Picture, *_rest: Any) -> RegionMap:
        return grid_map(picture.size)

    return StudioSegmenter(segmenter=GridSegmenter(), map_regions=map_regions)


def paint_flat(pixels: Pixels, style: str, _cancellation: Cancellation) -> Pixels:
    """One colour; blends of red and green are of one network, blue is of another."""
    mix = read_mix(style)
    if len(mix.parts) > 1 and "blue" in mix.styles:
        raise OptionError("style: only styles of one network can be blended")
    color = sum(share * np.array(COLORS[name]) for name, share in mix.parts)
    return np.broadcast_to(np.rint(color).astype(np.uint8), pixels.shape).copy()


def mix_flat(
    pixels: Pixels,
    parts: Sequence[tuple[Picture, float]],
    matched: bool,
    _cancellation: Cancellation,
) -> Pixels:
    """The mean colour of the pictures; where they are matched, on the left half alone."""
    color = sum(share * picture.pixels.reshape(-1, 3).mean(axis=0) for picture, share in parts)
    painted = np.array(pixels)
    width = pixels.shape[1] // 2 if matched else pixels.shape[1]
    painted[:, :width] = np.rint(color)
    return painted


def optimize_flat(
    photo: Picture,
    style: Picture,
    longest_side_px: int,
    on_progress: Callable[[ProgressEvent], None],
    _cancellation: Cancellation,
) -> Pixels:
    on_progress(ProgressEvent(stage="paint", step=1, total=2, elapsed_s=0.1, remaining_s=0.1))
    height, width = (round(side * longest_side_px / max(photo.size)) for side in photo.size)
    color = style.pixels.reshape(-1, 3).mean(axis=0).round()
    return np.broadcast_to(color.astype(np.uint8), (height, width, 3)).copy()


def make_tools(**changes: Any) -> StudioTools:
    tools = StudioTools(
        segmenters=("grid", "other"),
        open_segmenter=open_grid,
        styles=lambda: {name: StyleEntry(title=name.title()) for name in COLORS},
        paint=paint_flat,
        optimize=optimize_flat,
    )
    return replace(tools, **changes)


def make_settings(folder: Path, **changes: Any) -> Settings:
    limits = changes.pop("limits", Limits(memory_bytes=4 * 2**30))
    return Settings(folder=folder, segmenter="grid", limits=limits, **changes)


def make_photo(height: int = 48, width: int = 72, seed: int = 0) -> bytes:
    """A PNG of coloured noise."""
    from PIL import Image

    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def main() -> None:
    """Serve the folder named first on a free port; says port and key in one line."""
    from impasto.studio.server.access import Gatekeeper, read_secret
    from impasto.studio.server.app import create_app
    from impasto.studio.server.library import Library
    from impasto.studio.server.serving import open_port, serve

    folder = Path(sys.argv[1])
    listener = open_port("127.0.0.1", 0)
    port = listener.getsockname()[1]
    settings = make_settings(folder, port=port)
    gatekeeper = Gatekeeper(read_secret(folder))
    app = create_app(Library(settings, make_tools()), gatekeeper)
    serve(app, listener, settings.limits, lambda: print(port, gatekeeper.owner_key, flush=True))


if __name__ == "__main__":
    main()
