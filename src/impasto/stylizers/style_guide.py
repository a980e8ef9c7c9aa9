"""A request's photograph, styles and controls as tensors, for the optimised methods."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from impasto.errors import OptionError
from impasto.guidance.color_preservation import grey, match_colors, match_luminance
from impasto.guidance.controls import MOST_SCALE, check_number
from impasto.guidance.coverage import Part, Region, regions
from impasto.guidance.mask_levels import FULL, fit_mask
from impasto.image.fill import fill_transparent
from impasto.image.picture import Picture
from impasto.image.resize import resize
from impasto.image.tensor import alpha_to_mask, image_to_tensor
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.protocol import (
    MaskedImage,
    StyleGuide,
    StylePart,
    StyleRegion,
    TemporalTarget,
)
from impasto.stylizers.request import RenderRequest, Size

LEAST_SCALE = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class GuidedContent:
    """A request as an optimised method takes it.

    Attributes:
        content: The photograph at the size of the result; grey where its chroma is kept,
            and white paper where only a silhouette is painted.
        guide: Which styles go where; ``None`` where nothing is to be painted.
    """

    content: MaskedImage
    guide: StyleGuide | None


def guided_content(request: RenderRequest, device: torch.device) -> GuidedContent:
    """What a request asks of an optimised method.

    Raises:
        OptionError: if a style is no picture, or a strength or scale is out of range.
        ShapeError: if a mask is not of the photograph's shape.
    """
    size = request.size or request.content.size
    found = [_with_pictures(region, request) for region in regions(request.uses, size)]
    content = masked_image(_shown(request), device, size)
    painted = [region for region in found if region.is_painted]
    if not painted or request.controls.strength == 0:
        return GuidedContent(content=content, guide=None)
    guide = StyleGuide(
        regions=tuple(_region(region, request, device) for region in painted),
        style_only=request.controls.style_only and request.method != "texture",
        hold_outside=request.controls.exact_outside
        or request.controls.style_only
        or request.method == "texture",
        temporal=temporal_target(request, device, size),
    )
    return GuidedContent(content=content, guide=guide)


def temporal_target(
    request: RenderRequest, device: torch.device, size: Size
) -> TemporalTarget | None:
    """What the request's past says of the picture at a size, in the colours it is painted in."""
    past = request.past
    if past is None:
        return None
    grey_only = request.controls.keep_color == "luminance"
    moved = Picture(pixels=grey(past.moved) if grey_only else past.moved)
    known = torch.from_numpy(past.known.astype(np.float32))[None, None]
    return TemporalTarget(
        moved=masked_image(moved, device, size).image,
        known=resize(known, size).clamp(0, 1).to(device),
        weight=past.weight,
    )


def masked_image(picture: Picture, device: torch.device, size: Size | None) -> MaskedImage:
    """The opaque part of a picture, with hidden colours replaced by their surroundings."""
    image, mask = image_to_tensor(picture), alpha_to_mask(picture)
    if mask is not None:
        image = fill_transparent(image, mask)
    if size is not None and size != picture.size:
        image = resize(image, size)
        mask = None if mask is None else resize(mask, size)
    return MaskedImage(image=image.to(device), mask=None if mask is None else mask.to(device))


def _shown(request: RenderRequest) -> Picture:
    """The photograph as the method sees it."""
    if request.controls.silhouette:
        return blank_paper(request.content)
    if request.controls.keep_color == "luminance":
        return replace(request.content, pixels=grey(request.content.pixels))
    return request.content


def blank_paper(picture: Picture) -> Picture:
    """A white picture with the size, transparency and metadata of another."""
    white = np.full_like(picture.pixels, np.iinfo(picture.pixels.dtype).max)
    return replace(picture, pixels=white)


def _with_pictures(region: Region, request: RenderRequest) -> Region:
    for part in region.parts:
        style = part.use.style
        if not isinstance(style, Picture):
            given = f"the fast style {style.name!r}" if isinstance(style, FastStyle) else style
            raise OptionError(
                f"style: method {request.method!r} takes a style image, got {given}; "
                "use method 'fast', or pass a picture."
            )
    return region


def _region(region: Region, request: RenderRequest, device: torch.device) -> StyleRegion:
    mask = None
    if region.mask is not None:
        levels = torch.from_numpy(region.mask.astype(np.float32) / np.float32(FULL))
        mask = levels[None, None].to(device)
    inside = _pixels_inside(region, request.content)
    parts = tuple(_part(part, request, inside, device) for part in region.parts)
    return StyleRegion(parts=parts, mask=mask)


def _part(
    part: Part, request: RenderRequest, inside: np.ndarray | None, device: torch.device
) -> StylePart:
    controls, use = request.controls, part.use
    strength, scale = controls.strength * use.strength, controls.style_scale * use.scale
    check_number("strength", strength, 0, 1)
    check_number("style_scale", scale, LEAST_SCALE, MOST_SCALE)
    assert isinstance(use.style, Picture)
    picture = _in_colors(use.style, request.content, controls.keep_color, inside)
    return StylePart(
        source=masked_image(picture, device, None),
        share=part.share,
        strength=strength,
        scale=scale,
        layers=use.layers,
    )


def _in_colors(
    style: Picture, photo: Picture, keep_color: str | None, inside: np.ndarray | None
) -> Picture:
    """The style image in the photograph's colours, as far as they are to be kept."""
    if keep_color is None:
        return style
    if keep_color == "luminance":
        return replace(style, pixels=match_luminance(style.pixels, photo.pixels))
    opaque = None if style.alpha is None else style.alpha > np.iinfo(style.alpha.dtype).max // 2
    pixels = match_colors(
        style.pixels, photo.pixels, keep_color, source_choice=opaque, target_choice=inside
    )
    return replace(style, pixels=pixels)


def _pixels_inside(region: Region, photo: Picture) -> np.ndarray | None:
    """(H, W) bool: the visible pixels of the photograph that are mostly a region's."""
    inside = None
    if region.mask is not None:
        inside = fit_mask(region.mask, photo.size) > FULL // 2
    if photo.alpha is not None:
        visible = photo.alpha > np.iinfo(photo.alpha.dtype).max // 2
        inside = visible if inside is None else inside & visible
    return inside
