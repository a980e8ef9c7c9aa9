"""Style images to train on: a name, the picture, and where it comes from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from impasto.errors import ImageNotFoundError, OptionError, UnknownNameError
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.styles.catalog import STYLES, style_path
from impasto.weights.style_networks import IDENTITY

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
UNSTATED = "unstated"


@dataclass(frozen=True, kw_only=True)
class TrainingStyle:
    """One style to learn.

    Attributes:
        name: What it is asked for by; kebab-case.
        picture: The style image.
        image: Its file's name, without folders.
        image_sha256: Checksum of the file.
        title: For people.
        licence: Of the image, or ``"unstated"``.
        content_target: Content distance to steer to instead of the recipe's.
    """

    name: str
    picture: Picture
    image: str
    image_sha256: str
    title: str = ""
    licence: str = UNSTATED
    content_target: float | None = None

    def __post_init__(self) -> None:
        check_name(self.name)
        target = self.content_target
        if target is not None and not 0 <= target < float("inf"):
            raise OptionError(f"style target: expected a number of 0 or more, got {target!r}.")

    def card_entry(self) -> dict[str, Any]:
        """What a card says about the style, before anything is measured."""
        return {
            "title": self.title or self.name.replace("-", " ").capitalize(),
            "image": self.image,
            "image_sha256": self.image_sha256,
            "licence": self.licence,
        }


def check_name(name: str) -> str:
    """Return a name of a style or a network, or say what names look like.

    Raises:
        OptionError: if it is not kebab-case, or is the identity's.
    """
    if not NAME.fullmatch(name) or name == IDENTITY:
        raise OptionError(
            f"name: expected lower-case words joined by dashes, such as great-wave, got {name!r}."
        )
    return name


def read_style(source: str, *, name: str | None = None) -> TrainingStyle:
    """Open a style image.

    Args:
        source: A file, a style image that ships, by its name, or ``NAME=`` and one of these.
        name: What to call it unless the source says; ``None`` makes a name of the file's.

    Raises:
        ImageNotFoundError: if it is neither a file nor a style image that ships.
        OptionError: if the name is not one.
        ImpastoError: if the file is no image.
    """
    given, _, rest = source.partition("=")
    if rest and not Path(source).exists():
        name, source = check_name(given), rest
    if source in STYLES:
        spec = STYLES[source]
        path, title, licence, stem = style_path(spec), spec.title, spec.licence, spec.name
    else:
        path, title, licence, stem = Path(source), "", UNSTATED, _name_of(Path(source))
        if not path.is_file():
            raise ImageNotFoundError(
                f"style: {source!r} is neither a file nor one of the style images that ship: "
                f"{', '.join(STYLES)}."
            )
    return TrainingStyle(
        name=name or stem,
        picture=open_image(path),
        image=path.name,
        image_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        title=title,
        licence=licence,
    )


def read_styles(sources: Sequence[str], network_name: str) -> tuple[TrainingStyle, ...]:
    """Open the style images of a network; a single one has the network's name.

    Raises:
        OptionError: if there are none, or two have one name.
        ImpastoError: as :func:`read_style`.
    """
    if not sources:
        raise OptionError("style: expected at least one style image, got none.")
    name = network_name if len(sources) == 1 else None
    styles = tuple(read_style(source, name=name) for source in sources)
    names = [style.name for style in styles]
    for twice in sorted({each for each in names if names.count(each) > 1}):
        raise OptionError(
            f"style: two are called {twice!r}; name one of them with --style NAME=IMAGE."
        )
    return styles


def with_targets(
    styles: Sequence[TrainingStyle], targets: Sequence[str]
) -> tuple[TrainingStyle, ...]:
    """Give styles content distances of their own.

    Args:
        styles: The styles.
        targets: Each ``NAME=NUMBER``.

    Raises:
        OptionError: if one is not of that form.
        UnknownNameError: if there is no style of that name.
    """
    given = dict(_target(text) for text in targets)
    names = [style.name for style in styles]
    if unknown := [name for name in given if name not in names]:
        raise UnknownNameError(
            f"style target: there is no style {unknown[0]!r}; there are {', '.join(names)}."
        )
    return tuple(replace(style, content_target=given.get(style.name)) for style in styles)


def _target(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError as error:
        raise OptionError(
            f"style target: expected NAME=NUMBER such as great-wave=0.6, got {text!r}."
        ) from error


def _name_of(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
