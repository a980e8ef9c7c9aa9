"""Photographs with labelled objects, as the click network is trained on them."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from impasto.errors import ImageNotFoundError

IGNORE = 255
CELL_PX = 4
SMALLEST_CELLS = 8.0
SCORED = ("voc12_official", "voc07_instance", "coco128", "human", "bsds500")
"""Folders whose masks are exact enough to be scored."""
PARTITIONS = ("bsds500", "camvid")
"""Folders in which every pixel has a label, so that every border is known."""
VALIDATION_SHARE = 8


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """A photograph and its labels.

    Attributes:
        folder: The data set it came from.
        name: Its file name without suffix.
        root: Where the folders lie.
    """

    folder: str
    name: str
    root: Path

    @property
    def photo_path(self) -> Path:
        """The JPEG file."""
        return self.root / self.folder / f"{self.name}.jpg"

    @property
    def label_path(self) -> Path:
        """The PNG file of labels: 0 none, 255 ignore, else one number an object."""
        return self.root / self.folder / f"{self.name}.png"

    @property
    def is_validation(self) -> bool:
        """Whether it is kept from training: one in eight of the scored folders, by its name."""
        digest = int(hashlib.sha256(self.name.encode()).hexdigest(), 16)
        return self.folder in SCORED and digest % VALIDATION_SHARE == 0


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What a photograph teaches, on a grid of 4 px cells at working size.

    Attributes:
        objects: (K, h, w) float32: the share of each cell that is the object.
        valid: (h, w) float32: the share of each cell that is labelled.
        edges: (h, w) float32: 1 where a border runs through the cell.
        edges_known: (h, w) float32: 1 where the labels say whether there is a border.
    """

    objects: npt.NDArray[np.float32]
    valid: npt.NDArray[np.float32]
    edges: npt.NDArray[np.float32]
    edges_known: npt.NDArray[np.float32]


def list_photos(root: Path) -> list[LabelledPhoto]:
    """The photographs ``index.csv`` lists under ``root``.

    Raises:
        ImageNotFoundError: if there is no such file.
    """
    index = root / "index.csv"
    if not index.is_file():
        raise ImageNotFoundError(f"There is no {index}; name a folder with labelled photographs.")
    with index.open(encoding="utf-8", newline="") as file:
        return [
            LabelledPhoto(folder=row["folder"], name=row["name"], root=root)
            for row in csv.DictReader(file)
        ]


def targets_of(labels: npt.NDArray[np.uint8], size: tuple[int, int], *, partition: bool) -> Targets:
    """Put a label map onto the grid.

    Args:
        labels: (H, W); 0 none, 255 ignore, else an object's number.
        size: (h · 4, w · 4), the working size.
        partition: Whether 0 has a meaning of its own too: all borders are labelled.
    """
    rows = (np.arange(size[0]) * labels.shape[0]) // size[0]
    columns = (np.arange(size[1]) * labels.shape[1]) // size[1]
    large = labels[rows[:, None], columns[None]]
    numbers = [k for k in np.unique(large) if k not in (0, IGNORE)]
    objects = [_cell_mean(large == number) for number in numbers]
    kept = [each for each in objects if each.sum() >= SMALLEST_CELLS]
    edges, known = _edges(large, partition)
    grid = (size[0] // CELL_PX, size[1] // CELL_PX)
    return Targets(
        objects=np.stack(kept) if kept else np.zeros((0, *grid), np.float32),
        valid=_cell_mean(large != IGNORE),
        edges=edges,
        edges_known=known,
    )


def _edges(
    labels: npt.NDArray[np.uint8], partition: bool
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cells with a border, and cells where that is known; ignored pixels join the nearest."""
    nearest = ndimage.distance_transform_edt(
        labels == IGNORE, return_distances=False, return_indices=True
    )
    full = labels[tuple(nearest)]
    border = np.zeros(full.shape, bool)
    border[:, :-1] |= full[:, :-1] != full[:, 1:]
    border[:-1] |= full[:-1] != full[1:]
    edges = (_cell_mean(border) > 0).astype(np.float32)
    inside = np.ones(full.shape, bool) if partition else full > 0
    return edges, np.maximum(edges, (_cell_mean(inside) > 0.5).astype(np.float32))


def _cell_mean(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    height, width = mask.shape
    cells = mask.reshape(height // CELL_PX, CELL_PX, width // CELL_PX, CELL_PX)
    return np.asarray(cells.mean((1, 3), dtype=np.float32))
