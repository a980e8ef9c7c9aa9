"""Click segmentation scored on outlined objects and regions, beside GrabCut and superpixels.

Contract: a simulated person clicks the innermost pixel of an object, then the middle of the
largest error; pixels that are not labelled do not count. One photograph warms up; times are
medians over photographs and over clicks. Needs a folder with ``objects/`` and ``bsds500/``
in the environment variable IMPASTO_MASKS.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from skimage.color import rgb2lab

from benchmarks.processes import machine
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.segmentation.catalog import open_segmenter
from impasto.segmentation.hierarchy import Hierarchy, ward_hierarchy
from impasto.segmentation.prompts import Point, Prompts, pixel_of
from impasto.segmentation.protocol import MaskArray, Masks
from impasto.segmentation.random_walk import random_walk
from impasto.segmentation.region_choice import three_levels
from impasto.segmentation.simulated_clicks import innermost, intersection_over_union, play
from impasto.segmentation.superpixels import SuperpixelGraph, superpixels
from impasto.segmentation.training_objects import IGNORE, list_photos

CLICKS = 5
BSDS_PHOTOS = 40
OBJECT_PHOTOS = 80
SMALLEST = 0.002
GRABCUT_RADIUS = 0.25
LIKELY_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A photograph and its objects."""

    picture: Picture
    objects: list[MaskArray]
    valid: MaskArray


@dataclass(frozen=True, kw_only=True)
class Score:
    """What was measured of one segmenter on one set of photographs."""

    overlaps: list[np.ndarray] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    embed_s: list[float] = field(default_factory=list)
    predict_s: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """One row of a table."""
        mean = np.mean(self.overlaps, axis=0)
        level = f"{np.mean(self.levels):.3f}" if self.levels else "–"
        scores = " | ".join(f"{mean[i]:.3f}" for i in (0, 1, 3, 5))
        embed, predict = statistics.median(self.embed_s), statistics.median(self.predict_s)
        return f"| {name} | {level} | {scores} | {embed:.2f} | {1000 * predict:.0f} |"


HEADER = """\
| segmenter | best level of the wheel | 1 click, proposed | 1 click, best of three | 3 clicks \
| 5 clicks | embed, s | predict, ms |
|---|---|---|---|---|---|---|---|"""


class GrabCut:
    """OpenCV's GrabCut; the first click is a disc that is probably inside."""

    def embed(self, picture: Picture) -> np.ndarray:
        """Look at a photograph."""
        return np.ascontiguousarray(picture.pixels[..., ::-1])

    def predict(self, pixels: np.ndarray, prompts: Prompts) -> Masks:
        """Answer prompts."""
        import cv2

        height, width = pixels.shape[:2]
        rows, columns = np.indices((height, width))
        marks = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
        for point in prompts.points:
            if point.add:
                away = np.hypot(columns - point.x, rows - point.y)
                marks[away < GRABCUT_RADIUS * min(height, width)] = cv2.GC_PR_FGD
        for point in prompts.points:
            away = np.hypot(columns - point.x, rows - point.y)
            marks[away < 4] = cv2.GC_FGD if point.add else cv2.GC_BGD
        models = np.zeros((1, 65)), np.zeros((1, 65))
        with contextlib.suppress(cv2.error):
            cv2.grabCut(pixels, marks, None, *models, 3, cv2.GC_INIT_WITH_MASK)
        mask = (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)
        return Masks(masks=mask[None], quality=np.ones(1, np.float32))


@dataclass(frozen=True, kw_only=True)
class ColourRegions:
    """What the colour tree knows of a photograph."""

    graph: SuperpixelGraph
    hierarchy: Hierarchy
    colours: np.ndarray


