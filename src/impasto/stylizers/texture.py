"""Texture synthesis (Gatys et al. 2015): the style alone, filling a new canvas."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.optimization.engine import Optimum
from impasto.optimization.pyramid import Size
from impasto.optimization.terms import Term
from impasto.stylizers.optimized import optimize
from impasto.stylizers.options import TextureOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
from impasto.stylizers.style_targets import style_terms, total_variation_term


def stylize(
    content: MaskedImage,
    guide: StyleGuide,
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
            *style_terms(encoder, guide, content, size, options),
            total_variation_term(options, guide, size),
        ]

    return optimize(
        options,
        context,
        content=content,
        guide=guide,
        initial_image=initial_image,
        layers=(),
        terms_at=terms_at,
    )
