"""Semantic requests as ordinary ones: a mask for each region of the photograph."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from impasto.errors import OptionError
from impasto.guidance.semantic_match import Matches, match_regions, matched_uses
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressCallback
from impasto.styles.catalog import STYLES, get_style, style_path
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.request import RenderRequest


def match_request(
    request: RenderRequest, on_progress: ProgressCallback | None, cancellation: Cancellation
) -> tuple[RenderRequest, Matches]:
    """A semantic request as one with a mask for each region of the photograph.

    Raises:
        CancelledError: if the cancellation asked to stop.
        OptionError: if a style has no picture to be matched.
    """
    uses = request.uses
    pictures = [picture_of_style(use.style) for use in uses]
    matches = match_regions(request.content, uses, pictures, on_progress, cancellation)
    styles = matched_uses(matches, uses, request.content.size)
    return replace(request, style=None, styles=styles), matches


def picture_of_style(style: object) -> Picture:
    """What a style looks like: itself, or the image that ships under a trained style's name.

    Raises:
        OptionError: if there is no such image.
    """
    if isinstance(style, Picture):
        return style
    name = style.name if isinstance(style, FastStyle) else str(style)
    if name in STYLES:
        return _shipped(name)
    raise OptionError(
        f"--semantic: the picture of the style {name!r} is not known, so it cannot be matched; "
        f"use one of {', '.join(STYLES)}, or an optimised method with the picture itself."
    )


@lru_cache(maxsize=4)
def _shipped(name: str) -> Picture:
    return open_image(style_path(get_style(name)))
