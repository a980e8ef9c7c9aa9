"""The style terms of an objective: what each region's Gram matrices should become."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import cast

import torch

from impasto.encoders.vgg import VGG
from impasto.guidance.mask import mask_at
from impasto.image.contract import MIN_SIDE_PX
from impasto.image.resize import resize
from impasto.losses.normalization import Normalization
from impasto.optimization.pyramid import Size
from impasto.optimization.terms import (
    StyleBlendTerm,
    StyleTarget,
    StyleTerm,
    TotalVariationTerm,
    gram_matrices,
)
from impasto.stylizers.options import OptimizationOptions
from impasto.stylizers.protocol import MaskedImage, StyleGuide, StylePart, StyleRegion

Grams = dict[str, torch.Tensor]
SMALL = 0.7
"""Regions under this part of the picture are summed over their own positions only."""

MARGIN_PX = 48
"""What pieces of a style image see around themselves."""

LARGER = 1.5
"""A style image with this many times the picture's pixels is encoded in pieces."""


def style_terms(
    encoder: VGG, guide: StyleGuide, content: MaskedImage, size: Size, options: OptimizationOptions
) -> list[StyleTerm | StyleBlendTerm]:
    """One term a region, for an image of ``size``.

    Gram matrices are sums over the region's mask divided by the mask's own sum, of the
    picture as of the style, so that nothing outside counts. A region's term weighs by its
    part of the picture: at each pixel the balance of style and content is then that of a
    picture with one style.

    Source: Gatys et al. 2017, *Controlling Perceptual Factors in Neural Style Transfer*,
        section 4, guided Gram matrices.
    """
    found: list[StyleTerm | StyleBlendTerm] = []
    sources = _SourceGrams(encoder, size)
    for index, region in enumerate(guide.regions, start=1):
        mask = _joined(region.mask, content.mask)
        mask = None if mask is None else mask_at(mask, size)
        part = _part_of_picture(region, content)
        if part == 0:
            continue
        targets = _targets(encoder, region, content, size, options, mask, sources)
        found.append(
            _term(
                targets,
                weight=options.style_weight * part,
                options=options,
                mask=mask,
                small_mask=region.mask is not None and part < SMALL,
                name="style" if len(guide.regions) == 1 else f"style {index}",
            )
        )
    return found


def total_variation_term(
    options: OptimizationOptions, guide: StyleGuide | None = None, size: Size | None = None
) -> TotalVariationTerm:
    """The smoothness term: where something is painted, as strongly as that is."""
    if guide is None or size is None:
        return TotalVariationTerm(weight=options.tv_weight)
    strengths = [
        sum(part.share * part.strength for part in region.parts) for region in guide.regions
    ]
    if guide.coverage is None:
        mean = sum(strengths) / len(strengths)
        return TotalVariationTerm(weight=options.tv_weight * mean)
    weighed = [
        strength * region.mask
        for strength, region in zip(strengths, guide.regions, strict=True)
        if region.mask is not None
    ]
    mask = sum(weighed[1:], start=weighed[0]).clamp(0, 1)
    return TotalVariationTerm(weight=options.tv_weight, mask=mask_at(mask, size))


def guide_layers(guide: StyleGuide, options: OptimizationOptions) -> tuple[str, ...]:
    """All layers that the styles of a guide are made of."""
    layers = [_layers(part, options) for part in guide.parts]
    return tuple(dict.fromkeys(layer for each in layers for layer in each))


def style_size(native: Size, image_size: Size, scale: float = 1.0) -> Size:
    """The size at which a style image is read for an image of ``image_size``.

    It covers the same area, so that strokes keep their share of the picture at every
    size, but is not enlarged: there is no detail beyond its own pixels. A scale asked for
    is applied to that.

    Example:
        >>> style_size((600, 800), (300, 400)), style_size((60, 80), (300, 400))
        ((300, 400), (60, 80))
        >>> style_size((600, 800), (300, 400), scale=0.5)
        (150, 200)
    """
    factor = scale * min(1.0, (image_size[0] * image_size[1] / (native[0] * native[1])) ** 0.5)
    return (
        max(MIN_SIDE_PX, round(native[0] * factor)),
        max(MIN_SIDE_PX, round(native[1] * factor)),
    )


def at_size(source: MaskedImage, size: Size) -> MaskedImage:
    """``source`` resized to ``size``, mask and all."""
    return MaskedImage(
        image=resize(source.image, size),
        mask=None if source.mask is None else mask_at(source.mask, size),
    )


