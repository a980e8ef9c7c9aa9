"""The region tree: click, and the wheel finds larger and smaller regions around the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from impasto.errors import CancelledError
from impasto.progress import ProgressEvent, Stopwatch
from impasto.segmentation.automatic_masks import CUT, MOST_MASKS, suppress
from impasto.segmentation.deep_features import DeepFeatures, deep_features, segmentation_weights
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import Masks
from impasto.segmentation.region_choice import read_choice, three_levels
from impasto.segmentation.region_embedding import RegionEmbedding
from impasto.segmentation.region_features import click_features, region_shapes
from impasto.segmentation.region_linking import (
    border_strengths,
    join_regions,
    superpixel_features,
)
from impasto.segmentation.region_union import choose_superpixels
from impasto.segmentation.superpixels import enlarge, superpixels

if TYPE_CHECKING:
    import torch

    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback

STAGES = ("looking", "finding pieces", "joining regions")


class RegionTreeSegmenter:
    """Superpixels, joined by colour, by VGG-19's features and by learned borders."""

    def embed(
        self,
        picture: Picture,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> RegionEmbedding:
        """See :meth:`impasto.segmentation.protocol.Segmenter.embed`."""
        from impasto.segmentation.click_weights import click_network

        stages = Stages(on_progress, cancellation)
        stages.begin(0)
        features = deep_features(picture)
        edges = click_network().look_at_edges(features.maps)
        embedding = embed_regions(picture, features, edges, stages)
        stages.begin(len(STAGES))
        return embedding

    def predict(self, embedding: RegionEmbedding, prompts: Prompts) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.predict`."""
        prompts.check(embedding.size)
        points = prompts.all_points
        if len(points) == 1 and prompts.box is None:
            return _levels(embedding, prompts)
        members = choose_superpixels(embedding, prompts)
        return Masks(masks=embedding.union(members)[None], quality=np.array([0.5], np.float32))

    def all_masks(self, embedding: RegionEmbedding) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.all_masks`."""
        return all_regions(embedding)


class Stages:
    """Tells of the stages of an embedding, and stops between two if asked."""

    def __init__(
        self, on_progress: ProgressCallback | None, cancellation: Cancellation | None
    ) -> None:
        self._on_progress = on_progress
        self._cancellation = cancellation
        self._watch = Stopwatch()

    def begin(self, step: int) -> None:
        """Say that ``step`` stages are done.

        Raises:
            CancelledError: if the cancellation asks to stop.
        """
        if self._cancellation is not None and self._cancellation.is_cancelled:
            raise CancelledError("The photograph was not segmented: it was asked to stop.")
        if self._on_progress is not None:
            self._on_progress(
                ProgressEvent(
                    stage=STAGES[min(step, len(STAGES) - 1)],
                    step=step,
                    total=len(STAGES),
                    elapsed_s=self._watch.elapsed_s,
                )
            )


def embed_regions(
    picture: Picture, features: DeepFeatures, edges: torch.Tensor, stages: Stages
) -> RegionEmbedding:
    """The hierarchy of a photograph.

    Args:
        picture: The photograph.
        features: Of it.
        edges: (1, 1, h, w) logits that a region ends there.
        stages: Told of the work.
    """
    from impasto.image.picture import change_bit_depth

    stages.begin(1)
    pixels = features.image[0].permute(1, 2, 0).numpy()
    graph = superpixels(pixels)
    ranks_of = enlarge(graph.labels, change_bit_depth(picture.pixels, 8))
    stages.begin(2)
    seen = superpixel_features(graph, features.image, features.maps)
    strengths = border_strengths(graph, edges)
    hierarchy = join_regions(graph, seen, strengths)
    return RegionEmbedding(
        size=picture.size,
        graph=graph,
        hierarchy=hierarchy,
        strengths=strengths,
        shapes=region_shapes(graph, hierarchy, strengths),
        choice=read_choice(segmentation_weights()),
        ranked=hierarchy.ranks.astype(np.uint16)[ranks_of],
    )


def all_regions(embedding: RegionEmbedding) -> Masks:
    """The likeliest regions of a hierarchy that do not repeat one another."""
    hierarchy = embedding.hierarchy
    nodes = np.flatnonzero(hierarchy.areas >= CUT * hierarchy.areas[-1])
    middles = embedding.shapes.centers[nodes]
    features = np.concatenate(
        [
            click_features(embedding.shapes, hierarchy, [int(node)], *middle)
            for node, middle in zip(nodes, middles, strict=True)
        ]
    )
    scores = embedding.choice.expected_overlap(features)
    order = np.argsort(-scores, kind="stable")[: 3 * MOST_MASKS]
    masks = np.stack([embedding.mask(int(nodes[i])) for i in order])
    kept = suppress(masks)[:MOST_MASKS]
    return Masks(masks=masks[kept], quality=scores[order][kept].astype(np.float32))


def _levels(embedding: RegionEmbedding, prompts: Prompts) -> Masks:
    """Up to three regions around a single click."""
    point = prompts.all_points[0]
    nodes = embedding.hierarchy.path(embedding.leaf_at(point))
    features = click_features(
        embedding.shapes, embedding.hierarchy, nodes, *embedding.to_working(point)
    )
    scores = embedding.choice.expected_overlap(features)
    chosen = three_levels(embedding.hierarchy.areas[nodes], scores)
    masks = np.stack([embedding.mask(nodes[i]) for i in chosen])
    return Masks(masks=masks, quality=scores[chosen].astype(np.float32))
