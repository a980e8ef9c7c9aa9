"""Photographs to train on: found in any folder tree, cut, and decoded ahead of need."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from impasto.errors import (
    ImageFormatError,
    ImageNotFoundError,
    ImageSizeError,
    MemoryLimitError,
    OptionError,
)
from impasto.image.codec import open_image
from impasto.image.contract import MIN_SIDE_PX
from impasto.image.picture import change_bit_depth
from impasto.training.sampler import crop_generator, photo_order

ENDINGS = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "bmp", "gif", "avif")
SUFFIXES = frozenset(f".{ending}" for ending in (*ENDINGS, "heic", "heif"))
HELD_OUT = 8
HOLD_OUT_FROM = 40
"""Folders of fewer photographs are trained on whole."""
BATCHES_AHEAD = 3
MOST_KEPT_BYTES = 2**30
"""Decoded photographs that are kept for the next epoch, in all."""
MOST_THREADS = 8

logger = logging.getLogger(__name__)


def find_photos(folder: Path) -> list[Path]:
    """Every image file in a folder and the folders inside it, sorted by its path there.

    Args:
        folder: Any tree, COCO 2017's among them. Hidden files and folders are left out.

    Raises:
        ImageNotFoundError: if there is no such folder, or no image file in it.
    """
    if not folder.is_dir():
        raise ImageNotFoundError(f"photos: expected a folder of photographs, found none: {folder}.")
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(place, name)
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
        ]
    if not found:
        raise ImageNotFoundError(
            f"photos: no photographs in {folder} or the folders inside it; "
            f"looked for {', '.join(sorted(SUFFIXES))}."
        )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def hold_out(photos: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Photographs to train on, and the last eight, to measure on.

    Where there are fewer than 40, all are trained on and the last of them measured on.
    """
    last = list(photos[-HELD_OUT:])
    return (list(photos[:-HELD_OUT]) if len(photos) >= HOLD_OUT_FROM else list(photos)), last


def listing_digest(folder: Path, photos: Sequence[Path]) -> str:
    """A digest of the names of the photographs, to notice that a folder has changed."""
    names = "\n".join(photo.relative_to(folder).as_posix() for photo in photos)
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]


class PhotoCrops:
    """Squares cut from photographs; which, where and how follows from seed and index alone.

    A photograph that is broken or too small gives way to the next in order, is named in
    the log once, and is kept in :attr:`skipped`.

    Args:
        photos: The files.
        crop_size: Side of the squares in px.
        zoom: A square's side is the photograph's shorter one divided by 1 to this.
        seed: Decides order, places and mirroring.
    """

    def __init__(self, photos: Sequence[Path], *, crop_size: int, zoom: float, seed: int) -> None:
        self.photos = list(photos)
        self.crop_size, self.zoom, self.seed = crop_size, zoom, seed
        self.skipped: dict[Path, str] = {}
        self._kept: dict[Path, np.ndarray] = {}
        self._kept_bytes = 0
        self._order = lru_cache(maxsize=2)(photo_order)

    def crop(self, index: int) -> torch.Tensor:
        """The index-th square, counted from 0 over all epochs.

        Returns:
            (3, crop_size, crop_size) uint8.

        Raises:
            ImageFormatError: if no photograph can be used at all.
        """
        count = len(self.photos)
        epoch, place = divmod(index, count)
        order = self._order(self.seed, epoch, count)
        for attempt in range(count):
            photo = self.photos[order[(place + attempt) % count]]
            pixels = self._pixels(photo)
            if pixels is not None:
                return cut(pixels, crop_generator(self.seed, index), self.crop_size, self.zoom)
        reason = next(iter(self.skipped.values()))
        raise ImageFormatError(
            f"photos: expected photographs, but none of {count} files can be used; "
            f"the first: {reason}"
        )

    @contextmanager
    def batches(
        self, first_step: int, batch_size: int, *, rank: int = 0, ranks: int = 1
    ) -> Iterator[Iterator[torch.Tensor]]:
        """Batches from a step on, without end, decoded ahead by threads.

        Args:
            first_step: Steps done before.
            batch_size: Photographs a step, over all processes.
            rank: Which process this is.
            ranks: How many there are; each gets its share of every batch.

        Yields:
            (batch_size / ranks, 3, crop_size, crop_size) float32 in [0, 1] a step.

        Raises:
            OptionError: if the batch does not divide.
        """
        share, rest = divmod(batch_size, ranks)
        if rest or not share:
            raise OptionError(
                f"batch_size: expected a multiple of the {ranks} processes, got {batch_size}."
            )
        threads = ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1), "photos")
        try:
            yield self._ahead(threads, first_step * batch_size + rank * share, share, batch_size)
        finally:
            threads.shutdown(wait=True, cancel_futures=True)

    def _ahead(
        self, threads: ThreadPoolExecutor, first: int, share: int, stride: int
    ) -> Iterator[torch.Tensor]:
        waiting: deque[list[Future[torch.Tensor]]] = deque()
        while True:
            while len(waiting) < BATCHES_AHEAD:
                waiting.append([threads.submit(self.crop, first + k) for k in range(share)])
                first += stride
            crops = [future.result() for future in waiting.popleft()]
            yield torch.stack(crops).float() / 255

    def _pixels(self, photo: Path) -> np.ndarray | None:
        if photo in self.skipped:
            return None
        if photo in self._kept:
            return self._kept[photo]
        try:
            return self._keep(photo, load_pixels(photo, smallest_side=self.crop_size // 2))
        except (ImageFormatError, ImageNotFoundError, ImageSizeError, MemoryLimitError) as error:
            self.skipped[photo] = str(error)
            logger.warning("skipped a photograph: %s", error)
            return None

    def _keep(self, photo: Path, pixels: np.ndarray) -> np.ndarray:
        """Remember pixels while there is room: the first that come stay."""
        if self._kept_bytes + pixels.nbytes <= MOST_KEPT_BYTES:
            self._kept_bytes += pixels.nbytes
            self._kept[photo] = pixels
        return pixels


def load_pixels(photo: Path, *, smallest_side: int = MIN_SIDE_PX) -> np.ndarray:
    """(H, W, 3) uint8 sRGB of a photograph, upright; transparency is left out.

    Raises:
        ImpastoError: if the file is no image, or a side is under ``smallest_side`` px.
    """
    picture = open_image(photo, min_side=max(smallest_side, MIN_SIDE_PX))
    return change_bit_depth(picture.pixels, 8)


def cut(pixels: np.ndarray, generator: np.random.Generator, side: int, zoom: float) -> torch.Tensor:
    """Cut a random square out of pixels (H, W, 3) uint8 and resize it to (3, side, side).

    The square is cut before it is resized, which costs a fraction of the other order. Half
    of them are mirrored.
    """
    height, width = pixels.shape[:2]
    closer, down, across, mirror = generator.random(4)
    box = max(1, round(min(height, width) / (1 + (zoom - 1) * closer)))
    top, left = round(down * (height - box)), round(across * (width - box))
    square = pixels[top : top + box, left : left + box]
    if mirror < 0.5:
        square = square[:, ::-1]
    return resize_pixels(square, (side, side))


def resize_pixels(pixels: np.ndarray, size: tuple[int, int]) -> torch.Tensor:
    """Resize (H, W, 3) uint8 to (3, *size) uint8, bicubic without aliasing."""
    image = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None]
    resized = F.interpolate(image, size=size, mode="bicubic", antialias=True)
    return resized[0].contiguous()
