"""What all networks that take any style share: the plan of a request, and its picture's end.

torch is not imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from impasto.errors import OptionError
from impasto.guidance.color_preservation import keep_luminance, match_colors
from impasto.guidance.compositing import composite
from impasto.guidance.controls import MOST_SCALE, check_number
from impasto.guidance.coverage import Part, Region, regions
from impasto.guidance.mask_levels import FULL, fit_mask
from impasto.image.fill import fill_hidden
from impasto.image.picture import Picture, PixelArray, change_bit_depth
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import fit_size
from impasto.stylizers.options import ArbitraryOptions
from impasto.stylizers.request import Painting, RenderRequest, Size

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels

FADED_BELOW = 0.5
"""Strengths under this mix the painting with the photograph, where no detail is put back."""
LEAST_SCALE = 0.25
STYLE_SIDES_PX = (96, 1024)
"""Longest sides a style is looked at: as large as the photograph, within these."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArbitraryStyle:
    """A style of a region, in pixels at the size it is looked at.

    Attributes:
        pixels: (H, W, 3) uint8.
        mask: (H, W) levels of what is opaque; ``None`` for all.
        share: Of the region; shares sum to 1.
        strength: 0 to 1.
        key: Digest of pixels and mask.
    """

    pixels: PixelArray
    mask: Levels | None
    share: float
    strength: float
    key: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ArbitraryRegion:
    """A part of the picture and its styles.

    Attributes:
        mask: (H, W) levels at the picture's size; ``None`` for everywhere.
        styles: At least one.
    """

    mask: Levels | None
    styles: tuple[ArbitraryStyle, ...]

    @property
    def strength(self) -> float:
        """The mean strength of its styles, by their shares."""
        return sum(style.share * style.strength for style in self.styles)

    @property
    def is_painted(self) -> bool:
        """Whether anything of it is seen."""
        return self.strength > 0 and (self.mask is None or bool(self.mask.any()))


@dataclass(frozen=True, kw_only=True, eq=False)
class ArbitraryPlan:
    """A request as networks that take any style need it.

    Attributes:
        request: The request.
        visible: The photograph at the result's size, hidden colours filled, of its bit depth.
        pixels: The same in 8 bits.
        regions: The parts that are painted; empty where nothing is.
        detail: How much of the detail that a decoder loses is put back.
    """

    request: RenderRequest
    visible: Picture
    pixels: PixelArray
    regions: tuple[ArbitraryRegion, ...]
    detail: float = 0.0


def plan_arbitrary(request: RenderRequest, options: ArbitraryOptions) -> ArbitraryPlan:
    """What a request asks of a network that takes any style.

    Raises:
        OptionError: if there is an initial image, a style is no picture, or a strength or a
            scale is out of range.
        ShapeError: if a mask is not of the photograph's shape.
    """
    if request.initial_image is not None:
        raise OptionError(
            f"initial_image: method {request.method!r} starts from the photograph; leave it out."
        )
    size = request.size or request.content.size
    visible = visible_picture(request.content, size)
    found = [
        ArbitraryRegion(
            mask=region.mask,
            styles=tuple(_style(part, request, region, size) for part in region.parts),
        )
        for region in regions(request.uses, size)
    ]
    return ArbitraryPlan(
        request=request,
        visible=visible,
        pixels=change_bit_depth(visible.pixels, 8),
        regions=tuple(region for region in found if region.is_painted),
        detail=options.detail,
    )


def finish_arbitrary(plan: ArbitraryPlan, painted: PixelArray) -> Picture:
    """The result: the painting in the colours asked for, laid over the photograph.

    Where detail is not put back, the photograph itself is faded in below a strength of a half,
    since what a decoder makes of a photograph is not the photograph. Where no region is, it
    stays bit for bit.

    Args:
        plan: What was painted.
        painted: (H, W, 3) uint8 of the photograph's size.
    """
    photo = plan.visible
    if plan.request.controls.keep_color == "luminance":
        painted = keep_luminance(painted, plan.pixels)
    levels = _painted_levels(plan, painted.shape[:2])
    if (levels == FULL).all():
        return replace(photo, pixels=painted, alpha=_eight_bits(photo.alpha))
    layer = change_bit_depth(painted, photo.bit_depth)
    return replace(photo, pixels=composite(photo.pixels, [(levels, layer)]))


