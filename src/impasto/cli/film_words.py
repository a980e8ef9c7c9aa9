"""What the words of ``impasto video`` mean: times, methods, and masks of films."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.errors import OptionError
from impasto.stylizers.catalog import METHODS, MethodSpec, get_method

if TYPE_CHECKING:
    from impasto.cli.guidance_flags import GuidancePlan
    from impasto.video.plan import VideoRequest


def parse_time(flag: str, text: str | None) -> Fraction | None:
    """Seconds of ``90``, ``1:30`` or ``0:01:30.5``; ``None`` for ``None``.

    Raises:
        OptionError: if it is none of these.

    Example:
        >>> parse_time("--start", "1:30.5")
        Fraction(181, 2)
    """
    if text is None:
        return None
    seconds = Fraction(0)
    try:
        for part in text.split(":"):
            seconds = seconds * 60 + Fraction(part)
    except (ValueError, ZeroDivisionError):
        seconds = Fraction(-1)
    if seconds < 0 or text.count(":") > 2:
        raise OptionError(f"{flag}: expected seconds, or a time such as 1:02:03.5, got {text!r}.")
    return seconds


def film_method(name: str | None, styles: list[str]) -> MethodSpec:
    """The method that paints the frames: the one named, or a quick one for the styles.

    Raises:
        OptionError: if it paints nothing of the frames.
    """
    from impasto.sources import default_method

    if name is None:
        quick = all(default_method(style) == "fast" for style in styles)
        return get_method("fast" if quick else "adain")
    spec = get_method(name)
    if "texture" in spec.controls and "strength" not in spec.controls:
        painters = [each.name for each in METHODS.values() if "strength" in each.controls]
        raise OptionError(
            f"--method: expected one that paints the frames of a film, {', '.join(painters)}, "
            f"got {spec.name}, which paints the style alone."
        )
    return spec


def check_film_masks(
    masks: list[str] | None, films: list[Path] | None, follow: bool, styles: int
) -> None:
    """Refuse masks that contradict each other.

    Raises:
        OptionError: naming the flags.
    """
    if films and masks:
        raise OptionError("--mask, --mask-video: expected one of them, got both.")
    if follow and not masks:
        raise OptionError("--follow-mask: expected a --mask with it, got none.")
    if films and len(films) not in (1, styles):
        raise OptionError(
            f"--mask-video: expected one for all styles or one for each of the {styles}, "
            f"got {len(films)}."
        )


def with_masks(
    request: VideoRequest, guidance: GuidancePlan, films: list[Path] | tuple[()], *, follow: bool
) -> VideoRequest:
    """The request with masks: of films, or found on the first frame that is painted."""
    from impasto.video.region_masks import FollowedMasks, MaskFilms

    if films:
        names = tuple(f"{path.resolve()} {path.stat().st_mtime_ns}" for path in films)
        return replace(request, masks=MaskFilms(paths=tuple(films)), mask_names=names)
    if not guidance.masks:
        return request
    from impasto.image.picture import Picture
    from impasto.video.plan import first_frame

    uses = guidance.uses_on(Picture(pixels=first_frame(request)))
    masks = [use.mask for use in uses if use.mask is not None]
    if not follow:
        return replace(request, style=replace(request.style, uses=uses))
    from impasto.stylizers.guidance_settings import digest

    return replace(
        request,
        masks=FollowedMasks(masks=tuple(masks)),
        mask_names=tuple(digest(mask) for mask in masks),
    )
