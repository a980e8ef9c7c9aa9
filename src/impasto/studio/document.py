"""The document: a photograph, objects cut out of it, and how each of them is painted.

A document is a value. What changes it (:mod:`impasto.studio.edits`) makes another one, which
shares with it every mask that stayed the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from impasto.errors import OptionError, ShapeError, UnknownNameError
from impasto.studio.mask import Mask
from impasto.studio.photograph import MAX_NAME_CHARACTERS, PhotographReference

BACKGROUND = "background"
"""The name under which operations know the background."""

MAX_STRENGTH = 1.5
MAX_FEATHER_PX = 64.0
MAX_GAP_PX = 8
MAX_OBJECTS = 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a region is painted.

    Attributes:
        style: The style's name; ``None`` leaves the photograph.
        strength: 0 leaves the photograph too, 1 is the style in full, up to 1.5 exaggerates.
        preserve_colors: Whether only the brightness is the style's, the colours the photograph's.

    Raises:
        OptionError: if a value is out of its range.
    """

    style: str | None = None
    strength: float = 1.0
    preserve_colors: bool = False

    def __post_init__(self) -> None:
        if self.style is not None:
            _check_name(self.style, "style")
        _check_number(self.strength, "strength", MAX_STRENGTH)

    @property
    def leaves_photograph(self) -> bool:
        """Whether nothing of a style is seen."""
        return self.style is None or self.strength == 0


@dataclass(frozen=True, kw_only=True)
class PhotoObject:
    """Something in the photograph that has a look of its own.

    Attributes:
        id: Tells it from all others in every state of the document.
        name: What a person calls it.
        mask: Which pixels are its own; empty only if all of them were erased.
        look: How it is painted.
        feather_px: Standard deviation of the Gaussian that softens its edge; 0 leaves the edge.
        visible: Whether it takes part; what lies beneath shows where it does not.

    Raises:
        OptionError: if a value is out of its range.
    """

    id: str
    name: str
    mask: Mask
    look: Look = field(default_factory=Look)
    feather_px: float = 2.0
    visible: bool = True

    def __post_init__(self) -> None:
        _check_name(self.id, "id")
        _check_name(self.name, "name")
        _check_number(self.feather_px, "feather_px", MAX_FEATHER_PX)
        if self.id == BACKGROUND:
            raise OptionError(f"id: expected another than {BACKGROUND!r}, which is taken.")


@dataclass(frozen=True, kw_only=True)
class Background:
    """All that no object claims.

    Attributes:
        look: How it is painted.
        visible: Whether its look shows; if not, the photograph does.
    """

    look: Look = field(default_factory=Look)
    visible: bool = True


@dataclass(frozen=True, kw_only=True)
class Document:
    """One state of the work on a photograph.

    Attributes:
        photograph: What it is about.
        objects: From bottom to top: where two claim a pixel, the later has it.
        background: All the rest.
        close_gaps_px: Gaps between objects, and holes, up to twice this wide are given to the
            objects around them; 0 leaves them to the background.

    Raises:
        OptionError: if two objects have one id, there are too many, or a value is out of range.
        ShapeError: if a mask has not the photograph's size.
    """

    photograph: PhotographReference
    objects: tuple[PhotoObject, ...] = ()
    background: Background = field(default_factory=Background)
    close_gaps_px: int = 0

    def __post_init__(self) -> None:
        if len(self.objects) > MAX_OBJECTS:
            raise OptionError(
                f"objects: expected at most {MAX_OBJECTS}, got {len(self.objects)}; "
                "remove or join some first."
            )
        if len({each.id for each in self.objects}) < len(self.objects):
            raise OptionError("objects: expected a different id for each.")
        if self.close_gaps_px not in range(MAX_GAP_PX + 1):
            raise OptionError(
                f"close_gaps_px: expected 0 to {MAX_GAP_PX}, got {self.close_gaps_px}."
            )
        for each in self.objects:
            if each.mask.size != self.photograph.size:
                raise ShapeError(
                    f"mask of {each.name!r}: expected {self.photograph.size} like the photograph, "
                    f"got {each.mask.size}; resize it first."
                )

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the photograph."""
        return self.photograph.size

    def find(self, object_id: str) -> PhotoObject:
        """The object of that id.

        Raises:
            UnknownNameError: if there is none.
        """
        return self.objects[self.position(object_id)]

    def position(self, object_id: str) -> int:
        """How many objects lie beneath the one of that id.

        Raises:
            UnknownNameError: if there is none.
        """
        for position, each in enumerate(self.objects):
            if each.id == object_id:
                return position
        known = ", ".join(each.id for each in self.objects) or "none"
        raise UnknownNameError(f"There is no object {object_id!r} here; there are: {known}.")

    def look_of(self, region_id: str) -> Look:
        """How an object, or the background, is painted: not at all where it is hidden.

        Raises:
            UnknownNameError: if there is no such object.
        """
        region: Background | PhotoObject
        region = self.background if region_id == BACKGROUND else self.find(region_id)
        return region.look if region.visible else Look()

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of the styles that are seen, each once, the background's first."""
        regions: list[Background | PhotoObject] = [self.background, *self.objects]
        looks = [each.look for each in regions if each.visible]
        seen = [look.style for look in looks if not look.leaves_photograph]
        return tuple(dict.fromkeys(style for style in seen if style is not None))


def new_object_id() -> str:
    """An id that no other object has."""
    return secrets.token_hex(6)


def _check_name(text: object, what: str) -> None:
    if not (isinstance(text, str) and 1 <= len(text) <= MAX_NAME_CHARACTERS):
        raise OptionError(
            f"{what}: expected 1 to {MAX_NAME_CHARACTERS} characters, got {text!r:.60}."
        )
    if not text.isprintable():
        raise OptionError(f"{what}: expected characters that can be seen, got {text!r:.60}.")


def _check_number(value: float, what: str, maximum: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        raise OptionError(f"{what}: expected 0 to {maximum:g}, got {value!r:.60}.")
