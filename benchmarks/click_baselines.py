"""What click segmentation is compared with: GrabCut, and superpixels joined by colour alone."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np
from skimage.color import rgb2lab

from impasto.image.picture import Picture
from impasto.segmentation.hierarchy import Hierarchy, ward_hierarchy
from impasto.segmentation.prompts import Point, Prompts, pixel_of
from impasto.segmentation.protocol import MaskArray, Masks
from impasto.segmentation.random_walk import random_walk
from impasto.segmentation.region_choice import three_levels
from impasto.segmentation.superpixels import SuperpixelGraph, superpixels

GRABCUT_RADIUS = 0.25
LIKELY_SHARE = 0.05


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
