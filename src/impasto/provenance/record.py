"""The record inside a file: which method, styles, weights and options made the picture."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from impasto.errors import ImpastoError, OptionError, RecordError
from impasto.guidance.controls import Controls
from impasto.image.codec import open_header
from impasto.stylizers.catalog import MethodSpec, get_method
from impasto.stylizers.options import MethodOptions

T = TypeVar("T")
Size = tuple[int, int]

ENTRY = "impasto"
"""The text entry of a file that holds its record."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a file says about how its picture was made.

    Attributes:
        settings: All of it, as plain JSON values.
        file: The file, for messages.
    """

    settings: Mapping[str, Any]
    file: str

    @property
    def version(self) -> str:
        """The version of Impasto that made the picture."""
        return self.take("impasto", str)

    @property
    def is_of_studio(self) -> bool:
        """Whether the studio exported it: a document of many objects, not one request."""
        return "studio" in self.settings

    @property
    def method(self) -> MethodSpec:
        """The method.

        Raises:
            UnknownNameError: if this version has no such method.
        """
        return get_method(self.take("method", str))

    @property
    def size(self) -> Size:
        """(H, W) of the picture."""
        height, width = self.take("size", list)
        return int(height), int(width)

    @property
    def styles(self) -> Sequence[Mapping[str, Any]]:
        """What each style is and how it was used; at least one.

        Raises:
            RecordError: if there is none: an early version wrote the file.
        """
        styles = self.take("styles", list)
        if not styles:
            raise self.error("names no style")
        return cast("Sequence[Mapping[str, Any]]", styles)

    @property
    def controls(self) -> Controls:
        """What steered the picture.

        Raises:
            RecordError: if this version has no such control.
        """
        given = self.take("controls", dict)
        known = {declared.name for declared in fields(Controls)}
        if unknown := sorted(given.keys() - known):
            raise self.error(f"has the control {unknown[0]!r}, which this version does not know")
        return Controls(**given)

    @property
    def options(self) -> MethodOptions:
        """The options of the method.

        Raises:
            RecordError: if this version's method has no such option, or not such a value.
        """
        kind, given = self.method.options, self.take("options", dict)
        known = {declared.name: declared.default for declared in fields(kind)}
        if unknown := sorted(given.keys() - known.keys()):
            raise self.error(f"has the option {unknown[0]!r}, which this version does not know")
        values = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
        }
        try:
            return kind(**values)
        except OptionError as error:
            raise self.error(f"has an option that does not suit: {error}") from error

    def take(self, name: str, kind: type[T]) -> T:
        """A value of the settings.

        Raises:
            RecordError: if it is missing or of another kind.
        """
        value = self.settings.get(name)
        if not isinstance(value, kind):
            raise self.error(f"has no {name!r}")
        return value

    def error(self, what: str) -> RecordError:
        """The error that the record lacks or has something."""
        return RecordError(
            f"{self.file}: its record {what}; it was written by another version of Impasto or "
            "changed since. 'impasto inspect' shows what there is."
        )


def read_record(path: str | os.PathLike[str]) -> Record:
    """What a picture's file says about how it was made.

    Args:
        path: PNG, JPEG, WebP or TIFF that Impasto wrote; programs that edit pictures may
            drop what it says.

    Raises:
        ImageNotFoundError: if there is no such file.
        ImageFormatError: if it is no picture.
        RecordError: if it says nothing, or what it says is damaged.
    """
    shown = os.fspath(path)
    return parse_record(open_header(path).metadata.text.get(ENTRY), shown)


def parse_record(text: str | None, shown: str) -> Record:
    """The record that is the text of a file; ``None``: the file has none.

    Raises:
        RecordError: if there is none, or it is damaged.
    """
    if text is None:
        raise RecordError(
            f"{shown}: expected a result that Impasto wrote, got one that does not say how it "
            "was made; perhaps another program wrote it again without what it said."
        )
    try:
        settings = json.loads(text)
        if not isinstance(settings, dict):
            raise TypeError("it is no object")
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordError(f"{shown}: what it says about itself is damaged: {error}.") from error
    record = Record(settings=settings, file=shown)
    try:
        _ = record.version, record.is_of_studio or record.method
    except ImpastoError as error:
        raise RecordError(f"{shown}: its record cannot be read: {error}") from error
    return record
