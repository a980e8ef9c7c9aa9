"""Manifests: a file with a job on each line, in the words of the options and controls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from impasto.batch import storage
from impasto.batch.job import REPORTED
from impasto.batch.recipe import Recipe, read_recipe, settle_paths
from impasto.errors import ImpastoError, OptionError, UnknownNameError


@dataclass(frozen=True, kw_only=True)
class ManifestLine:
    """A line that has been read.

    Attributes:
        number: From 1 on.
        content: The photograph, as the line names it.
        output: Where the result goes, as the line says it; ``None`` where it does not.
        words: The recipe, those of the defaults that the line does not change among them.
        recipe: The same, checked.
    """

    number: int
    content: str
    output: str | None
    words: Mapping[str, Any]
    recipe: Recipe


def read_manifest(place: str, defaults: Mapping[str, Any]) -> Iterator[ManifestLine]:
    """The lines of a manifest: JSON objects, one a line; empty lines are passed over.

    Args:
        place: A path or a URI.
        defaults: What holds for lines that do not say otherwise.

    Yields:
        One line after the other; a line is checked when it comes.

    Raises:
        OptionError: naming the line and the field that is wrong.
        ImageNotFoundError: if there is no such file.
    """
    known: dict[str, tuple[dict[str, Any], Recipe]] = {}
    for number, text in enumerate(_text(place).splitlines(), start=1):
        if not text.strip():
            continue
        try:
            yield _read_line(number, text, defaults, known)
        except (OptionError, UnknownNameError) as error:
            raise OptionError(f"{place}, line {number}: {error}") from error


def _read_line(
    number: int,
    text: str,
    defaults: Mapping[str, Any],
    known: dict[str, tuple[dict[str, Any], Recipe]],
) -> ManifestLine:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise OptionError(f"expected a JSON object, but: {error}.") from error
    if not isinstance(line, dict):
        raise OptionError(f"expected a JSON object, got {text.strip():.60}.")
    content = line.pop("content", None)
    if not isinstance(content, str) or not content:
        raise OptionError(f"content: expected the path or URI of a photograph, got {content!r}.")
    output = line.pop("output", None)
    if output is not None and (not isinstance(output, str) or not output):
        raise OptionError(f"output: expected a path or URI, got {output!r}.")
    for name in REPORTED:
        line.pop(name, None)
    words = {**defaults, **line}
    key = json.dumps(words, sort_keys=True)
    if key not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = settle_paths(words), read_recipe(words)
    settled, recipe = known[key]
    return ManifestLine(number=number, content=content, output=output, words=settled, recipe=recipe)


REMEMBERED = 1000
"""So many different recipes are remembered, so that lines alike are checked once."""


def _text(place: str) -> str:
    try:
        return storage.read(place).decode("utf-8")
    except UnicodeDecodeError as error:
        raise OptionError(f"{place}: expected text in UTF-8, but: {error}.") from error
    except ImpastoError as error:
        raise type(error)(f"manifest: {error}") from error
