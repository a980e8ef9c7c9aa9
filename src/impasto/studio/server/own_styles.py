"""Styles that a person brought to a document: a picture, and the photograph painted like it."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from impasto.errors import ImpastoError
from impasto.image.codec import open_image
from impasto.image.picture import Picture, change_bit_depth
from impasto.studio.box import Pixels
from impasto.studio.server.encoding import encode_png, shrink
from impasto.studio.server.enlarging import enlarge_picture

logger = logging.getLogger(__name__)

MAX_TITLE_CHARACTERS = 80
STYLE_IMAGE_PX = 1024
"""Style images are kept no larger than this."""

_CARD = re.compile(r"(own-[0-9a-f]{12})\.json")


@dataclass(kw_only=True, eq=False)
class OwnStyle:
    """A person's own style.

    Attributes:
        name: As documents name it.
        title: For people.
        longest_side_px: At which the photograph is painted.
        image: The picture that shows the style.
        job: Id of the job that paints, while it does or if it failed.
        painting: The photograph in that style, smaller than it may be; ``None`` until there.
    """

    name: str
    title: str
    longest_side_px: int
    image: Picture = field(repr=False)
    job: str | None = None
    painting: Pixels | None = field(default=None, repr=False)

    @property
    def file_names(self) -> tuple[str, str, str]:
        """Names of the files it is saved in: what is known of it, picture, painting."""
        return f"{self.name}.json", f"{self.name}.image.png", f"{self.name}.painting.png"

    def attachments(self) -> dict[str, bytes]:
        """What is saved of it, by name."""
        card = {"title": self.title, "longest_side_px": self.longest_side_px}
        known, image, painting = self.file_names
        files = {
            known: json.dumps(card, ensure_ascii=False).encode(),
            image: encode_png(_eight_bit(self.image)),
        }
        if self.painting is not None:
            files[painting] = encode_png(self.painting)
        return files

    def enlarged(self, size: tuple[int, int]) -> Pixels | None:
        """The painting at (H, W) ``size``."""
        return None if self.painting is None else enlarge_picture(self.painting, size)


def new_own_style(content: bytes, title: str, longest_side_px: int, max_pixels: int) -> OwnStyle:
    """A style from the content of an image file.

    Raises:
        ImageFormatError: if it is no image.
        ImageSizeError: if it is larger or smaller than the limits.
    """
    picture = open_image(content, max_pixels=max_pixels)
    image = Picture(pixels=shrink(_eight_bit(picture), STYLE_IMAGE_PX))
    shown = "".join(letter for letter in title if letter.isprintable()).strip()
    return OwnStyle(
        name=f"own-{secrets.token_hex(6)}",
        title=shown[:MAX_TITLE_CHARACTERS] or "My style",
        longest_side_px=longest_side_px,
        image=image,
    )


def read_own_styles(
    attachments: Mapping[str, bytes], *, own_style_px: tuple[int, int], count: int, max_pixels: int
) -> list[OwnStyle]:
    """The styles among the attachments of a document; damaged ones are left out.

    Args:
        attachments: Files by name; from a project, they may come from anybody.
        own_style_px: Smallest and largest longest side of a painting.
        count: How many to read at most.
        max_pixels: Larger images are refused.
    """
    names = sorted(match[1] for name in attachments if (match := _CARD.fullmatch(name)))
    styles = []
    for name in names[:count]:
        try:
            styles.append(_read(name, attachments, own_style_px, max_pixels))
        except (ImpastoError, ValueError, LookupError, TypeError, RecursionError) as error:
            logger.warning("The style %s of a document is left out: %s", name, error)
    return styles


def _read(
    name: str, attachments: Mapping[str, bytes], own_style_px: tuple[int, int], max_pixels: int
) -> OwnStyle:
    card = json.loads(attachments[f"{name}.json"])
    style = new_own_style(
        attachments[f"{name}.image.png"],
        str(card["title"]),
        min(max(int(card["longest_side_px"]), own_style_px[0]), own_style_px[1]),
        max_pixels,
    )
    style.name = name
    if (painting := attachments.get(f"{name}.painting.png")) is not None:
        style.painting = _eight_bit(open_image(painting, max_pixels=max_pixels))
    return style


def _eight_bit(picture: Picture) -> Pixels:
    return np.asarray(change_bit_depth(picture.pixels, 8), np.uint8)