class ColourTree:
    """Superpixels of one colour under Ward's linkage: no network; random walks for clicks."""

    def embed(self, picture: Picture) -> ColourRegions:
        """Look at a photograph."""
        graph = superpixels(picture.pixels)
        lab = rgb2lab(picture.pixels)
        flat = graph.labels.ravel()
        sums = [np.bincount(flat, lab[..., k].ravel(), len(graph)) for k in range(3)]
        colours = np.stack(sums, axis=1) / graph.areas[:, None]
        return ColourRegions(graph=graph, hierarchy=ward_hierarchy(graph, colours), colours=colours)

    def predict(self, regions: ColourRegions, prompts: Prompts) -> Masks:
        """Answer prompts."""
        hierarchy, graph = regions.hierarchy, regions.graph
        leaf = self.leaf(regions, prompts.points[0])
        path = hierarchy.path(leaf)
        areas = hierarchy.areas[path]
        likely = -np.abs(np.log(areas / areas[-1] / LIKELY_SHARE))
        chosen = three_levels(areas, likely)
        members = [hierarchy.members(path[i]) for i in chosen]
        if len(prompts.points) > 1:
            known = np.full(len(graph), np.nan)
            for point in prompts.points:
                known[self.leaf(regions, point)] = float(point.add)
            colours = regions.colours
            apart = np.linalg.norm(colours[graph.sources] - colours[graph.targets], axis=1)
            chance = random_walk(
                graph,
                graph.lengths * np.exp(-apart / 8) + 1e-3,
                prior=members[0].astype(float),
                trust=np.full(len(graph), 0.2),
                known=known,
            )
            members = [chance > 0.5]
        masks = np.stack([each[graph.labels] for each in members])
        return Masks(masks=masks, quality=np.ones(len(masks), np.float32))

    def leaf(self, regions: ColourRegions, point: Point) -> int:
        """The superpixel under a point."""
        labels = regions.graph.labels
        return int(labels[pixel_of(point, (labels.shape[0], labels.shape[1]))])

    def levels(self, regions: ColourRegions, x: int, y: int) -> list[MaskArray]:
        """Every region around a pixel."""
        hierarchy = regions.hierarchy
        path = hierarchy.path(int(regions.graph.labels[y, x]))
        return [hierarchy.members(node)[regions.graph.labels] for node in path]


def bsds_samples(root: Path) -> Iterator[Sample]:
    """The first 40 photographs by name, each region of the coarsest annotator an object."""
    names = sorted(path.name.removesuffix("_coarse.png") for path in root.glob("*_coarse.png"))
    for name in names[:BSDS_PHOTOS]:
        yield _sample(root / f"{name}.jpg", root / f"{name}_coarse.png")


def object_samples(root: Path) -> Iterator[Sample]:
    """Photographs of the validation part, evenly taken."""
    photos = [photo for photo in list_photos(root) if photo.is_validation]
    step = max(1, len(photos) // OBJECT_PHOTOS)
    for photo in photos[::step]:
        yield _sample(photo.photo_path, photo.label_path)


def _sample(photo: Path, label_file: Path) -> Sample:
    from PIL import Image

    labels = np.asarray(Image.open(label_file))
    found = [labels == k for k in np.unique(labels) if k not in (0, IGNORE)]
    return Sample(
        picture=open_image(photo),
        objects=[mask for mask in found if mask.mean() >= SMALLEST],
        valid=labels != IGNORE,
    )


def score(segmenter: Any, samples: list[Sample]) -> Score:
    """Click every object of every photograph."""
    result = Score()
    segmenter.embed(samples[0].picture)
    for sample in samples:
        begin = time.perf_counter()
        embedding = segmenter.embed(sample.picture)
        result.embed_s.append(time.perf_counter() - begin)

        def predict(prompts: Prompts, embedding: Any = embedding) -> Masks:
            start = time.perf_counter()
            masks: Masks = segmenter.predict(embedding, prompts)
            result.predict_s.append(time.perf_counter() - start)
            return masks

        for wanted in sample.objects:
            result.overlaps.append(play(predict, wanted, clicks=CLICKS, valid=sample.valid))
            levels = _levels(segmenter, embedding, *innermost(wanted))
            if levels:
                overlaps = [intersection_over_union(m, wanted, sample.valid) for m in levels]
                result.levels.append(max(overlaps))
    return result


def _levels(segmenter: Any, embedding: Any, x: int, y: int) -> list[MaskArray]:
    if hasattr(embedding, "levels_at"):
        return [embedding.mask(node) for node in embedding.levels_at(x, y)]
    if hasattr(segmenter, "levels"):
        return list(segmenter.levels(embedding, x, y))
    return []


def compare() -> str:
    """Both tables."""
    folder = os.environ.get("IMPASTO_MASKS")
    if not folder:
        raise SystemExit("Set IMPASTO_MASKS to the folder that holds objects/ and bsds500/.")
    segmenters = {
        "`region-tree`": open_segmenter("region-tree"),
        "colour superpixels, Ward": ColourTree(),
        "OpenCV GrabCut": GrabCut(),
    }
    sets = {
        "BSDS500, 40 photographs, regions of the coarsest annotator": bsds_samples(
            Path(folder) / "bsds500"
        ),
        "Objects: validation part of VOC, COCO, people, BSDS": object_samples(
            Path(folder) / "objects"
        ),
    }
    parts = [f"Machine: {machine()}."]
    for title, found in sets.items():
        samples = list(found)
        rows = [score(each, samples).row(name) for name, each in segmenters.items()]
        count = sum(len(sample.objects) for sample in samples)
        parts.append(f"{title}: {len(samples)} photographs, {count} objects.")
        parts.append("\n".join([HEADER, *rows]))
    return "\n\n".join(parts)
