"""LapStyle (Li et al. 2017): Gatys coarse to fine, with contours held by a Laplacian term."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from impasto.encoders.vgg import VGG
from impasto.optimization.engine import Optimum
from impasto.optimization.pyramid import Size, pyramid
from impasto.optimization.terms import LaplacianTerm, Term
from impasto.stylizers.gatys import gatys_terms
from impasto.stylizers.optimized import optimize
from impasto.stylizers.options import LapStyleOptions
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
from impasto.stylizers.style_targets import at_size


def stylize(
    content: MaskedImage,
    guide: StyleGuide,
    options: LapStyleOptions,
    context: RunContext,
    *,
    initial_image: torch.Tensor | None = None,
) -> Optimum:
    """Minimise Gatys' objective; from the second size on also the Laplacian loss.

    The coarsest size drafts the large shapes of the style freely; the revision stages
    after it bring the photograph's contours back.

    Source: Li et al. 2017; specification section 1, eqs. 5 and 6.
    """
    draft = pyramid(content.size, iterations=options.iterations, levels=options.levels)[0].size

    def terms_at(encoder: VGG, size: Size) -> Sequence[Term]:
        terms = gatys_terms(encoder, content, guide, size, options)
        if size == content.size or size != draft:
            terms.append(
                LaplacianTerm(
                    weight=options.laplacian_weight,
                    content_image=at_size(content, size).image,
                    poolings=tuple(each for each in options.laplacian_pooling if _fits(each, size))
                    if size != content.size
                    else options.laplacian_pooling,
                )
            )
        return terms

    return optimize(
        options,
        context,
        content=content,
        guide=guide,
        initial_image=initial_image,
        layers=(options.content_layer,),
        terms_at=terms_at,
    )


def _fits(pooling: int, size: Size) -> bool:
    """Whether the Laplacian after this pooling has a position at ``size``."""
    return min(size) // pooling >= 3