def arbitrary_painting(
    plan: ArbitraryPlan, painted: PixelArray | None, settings: dict[str, Any]
) -> Painting:
    """What a method gives back.

    Args:
        plan: What was to be painted.
        painted: The painting, as :func:`finish_arbitrary` takes it; ``None`` where there is
            none: there was nothing to paint, or the work was cancelled.
        settings: What ran the networks.
    """
    cancelled = painted is None and bool(plan.regions)
    return Painting(
        picture=_unpainted(plan) if painted is None else finish_arbitrary(plan, painted),
        image=None,
        trace=(),
        reason="cancelled" if cancelled else "finished",
        settings=settings,
    )


def visible_picture(picture: Picture, size: Size) -> Picture:
    """A picture at a size, hidden colours replaced by their surroundings."""
    pixels, alpha = picture.pixels, picture.alpha
    if alpha is not None:
        pixels = fill_hidden(pixels, alpha)
        alpha = resize_samples(alpha, size)
    return replace(picture, pixels=resize_samples(pixels, size), alpha=alpha)


def style_size(style: Size, photo: Size, scale: float) -> Size:
    """The size a style is looked at so that its strokes are as large in the painting."""
    least, most = STYLE_SIDES_PX
    side = min(max(max(photo), least), most) * scale
    return fit_size(style, round(min(max(side, least), 1.5 * most)))


def _unpainted(plan: ArbitraryPlan) -> Picture:
    """The photograph itself, and bit for bit at its own size."""
    content = plan.request.content
    return content if plan.visible.size == content.size else plan.visible


def _style(part: Part, request: RenderRequest, region: Region, size: Size) -> ArbitraryStyle:
    controls, use = request.controls, part.use
    if not isinstance(use.style, Picture):
        raise OptionError(
            f"style: method {request.method!r} takes a style image, got {use.name!r}; use method "
            "'fast', or pass a picture."
        )
    strength, scale = controls.strength * use.strength, controls.style_scale * use.scale
    check_number("strength", strength, 0, 1)
    check_number("style_scale", scale, LEAST_SCALE, MOST_SCALE)
    looked_at = style_size(use.style.size, size, scale)
    look = _look(_in_colors(use.style, request, region), looked_at)
    return ArbitraryStyle(
        pixels=look.pixels, mask=look.mask, key=look.key, share=part.share, strength=strength
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Look:
    """A style picture at a size: what of an :class:`ArbitraryStyle` does not depend on its use."""

    pixels: PixelArray
    mask: Levels | None
    key: str


_LOOKS: WeakKeyDictionary[Picture, dict[Size, _Look]] = WeakKeyDictionary()
LOOKS_KEPT = 4
"""Sizes at which a style picture is remembered for as long as it lives."""


def _look(picture: Picture, size: Size) -> _Look:
    """A style picture at a size; of many photographs in one style, only the first waits for it."""
    known = _LOOKS.setdefault(picture, {})
    look = known.get(size)
    if look is None:
        visible = visible_picture(picture, size)
        pixels = change_bit_depth(visible.pixels, 8)
        alpha = None if visible.alpha is None else change_bit_depth(visible.alpha, 16)
        mask = None if alpha is None or (alpha == FULL).all() else alpha
        look = _Look(pixels=pixels, mask=mask, key=_digest(pixels, mask))
        if len(known) >= LOOKS_KEPT:
            known.pop(next(iter(known)), None)
        known[size] = look
    return look


def _in_colors(style: Picture, request: RenderRequest, region: Region) -> Picture:
    """The style in the photograph's colours, where those are matched before painting."""
    how, photo = request.controls.keep_color, request.content
    if how in (None, "luminance"):
        return style
    opaque = None if style.alpha is None else style.alpha > np.iinfo(style.alpha.dtype).max // 2
    inside = None if region.mask is None else fit_mask(region.mask, photo.size) > FULL // 2
    pixels = match_colors(
        style.pixels, photo.pixels, str(how), source_choice=opaque, target_choice=inside
    )
    return replace(style, pixels=pixels)


def _painted_levels(plan: ArbitraryPlan, size: Size) -> Levels:
    """How much of each pixel is the painting and not the photograph."""
    total = np.zeros(size, np.float64)
    faded_below = FADED_BELOW * (1 - plan.detail)
    for region in plan.regions:
        share = 1.0 if region.strength >= faded_below else region.strength / faded_below
        total += share * (FULL if region.mask is None else region.mask.astype(np.float64))
    return np.asarray(np.rint(total.clip(0, FULL)), np.uint16)


def _eight_bits(alpha: PixelArray | None) -> PixelArray | None:
    return None if alpha is None else change_bit_depth(alpha, 8)


def _digest(*arrays: Any) -> str:
    found = hashlib.sha256()
    for array in arrays:
        if array is not None:
            found.update(repr(array.shape).encode())
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
