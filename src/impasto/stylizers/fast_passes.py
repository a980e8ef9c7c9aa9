"""What a request means to trained networks: one pass for each region of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from impasto.errors import OptionError
from impasto.guidance.controls import MOST_STRENGTH, check_number
from impasto.guidance.coverage import Region, regions
from impasto.image.contract import MIN_SIDE_PX
from impasto.stylizers.fast_style import FastStyle, blend_fast_styles
from impasto.stylizers.request import RenderRequest, Size

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels

SCALES = (0.5, 2.0)
"""Sizes of strokes that a network paints: it paints at another size, which is resized."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FastPass:
    """One pass of a network over the picture, and where the result is seen.

    Attributes:
        style: What it paints.
        strength: 0 to 1.5.
        scale: Size of the strokes.
        mask: (H, W) levels, or ``None`` for everywhere.
    """

    style: FastStyle
    strength: float
    scale: float
    mask: Levels | None

    @property
    def paints(self) -> bool:
        """Whether anything of it is seen."""
        return self.strength > 0 and (self.mask is None or bool(self.mask.any()))

    def paint_size(self, size: Size) -> Size:
        """The size to paint a picture of ``size`` at, so that strokes have their scale."""
        if self.scale == 1:
            return size
        height, width = (max(MIN_SIDE_PX, round(side / self.scale)) for side in size)
        return height, width


def plan_passes(request: RenderRequest, strength: float, size: Size) -> list[FastPass]:
    """The passes that a request asks for.

    Args:
        request: Its styles are those of trained networks.
        strength: Of the options; multiplied by that of the controls and of each style.
        size: (H, W) of the result.

    Raises:
        OptionError: if a style is a picture, styles of one place cannot be blended, or a
            strength or a scale is out of range.
        ShapeError: if a mask is not of the picture's shape.
    """
    return [_pass(region, request, strength) for region in regions(request.uses, size)]


def _pass(region: Region, request: RenderRequest, strength: float) -> FastPass:
    """Parts of different strength blend as rows do: Σ share · ((1 − s) identity + s style)."""
    controls = request.controls
    found = [(_fast_style(part.use.style, request.method), part) for part in region.parts]
    scales = {part.use.scale for part in region.parts}
    if len(scales) > 1:
        raise OptionError(
            f"scale: styles that a network blends have one scale, got {sorted(scales)}; "
            "give each a mask of its own."
        )
    strengths = [part.share * part.use.strength for part in region.parts]
    mean = sum(strengths)
    total = strength * controls.strength * mean
    check_number("strength", total, 0, MOST_STRENGTH)
    scale = scales.pop() * controls.style_scale
    if not SCALES[0] <= scale <= SCALES[1]:
        raise OptionError(
            f"style_scale: method {request.method!r} paints strokes of {SCALES[0]:g} to "
            f"{SCALES[1]:g} times their size, got {scale:g}; use an optimised method."
        )
    shares = strengths if mean else [part.share for part in region.parts]
    style = blend_fast_styles(
        [(fast, share) for (fast, _), share in zip(found, shares, strict=True)]
    )
    return FastPass(style=style, strength=total, scale=scale, mask=region.mask)


def _fast_style(style: object, method: str) -> FastStyle:
    if isinstance(style, FastStyle):
        return style
    raise OptionError(
        f"style: method {method!r} takes a fast style, got a picture; "
        "use method 'adain' or 'gatys', or train a network on it first."
    )
