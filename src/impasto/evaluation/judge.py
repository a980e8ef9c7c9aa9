"""Measures a painting against its photograph and its style; everything is encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from impasto.encoders.vgg import VGG
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.losses.content import content_loss
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss
from impasto.metrics.checkerboard import checkerboard_amplitude
from impasto.metrics.content_distance import CONTENT_LAYER
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.perceptual_distance import PerceptualJudge, perceptual_distance
from impasto.metrics.statistics_distance import Statistics, compare_statistics, feature_statistics
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import STYLE_LAYERS
from impasto.stylizers.style_targets import style_size

Size = tuple[int, int]

PERCEPTUAL_NAMES = {"vgg": "lpips", "alex": "lpips_alex"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """What the judge keeps of a picture.

    Attributes:
        image: (1, 3, H, W) in [0, 1]; ``None`` for styles, which are compared by numbers alone.
        grams: Gram matrix of each style layer.
        statistics: Means and deviations of the same layers.
        content: Features of the content layer; ``None`` for styles.
    """

    image: torch.Tensor | None
    grams: Mapping[str, torch.Tensor]
    statistics: Statistics
    content: torch.Tensor | None


class Judge:
    """Measures paintings.

    Args:
        encoder: What the features come from, with maximum pooling as VGG was trained.
        perceptual: What LPIPS is computed on, for each backbone that there is.
    """

    def __init__(self, encoder: VGG, perceptual: Sequence[PerceptualJudge] = ()) -> None:
        self._encoder, self._perceptual = encoder, tuple(perceptual)
        self.encode_style = lru_cache(maxsize=64)(self._encode_style)

    @property
    def names(self) -> tuple[str, ...]:
        """The measures it gives, keys of :data:`~impasto.evaluation.measures.MEASURES`."""
        return (
            "style_left",
            "style_distance",
            "statistics_distance",
            "content_distance",
            "ssim",
            "laplacian_distance",
            *(PERCEPTUAL_NAMES[each.backbone] for each in self._perceptual),
            "checkerboard",
        )

    def encode_content(self, photo: Picture, size: Size) -> Encoded:
        """A photograph at the size of its paintings."""
        return self._encode(self._tensor(photo, size))

    def _encode_style(self, style: Picture, size: Size) -> Encoded:
        """A style at the area of a painting, but not enlarged; kept for the next painting."""
        found = self._encode(self._tensor(style, style_size(style.size, size)))
        return Encoded(image=None, grams=found.grams, statistics=found.statistics, content=None)

    def measure(self, painting: Picture, photo: Encoded, style: Encoded) -> dict[str, float]:
        """All measures of a painting.

        Args:
            painting: Of the size that ``photo`` was encoded at.
            photo: From :meth:`encode_content`.
            style: From ``encode_style``.
        """
        ours = self._encode(self._tensor(painting, painting.size))
        assert ours.image is not None
        assert ours.content is not None
        assert photo.image is not None
        assert photo.content is not None
        distance, start = (_gram_distance(each.grams, style.grams) for each in (ours, photo))
        return {
            "style_left": distance / start if start else 0.0,
            "style_distance": distance,
            "statistics_distance": compare_statistics(ours.statistics, style.statistics),
            "content_distance": float(
                content_loss(ours.content, photo.content, normalization="relative")
            ),
            "ssim": structural_similarity(ours.image, photo.image),
            "laplacian_distance": laplacian_distance(ours.image, photo.image),
            **{
                PERCEPTUAL_NAMES[each.backbone]: perceptual_distance(
                    ours.image, photo.image, judge=each
                )
                for each in self._perceptual
            },
            "checkerboard": max(checkerboard_amplitude(ours.image).values()),
        }

    def _tensor(self, picture: Picture, size: Size) -> torch.Tensor:
        device = next(self._encoder.parameters()).device
        return resize(image_to_tensor(picture).to(device), size)

    def _encode(self, image: torch.Tensor) -> Encoded:
        with torch.no_grad():
            features = self._encoder(image, (*STYLE_LAYERS, CONTENT_LAYER))
        content = features.pop(CONTENT_LAYER)
        return Encoded(
            image=image,
            grams={layer: gram_matrix(each) for layer, each in features.items()},
            statistics=feature_statistics(features),
            content=content,
        )


def _gram_distance(ours: Mapping[str, torch.Tensor], theirs: Mapping[str, torch.Tensor]) -> float:
    distances = [
        style_layer_loss(ours[layer], theirs[layer], normalization="relative")
        for layer in STYLE_LAYERS
    ]
    return float(torch.stack(distances).mean())
