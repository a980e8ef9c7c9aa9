"""Texture synthesis (Gatys et al. 2015): the style alone, filling a new canvas."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.optimization.engine import Optimum
from impasto.optimization.pyramid import Size
from impasto.optimization.terms import Term
from impasto.stylizers.optimized import (
    optimize,
    style_term,
    total_variation_term,
)
from impasto.stylizers.options import TextureOptions
from impasto.stylizers.protocol import MaskedImage, RunContext


def stylize(
    content: MaskedImage,
    style: MaskedImage,
    options: TextureOptions,
    context: RunContext,
    *,
    initial_image: torch.Tensor | None = None,
) -> Optimum:
    """Minimise style and total variation; ``content`` gives the size and nothing else.

    Source: Gatys, Ecker, Bethge 2015, *Texture Synthesis Using CNNs*. Differs: five
        layers as in the 2016 paper, and coarse to fine.
    """

    def terms_at(encoder: VGG, size: Size) -> Sequence[Term]:
        return [
            style_term(encoder, style, size, options, mask=content.mask),
            total_variation_term(options),
        ]

    return optimize(
        options,
        context,
        content=content,
        initial_image=initial_image,
        layers=options.style_layers,
        terms_at=terms_at,
    )
