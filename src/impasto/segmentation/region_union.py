"""Which superpixels several clicks and a box mean together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impasto.segmentation.prompts import Box, Point, Prompts
from impasto.segmentation.random_walk import random_walk
from impasto.segmentation.region_embedding import RegionEmbedding
from impasto.segmentation.region_features import click_features
from impasto.segmentation.superpixels import Floats

STEEPNESS = 8.0
TRUST = 0.02
CONTAINED = 0.8
"""A region belongs to a box that holds this share of it."""


def choose_superpixels(embedding: RegionEmbedding, prompts: Prompts) -> npt.NDArray[np.bool_]:
    """(N,) the superpixels that prompts mean.

    Each click that adds brings its likeliest region without a superpixel that was left out.
    Between the clicks, random walks decide where a region ends.
    """
    positive = [point for point in prompts.all_points if point.add]
    negative = [point for point in prompts.all_points if not point.add]
    excluded = {embedding.leaf_at(point) for point in negative}
    belief = np.zeros(len(embedding.graph), bool)
    if prompts.box is not None:
        belief |= _inside_box(embedding, prompts.box)
    for point in positive:
        belief |= embedding.hierarchy.members(_best_region(embedding, point, excluded))
    known = np.full(len(embedding.graph), np.nan)
    for point in prompts.all_points:
        known[embedding.leaf_at(point)] = float(point.add)
    if not negative and len(positive) < 2:
        return np.asarray(belief | (known == 1))
    graph = embedding.graph
    conductance = graph.lengths * np.exp(-STEEPNESS * embedding.strengths) + 1e-3
    trust = TRUST * np.sqrt(graph.areas) * np.ones(len(graph))
    chance = random_walk(graph, conductance, prior=belief.astype(float), trust=trust, known=known)
    return np.asarray(chance > 0.5)


def _best_region(embedding: RegionEmbedding, point: Point, excluded: set[int]) -> int:
    """The likeliest region around a click that holds no superpixel that was left out."""
    leaf = embedding.leaf_at(point)
    if leaf in excluded:
        return leaf
    path = embedding.hierarchy.path(leaf)
    begins, ends = embedding.hierarchy.begins[path], embedding.hierarchy.ends[path]
    ranks = embedding.hierarchy.ranks[list(excluded)]
    free = ((ranks[None] < begins[:, None]) | (ranks[None] >= ends[:, None])).all(axis=1)
    features = click_features(
        embedding.shapes, embedding.hierarchy, path, *embedding.to_working(point)
    )
    scores: Floats = embedding.choice.expected_overlap(features)
    return path[int(np.argmax(np.where(free, scores, -1)))]


def _inside_box(embedding: RegionEmbedding, box: Box) -> npt.NDArray[np.bool_]:
    """(N,) the best region for a box: the one whose overlap with it is greatest, cut to it."""
    graph, hierarchy = embedding.graph, embedding.hierarchy
    left, top = embedding.to_working(Point(box.left, box.top))
    right, bottom = embedding.to_working(Point(box.right, box.bottom))
    rows, columns = np.indices(graph.labels.shape)
    within = (columns >= left) & (columns <= right) & (rows >= top) & (rows <= bottom)
    inside = np.bincount(graph.labels.ravel(), within.ravel(), len(graph))
    shared = hierarchy.sums(inside)
    overlap = shared / (hierarchy.areas + inside.sum() - shared)
    contained = shared / hierarchy.areas >= CONTAINED
    best = int(np.argmax(np.where(contained, overlap, 0)))
    return np.asarray(hierarchy.members(best) & (inside > graph.areas / 2))
