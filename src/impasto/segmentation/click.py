"""Click: a compact network that answers clicks and boxes with candidate masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from impasto.segmentation.click_decoding import Replay, decode
from impasto.segmentation.deep_features import deep_features
from impasto.segmentation.edge_refinement import Guide, make_guide, refine
from impasto.segmentation.mask_tidying import tidy
from impasto.segmentation.prompts import Point, Prompts
from impasto.segmentation.protocol import Masks
from impasto.segmentation.region_embedding import RegionEmbedding
from impasto.segmentation.region_tree import STAGES, Stages, all_regions, embed_regions

if TYPE_CHECKING:
    import torch

    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback
    from impasto.segmentation.click_network import ClickImage

GUIDE_SIDE_PX = 640
"""The longest side masks are refined at; those of larger photographs are enlarged from it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ClickEmbedding(RegionEmbedding):
    """A region embedding, and what the click network knows of the photograph.

    Attributes:
        image: The network's part.
        guide: The photograph's edges.
        replay: Answers to earlier clicks; they save time and change nothing.
    """

    image: ClickImage
    guide: Guide
    replay: Replay


@dataclass(frozen=True, kw_only=True, eq=False)
class Glance:
    """What the click network knows of a photograph, without its regions; half of the work.

    Attributes:
        size: (H, W) of the photograph.
        image: The network's part.
        guide: The photograph's edges.
        replay: Answers to earlier clicks; they save time and change nothing.
    """

    size: tuple[int, int]
    image: ClickImage
    guide: Guide
    replay: Replay


class ClickSegmenter:
    """The network answers prompts; the region tree beside it serves the wheel.

    Source: the two steps and the candidates are those of Kirillov et al. 2023, *Segment
        Anything*. Differs: see :class:`~impasto.segmentation.click_network.ClickNetwork`.
    """

    def embed(
        self,
        picture: Picture,
        on_progress: ProgressCallback | None = None,
        cancellation: Cancellation | None = None,
    ) -> ClickEmbedding:
        """See :meth:`impasto.segmentation.protocol.Segmenter.embed`."""
        import torch

        from impasto.segmentation.click_weights import click_network

        stages = Stages(on_progress, cancellation)
        stages.begin(0)
        features = deep_features(picture)
        with torch.inference_mode():
            image = click_network().look_at(features.maps)
            guide = _guide(picture, (int(image.edges.shape[-2]), int(image.edges.shape[-1])))
        regions = embed_regions(picture, features, image.edges, stages)
        stages.begin(len(STAGES))
        return ClickEmbedding(**vars(regions), image=image, guide=guide, replay=Replay())

    def glance(self, picture: Picture) -> Glance:
        """Look at a photograph for clicks and boxes only.

        Raises:
            ImageSizeError: if a side is under 16 px.
        """
        import torch

        from impasto.segmentation.click_weights import click_network

        features = deep_features(picture)
        with torch.inference_mode():
            image = click_network().look_at(features.maps)
            guide = _guide(picture, (int(image.edges.shape[-2]), int(image.edges.shape[-1])))
        return Glance(size=picture.size, image=image, guide=guide, replay=Replay())

    def predict(self, embedding: ClickEmbedding | Glance, prompts: Prompts) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.predict`."""
        import torch

        from impasto.segmentation.click_weights import click_network

        prompts.check(embedding.size)
        answer = decode(
            click_network(),
            embedding.image,
            prompts,
            size=embedding.size,
            replay=embedding.replay,
        )
        with torch.inference_mode():
            chances = refine(embedding.guide, answer.logits.sigmoid())
            inner = (int(chances.shape[-2]), int(chances.shape[-1]))
            points = _move(prompts.all_points, embedding.size, inner)
            masks = _enlarge(_tidied(chances, points), embedding.size) > 0.5
        return Masks(masks=masks.numpy(), quality=answer.quality.numpy().astype(np.float32))

    def all_masks(self, embedding: ClickEmbedding) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.all_masks`."""
        return all_regions(embedding)


def _guide(picture: Picture, grid: tuple[int, int]) -> Guide:
    from impasto.image.resize import fit_size, resize
    from impasto.image.tensor import image_to_tensor

    side = min(max(picture.size), GUIDE_SIDE_PX)
    size = fit_size(picture.size, max(side, 4 * max(grid)))
    return make_guide(resize(image_to_tensor(picture), size), grid)


def _tidied(chances: torch.Tensor, points: Sequence[Point]) -> torch.Tensor:
    """Masks (N, h, w) whose specks are 0 and whose pinholes are 1; else as they are."""
    import torch

    masks = chances > 0.5
    clean = torch.from_numpy(np.stack([tidy(mask, points) for mask in masks.numpy()]))
    return torch.where(clean == masks, chances, clean.float())


def _move(points: Sequence[Point], size: tuple[int, int], to: tuple[int, int]) -> list[Point]:
    """Points of a photograph of (H, W) ``size`` on a copy of another size."""
    across, down = to[1] / size[1], to[0] / size[0]
    return [
        Point((point.x + 0.5) * across - 0.5, (point.y + 0.5) * down - 0.5, add=point.add)
        for point in points
    ]


def _enlarge(masks: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """(N, *size) from (N, h, w)."""
    import torch.nn.functional as F

    return F.interpolate(masks[None], size=size, mode="bilinear", align_corners=False)[0]
