"""Gatys et al. 2016: an image with the content of one picture and the style of another."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.optimization.engine import Optimum
from impasto.optimization.pyramid import Size
from impasto.optimization.terms import Term
from impasto.stylizers.optimized import (
    content_term,
    optimize,
    style_term,
    total_variation_term,
)
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, RunContext


def stylize(
    content: MaskedImage,
    style: MaskedImage,
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
        return gatys_terms(encoder, content, style, size, options)

    return optimize(
        options,
        context,
        content=content,
        initial_image=initial_image,
        layers=(options.content_layer, *options.style_layers),
        terms_at=terms_at,
    )


def gatys_terms(
    encoder: VGG, content: MaskedImage, style: MaskedImage, size: Size, options: GatysOptions
) -> list[Term]:
    """The three terms of the method for an image of ``size``."""
    return [
        content_term(encoder, content, size, options),
        style_term(encoder, style, size, options, mask=content.mask),
        total_variation_term(options),
    ]
