"""Photographs with labelled objects, as the click network is trained on them."""

from __future__ import annotations

import csv
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from impasto.errors import ImageNotFoundError

IGNORE = 255
CELL_PX = 4
SMALLEST_CELLS = 8.0
SCORED = ("voc12_official", "voc07_instance", "coco128", "human")
"""Folders of objects whose masks are exact enough to be scored."""
PARTITIONS = ("bsds500", "camvid")
"""Folders in which every pixel has a label, so that every border is known."""
VALIDATION_SHARE = 8
BSDS_SCORED = 40
"""Photographs of ``bsds500/``, the first by name, that are scored and never trained on."""

SAME_SCENE = frozenset({"2007_006445", "2007_002273", "134049"})
"""Photographs of a scene that one of those scored shows too; found by comparing features."""


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """A photograph and its labels.

    Attributes:
        folder: The data set it came from.
        name: Its file name without suffix.
        photo_path: The JPEG file.
        label_path: The PNG file of labels: 0 none, 255 ignore, else one number an object.
    """

    folder: str
    name: str
    photo_path: Path
    label_path: Path

    @property
    def key(self) -> str:
        """What its features are kept under."""
        return f"{self.folder}__{self.name}"

    @property
    def is_validation(self) -> bool:
        """Whether it is kept from training: one in eight of the scored folders, by its name."""
        digest = int(hashlib.sha256(self.name.encode()).hexdigest(), 16)
        return self.folder in SCORED and digest % VALIDATION_SHARE == 0


@dataclass(frozen=True, kw_only=True)
class Split:
    """Which photographs are learned from, and which only scored.

    Attributes:
        training: Neither in ``objects`` nor in ``regions``, nor another copy of such a one.
        objects: The validation part of ``objects/``.
        regions: The first 40 of ``bsds500/`` by name, labelled by the coarsest annotator.
    """

    training: tuple[LabelledPhoto, ...]
    objects: tuple[LabelledPhoto, ...]
    regions: tuple[LabelledPhoto, ...]


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
        rows = [(row["folder"], row["name"]) for row in csv.DictReader(file)]
    return [
        LabelledPhoto(
            folder=folder,
            name=name,
            photo_path=root / folder / f"{name}.jpg",
            label_path=root / folder / f"{name}.png",
        )
        for folder, name in rows
    ]


def list_regions(root: Path, annotator: str) -> list[LabelledPhoto]:
    """The photographs of ``root`` by name, labelled by the ``coarse`` or ``fine`` annotator."""
    labels = sorted(root.glob(f"*_{annotator}.png"))
    names = [path.name.removesuffix(f"_{annotator}.png") for path in labels]
    return [
        LabelledPhoto(folder="bsds500", name=name, photo_path=root / f"{name}.jpg", label_path=path)
        for name, path in zip(names, labels, strict=True)
    ]


def split(root: Path) -> Split:
    """Divide the photographs of ``root/objects`` and ``root/bsds500``.

    A name that is scored in one folder is trained on in none, nor is another photograph of the
    same scene.

    Raises:
        ImageNotFoundError: if ``root/objects`` has no ``index.csv``.
    """
    everything = list_photos(root / "objects")
    coarse = list_regions(root / "bsds500", "coarse")
    objects = [photo for photo in everything if photo.is_validation]
    regions = coarse[:BSDS_SCORED]
    scored = SAME_SCENE | {photo.name for photo in (*objects, *regions)}
    rest = [*coarse[BSDS_SCORED:], *list_regions(root / "bsds500", "fine")]
    rest = [photo for photo in rest if photo.name not in scored]
    known = scored | {photo.name for photo in rest}
    others = [photo for photo in everything if photo.name not in known]
    return Split(training=(*others, *rest), objects=tuple(objects), regions=tuple(regions))


def targets_of(
    labels: npt.NDArray[np.uint8],
    size: tuple[int, int],
    *,
    partition: bool,
    most: int | None = None,
    chance: random.Random | None = None,
) -> Targets:
    """Put a label map onto the grid.

    Args:
        labels: (H, W); 0 none, 255 ignore, else an object's number.
        size: (h · 4, w · 4), the working size.
        partition: Whether 0 has a meaning of its own too: all borders are labelled.
        most: Objects wanted; all when ``None``.
        chance: Chooses among more.
    """
    rows = (np.arange(size[0]) * labels.shape[0]) // size[0]
    columns = (np.arange(size[1]) * labels.shape[1]) // size[1]
    large = labels[rows[:, None], columns[None]]
    areas = np.bincount(large.ravel(), minlength=IGNORE + 1) / CELL_PX**2
    numbers = [k for k in range(1, IGNORE) if areas[k] >= SMALLEST_CELLS]
    if most is not None and len(numbers) > most:
        numbers = (chance or random.Random(0)).sample(numbers, most)
    edges, known = _edges(large, partition)
    grid = (size[0] // CELL_PX, size[1] // CELL_PX)
    objects = [_cell_mean(large == number) for number in numbers]
    return Targets(
        objects=np.stack(objects) if objects else np.zeros((0, *grid), np.float32),
        valid=_cell_mean(large != IGNORE),
        edges=edges,
        edges_known=known,
    )


def _edges(
    labels: npt.NDArray[np.uint8], partition: bool
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cells with a border, and cells where that is known; ignored pixels join the nearest."""
    ignored = labels == IGNORE
    full = labels
    if ignored.any():
        nearest = ndimage.distance_transform_edt(
            ignored, return_distances=False, return_indices=True
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