class _SourceGrams:
    """Gram matrices of style images at one size of the picture, each computed once."""

    def __init__(self, encoder: VGG, size: Size) -> None:
        self._encoder, self._size = encoder, size
        self._known: dict[tuple[int, float, tuple[str, ...]], Grams] = {}

    def of(self, part: StylePart, layers: tuple[str, ...]) -> Grams:
        key = (id(part.source), part.scale, layers)
        if key not in self._known:
            native = part.source.size
            scaled = at_size(part.source, style_size(native, self._size, part.scale))
            most = LARGER * self._size[0] * self._size[1] if part.scale > 1 else math.inf
            self._known[key] = source_grams(self._encoder, scaled, layers, most_pixels=most)
        return self._known[key]


def source_grams(
    encoder: VGG, source: MaskedImage, layers: Iterable[str], *, most_pixels: float
) -> Grams:
    """Gram matrices (1, C, C) of a style image over its mask, in pieces if it is large.

    Args:
        encoder: Where features come from.
        source: The style image at the size it is read at.
        layers: Names of layers.
        most_pixels: A larger image is cut into pieces of at most about this many pixels,
            whose Gram matrices are averaged by how much of the mask they hold.
    """
    total: Grams = {}
    weight = 0.0
    with torch.no_grad():
        for piece in _pieces(source, most_pixels):
            part = float(piece.image[0, 0].numel() if piece.mask is None else piece.mask.sum())
            grams = gram_matrices(encoder(piece.image, layers), piece.mask)
            weight += part
            for layer, gram in grams.items():
                mixed = total.get(layer, torch.zeros_like(gram))
                total[layer] = mixed + (gram - mixed) * (part / weight if weight else 0.0)
    return total


def _pieces(source: MaskedImage, most_pixels: float) -> Iterator[MaskedImage]:
    """The image itself, or overlapping pieces of it whose masks do not overlap."""
    height, width = source.size
    if height * width <= most_pixels:
        yield source
        return
    across = (height * width / most_pixels) ** 0.5
    counts = [max(1, min(round(across + 0.49), side // (4 * MIN_SIDE_PX))) for side in source.size]
    rows, columns = (
        [side * index // count for index in range(count + 1)]
        for side, count in zip(source.size, counts, strict=True)
    )
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            mask = source.image.new_zeros((1, 1, height, width))
            core = (..., slice(top, bottom), slice(left, right))
            mask[core] = 1 if source.mask is None else source.mask[core]
            window = (
                ...,
                slice(max(0, top - MARGIN_PX), bottom + MARGIN_PX),
                slice(max(0, left - MARGIN_PX), right + MARGIN_PX),
            )
            yield MaskedImage(image=source.image[window], mask=mask[window])


def _targets(
    encoder: VGG,
    region: StyleRegion,
    content: MaskedImage,
    size: Size,
    options: OptimizationOptions,
    mask: torch.Tensor | None,
    sources: _SourceGrams,
) -> tuple[StyleTarget, ...]:
    own: Grams = {}
    if any(part.strength != 1 for part in region.parts):
        layers = {layer for part in region.parts for layer in _layers(part, options)}
        with torch.no_grad():
            own = gram_matrices(encoder(at_size(content, size).image, layers), mask)
    targets = []
    for part in region.parts:
        grams = sources.of(part, _layers(part, options))
        if part.strength != 1:
            grams = {
                layer: torch.lerp(own[layer], gram, part.strength) for layer, gram in grams.items()
            }
        targets.append(StyleTarget(share=part.share, grams=grams))
    return tuple(targets)


def _term(
    targets: tuple[StyleTarget, ...],
    *,
    weight: float,
    options: OptimizationOptions,
    mask: torch.Tensor | None,
    small_mask: bool,
    name: str,
) -> StyleTerm | StyleBlendTerm:
    normalization = cast(Normalization, options.normalization)
    if len(targets) == 1:
        return StyleTerm(
            weight=weight,
            targets=targets[0].grams,
            normalization=normalization,
            mask=mask,
            small_mask=small_mask,
            name=name,
        )
    return StyleBlendTerm(
        weight=weight,
        targets=targets,
        normalization=normalization,
        mask=mask,
        small_mask=small_mask,
        name=name,
    )


def _part_of_picture(region: StyleRegion, content: MaskedImage) -> float:
    """Which part of what is seen of the picture is a region's."""
    if region.mask is None:
        return 1.0
    seen = torch.ones_like(region.mask) if content.mask is None else content.mask
    return float((region.mask * seen).sum() / seen.sum().clamp_min(1e-6))


def _joined(mask: torch.Tensor | None, other: torch.Tensor | None) -> torch.Tensor | None:
    if mask is None or other is None:
        return other if mask is None else mask
    return mask * other


def _layers(part: StylePart, options: OptimizationOptions) -> tuple[str, ...]:
    return part.layers or options.style_layers
