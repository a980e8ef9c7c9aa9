"""Gatys et al. 2016: an image with the content of one picture and the style of another."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.optimization.engine import Optimum
from impasto.optimization.pyramid import Size
from impasto.optimization.terms import Term
from impasto.stylizers.optimized import content_term, optimize
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
from impasto.stylizers.style_targets import style_terms, total_variation_term


def stylize(
    content: MaskedImage,
    guide: StyleGuide,
    options: GatysOptions,
    context: RunContext,
    *,
    initial_image: torch.Tensor | None = None,
) -> Optimum:
    """Minimise α content + β style + γ total variation.

    Source: Gatys, Ecker, Bethge 2016; specification eqs. 1–4. Differs: coarse to fine and
        relative losses by default, both of which an option turns off.
    """

    def terms_at(encoder: VGG, size: Size) -> Sequence[Term]:
        return gatys_terms(encoder, content, guide, size, options)

    return optimize(
        options,
        context,
        content=content,
        guide=guide,
        initial_image=initial_image,
        layers=(options.content_layer,),
        terms_at=terms_at,
    )


def gatys_terms(
    encoder: VGG, content: MaskedImage, guide: StyleGuide, size: Size, options: GatysOptions
) -> list[Term]:
    """The terms of the method for an image of ``size``; no content where the style is all."""
    terms: list[Term] = []
    if not guide.style_only:
        terms.append(content_term(encoder, content, size, options))
    terms += style_terms(encoder, guide, content, size, options)
    terms.append(total_variation_term(options, guide, size))
    return terms
