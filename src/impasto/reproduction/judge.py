"""What a max-pooling float32 VGG-19 says of a painting: the measures of ``impasto metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import image_to_tensor
from impasto.losses.content import content_loss
from impasto.losses.gram import gram_matrix
from impasto.losses.style import style_layer_loss
from impasto.metrics.content_distance import CONTENT_LAYER
from impasto.metrics.edge_agreement import laplacian_distance
from impasto.metrics.structural_similarity import structural_similarity
from impasto.metrics.style_distance import STYLE_LAYERS
from impasto.stylizers.style_targets import style_size

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The measures of a painting, as the page on metrics explains them.

    Attributes:
        style: Style distance.
        style_left: Its part of the photograph's own.
        content: Content distance.
        similarity: Structural similarity to the photograph.
        laplacian: Laplacian distance from the photograph.
    """

    style: float
    style_left: float
    content: float
    similarity: float
    laplacian: float


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What the judge sees in a picture at a size: computed once, compared often."""

    picture: Picture
    image: torch.Tensor
    grams: Mapping[str, torch.Tensor]
    content: torch.Tensor


class Judge:
    """Judges paintings on one device, in float32 whatever painted them.

    Photographs and styles are looked at once a size: each painting costs one pass through
    the encoder.

    Args:
        device: As :func:`~impasto.device.choose_device` takes it.
    """

    def __init__(self, device: str = "auto") -> None:
        choice = choose_device(device, "float32")
        self._device = choice.device
        self._encoder = load_encoder("vgg19", pooling="max", device=choice)
        self._known: dict[tuple[int, Size], _Seen] = {}

    def judge(self, painting: Picture, photograph: Picture, style: Picture) -> Judgement:
        """Measure a painting at its own size.

        Args:
            painting: What was painted.
            photograph: Of any size.
            style: The style image, read at the painting's area.
        """
        seen = self._look(painting, painting.size)
        content = self._remember(photograph, painting.size)
        target = self._remember(style, style_size(style.size, painting.size))
        distance, start = _style_distance(seen, target), _style_distance(content, target)
        relative = content_loss(seen.content, content.content, normalization="relative")
        return Judgement(
            style=distance,
            style_left=distance / start if start else 0.0,
            content=float(relative),
            similarity=structural_similarity(seen.image, content.image),
            laplacian=laplacian_distance(seen.image, content.image),
        )

    def style_distance(self, painting: Picture, style: Picture) -> float:
        """Style distance alone."""
        target = self._remember(style, style_size(style.size, painting.size))
        return _style_distance(self._look(painting, painting.size), target)

    def _remember(self, picture: Picture, size: Size) -> _Seen:
        key = (id(picture), size)
        if key not in self._known:
            self._known[key] = self._look(picture, size)
        return self._known[key]

    @torch.no_grad()
    def _look(self, picture: Picture, size: Size) -> _Seen:
        image = resize(image_to_tensor(picture).to(self._device), size)
        features = self._encoder(image, (*STYLE_LAYERS, CONTENT_LAYER))
        return _Seen(
            picture=picture,
            image=image,
            grams={layer: gram_matrix(features[layer]) for layer in STYLE_LAYERS},
            content=features[CONTENT_LAYER],
        )


def _style_distance(image: _Seen, style: _Seen) -> float:
    losses = [
        style_layer_loss(image.grams[layer], style.grams[layer], normalization="relative")
        for layer in STYLE_LAYERS
    ]
    return float(torch.stack(losses).mean())
