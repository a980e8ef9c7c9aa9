"""Click: a compact network that answers clicks and boxes with candidate masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from impasto.segmentation.click_decoding import Answer, decode
from impasto.segmentation.deep_features import deep_features
from impasto.segmentation.prompts import Prompts
from impasto.segmentation.protocol import Masks
from impasto.segmentation.region_embedding import RegionEmbedding
from impasto.segmentation.region_tree import STAGES, Stages, all_regions, embed_regions

if TYPE_CHECKING:
    import torch

    from impasto.image.picture import Picture
    from impasto.progress import Cancellation, ProgressCallback
    from impasto.segmentation.click_network import ClickImage


@dataclass(frozen=True, kw_only=True, eq=False)
class ClickEmbedding(RegionEmbedding):
    """A region embedding, and what the click network knows of the photograph.

    Attributes:
        image: The network's part.
    """

    image: ClickImage


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
        regions = embed_regions(picture, features, stages)
        stages.begin(len(STAGES))
        return ClickEmbedding(**vars(regions), image=image)

    def predict(self, embedding: ClickEmbedding, prompts: Prompts) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.predict`."""
        from impasto.segmentation.click_weights import click_network

        prompts.check(embedding.size)
        answer = decode(click_network(), embedding.image, prompts, size=embedding.size)
        return _to_masks(answer, embedding.size)

    def all_masks(self, embedding: ClickEmbedding) -> Masks:
        """See :meth:`impasto.segmentation.protocol.Segmenter.all_masks`."""
        return all_regions(embedding)


def _to_masks(answer: Answer, size: tuple[int, int]) -> Masks:
    masks = _enlarge(answer.logits, size) > 0
    return Masks(masks=masks, quality=answer.quality.numpy().astype(np.float32))


def _enlarge(logits: torch.Tensor, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    import torch.nn.functional as F

    large = F.interpolate(logits[None], size=size, mode="bilinear", align_corners=False)
    return np.asarray(large[0].numpy())
