"""How a picture is to be painted, in the words of a manifest, checked but not looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from impasto.batch import storage
from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.guidance.mask_words import OUTSIDE
from impasto.image.codec import DEFAULT_MAX_PIXELS
from impasto.image.contract import MIN_SIDE_PX
from impasto.sources import default_method, find_fast
from impasto.styles.catalog import STYLES
from impasto.stylizers.catalog import METHODS, MethodSpec, get_method
from impasto.stylizers.control_check import check_controls
from impasto.stylizers.options import MethodOptions
from impasto.weights.style_networks import CARD, fast_styles

NAMED_IN_LABEL = 3
"""So many styles are named in the name of a result."""


@dataclass(frozen=True, kw_only=True)
class StyleWords:
    """One style of a recipe: :class:`~impasto.guidance.controls.StyleUse` in words.

    Attributes:
        style: Its name, its path or its URI.
        mask: As :func:`~impasto.guidance.mask_words.find_masks` takes it.
    """

    style: str
    weight: float = 1.0
    mask: str | None = None
    strength: float = 1.0
    scale: float = 1.0
    layers: tuple[str, ...] | None = None

    def use(self, **others: Any) -> StyleUse:
        """The use, without its mask unless it is among ``others``.

        Raises:
            OptionError: if a number is out of its range.
        """
        words: dict[str, Any] = {
            "style": self.style,
            "name": self.style,
            "weight": self.weight,
            "strength": self.strength,
            "scale": self.scale,
            "layers": self.layers,
        }
        return StyleUse(**{**words, **others})

    @property
    def is_plain(self) -> bool:
        """Whether nothing is said but which style it is."""
        return self == StyleWords(style=self.style)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides a result but the photograph.

    Attributes:
        styles: At least one.
        method: A key of :data:`~impasto.stylizers.catalog.METHODS`.
        options: Those of the method.
        controls: What steers the whole picture.
        size: Longest side of the result in pixels; ``None`` for the photograph's own size.
        precision: Of methods whose options have none: ``auto``, ``float32`` or ``bfloat16``.
        quality: 1 to 100, for JPEG and WebP.
        keep_profile: Write in the photograph's colour profile.
        max_pixels: Larger photographs are refused.
    """

    styles: tuple[StyleWords, ...]
    method: str
    options: MethodOptions
    controls: Controls
    size: int | None = None
    precision: str = "auto"
    quality: int = 95
    keep_profile: bool = False
    max_pixels: int = DEFAULT_MAX_PIXELS

    @property
    def is_plain(self) -> bool:
        """Whether one style is used as it is, without masks and controls."""
        return len(self.styles) == 1 and self.styles[0].is_plain and not self.controls.given()

    @property
    def label(self) -> str:
        """What the styles are called in the names of files."""
        names = [_label(words.style) for words in self.styles]
        more = len(names) - NAMED_IN_LABEL
        return "-".join(names[:NAMED_IN_LABEL] + ([f"{more}-more"] if more > 0 else []))


STYLE_FIELDS = {each.name: each for each in fields(StyleWords)}
OWN_FIELDS = {
    each.name: each
    for each in fields(Recipe)
    if each.name not in ("styles", "method", "options", "controls")
}
CONTROL_FIELDS = {each.name: each for each in fields(Controls)}
BOUNDS = {"size": MIN_SIDE_PX, "quality": 1, "max_pixels": 1}


def read_recipe(words: Mapping[str, Any]) -> Recipe:
    """A recipe from names and plain values, as a line of a manifest has them.

    Args:
        words: ``style``: a name, a path, a URI, a mapping of :data:`STYLE_FIELDS`, or a list
            of these; ``method``, left out for ``fast`` where the style is a fast one and
            ``gatys`` elsewhere; the other fields of :class:`Recipe`; every control; every
            option of the method. ``None`` is as if left out.

    Raises:
        OptionError: naming the field that is unknown, missing or has a wrong value.
        UnknownNameError: if there is no such method or fast style.
    """
    given = {name: value for name, value in words.items() if value is not None}
    styles = _read_styles(given.pop("style", None))
    method = get_method(str(given.pop("method", None) or _default_method(styles)))
    options = {each.name: each for each in fields(method.options)}
    parts: dict[str, dict[str, Any]] = {"options": {}, "controls": {}, "own": {}}
    for name, value in given.items():
        if name in options:
            parts["options"][name] = _value(options[name], value)
        elif name in CONTROL_FIELDS:
            parts["controls"][name] = _value(CONTROL_FIELDS[name], value)
        elif name in OWN_FIELDS:
            parts["own"][name] = _value(OWN_FIELDS[name], value)
        else:
            raise OptionError(_unknown(name, method))
    recipe = Recipe(
        styles=styles,
        method=method.name,
        options=method.options(**parts["options"]),
        controls=Controls(**parts["controls"]),
        **parts["own"],
    )
    _check(recipe, method)
    return recipe


def settle_paths(words: Mapping[str, Any]) -> dict[str, Any]:
    """The same words with paths from the root: a worker's current folder is another one."""
    settled = dict(words)
    style = words.get("style")
    each = style if isinstance(style, list) else [style]
    found = [_settled_style(item) for item in each]
    settled["style"] = found if isinstance(style, list) else found[0]
    if isinstance(words.get("init"), str):
        settled["init"] = _settled(words["init"])
    return settled


def _settled_style(item: Any) -> Any:
    if isinstance(item, str):
        return item if item in STYLES or item in fast_styles() else _settled(item)
    if not isinstance(item, Mapping):
        return item
    settled = {**item, "style": _settled_style(item.get("style"))}
    mask = item.get("mask")
    if isinstance(mask, str):
        file = mask.removeprefix(OUTSIDE)
        settled["mask"] = mask[: len(mask) - len(file)] + _settled(file)
    return settled


def _settled(text: str) -> str:
    """A path from the root where there is such a file, a network's folder or a style of one."""
    path = Path(text)
    try:
        found = path.exists() or (path.parent / CARD).is_file()
    except OSError:
        return text
    return str(path.absolute()) if found else text


def _read_styles(value: Any) -> tuple[StyleWords, ...]:
    if value is None or value == []:
        raise OptionError("style: expected the name or the path of a style, got none.")
    each = value if isinstance(value, list) else [value]
    return tuple(_read_style(item) for item in each)


def _read_style(item: Any) -> StyleWords:
    if isinstance(item, str):
        return StyleWords(style=item)
    if not isinstance(item, Mapping):
        raise OptionError(f"style: expected a name or a mapping with a style in it, got {item!r}.")
    unknown = [name for name in item if name not in STYLE_FIELDS]
    if unknown:
        raise OptionError(
            f"style: there is no field {unknown[0]!r}; there are {', '.join(STYLE_FIELDS)}."
        )
    if not isinstance(item.get("style"), str):
        raise OptionError(f"style: expected a style in {dict(item)!r}, got none.")
    words = {name: value for name, value in item.items() if value is not None}
    if not isinstance(words.get("mask", ""), str):
        raise OptionError(f"mask of a style: expected text, got {words['mask']!r}.")
    if "layers" in words:
        words["layers"] = _texts("layers of a style", words["layers"])
    return StyleWords(**words)


def _value(declared: Field[Any], value: Any) -> Any:
    """A plain value as a field has it; ranges are left to the dataclass."""
    name, default = declared.name, declared.default
    if isinstance(default, tuple):
        if isinstance(default[0], str):
            return _texts(name, value)
        if not isinstance(value, list) or not all(_is_number(item) for item in value):
            raise OptionError(f"{name}: expected a list of numbers, got {value!r}.")
        return tuple(value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise OptionError(f"{name}: expected true or false, got {value!r}.")
    elif isinstance(default, str) or declared.metadata.get("choices"):
        if not isinstance(value, str):
            raise OptionError(f"{name}: expected text, got {value!r}.")
    elif not _is_number(value):
        raise OptionError(f"{name}: expected a number, got {value!r}.")
    elif name in BOUNDS and not (isinstance(value, int) and value >= BOUNDS[name]):
        raise OptionError(
            f"{name}: expected a whole number of {BOUNDS[name]} or more, got {value!r}."
        )
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise OptionError(f"{name}: expected a list of names, got {value!r}.")
    return tuple(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _default_method(styles: tuple[StyleWords, ...]) -> str:
    chosen = {default_method(words.style) for words in styles}
    return "gatys" if len(chosen) > 1 else chosen.pop()


def _check(recipe: Recipe, method: MethodSpec) -> None:
    """What no field can know alone: the styles there are, what the method honours."""
    some = np.ones((1, 1), bool)
    uses = [words.use(mask=None if words.mask is None else some) for words in recipe.styles]
    check_controls(method, uses, recipe.controls)
    if recipe.quality > 100:
        raise OptionError(f"quality: expected 1 to 100, got {recipe.quality}.")
    if method.takes == "network":
        for words in recipe.styles:
            find_fast(words.style)


def _unknown(name: str, method: MethodSpec) -> str:
    takers = [spec.name for spec in METHODS.values() if name in _option_names(spec)]
    if takers:
        return f"{name}: is not an option of {method.name}; it is one of {', '.join(takers)}."
    known = ["content", "output", "style", "method", *OWN_FIELDS, *CONTROL_FIELDS]
    known += _option_names(method)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
    return f"{name}: there is no such field; {hint}"


def _option_names(method: MethodSpec) -> list[str]:
    return [each.name for each in fields(method.options)]


def _label(style: str) -> str:
    """A style's name in letters that every file system takes."""
    is_file = storage.is_uri(style) or storage.suffix(style)[1:2].isalpha()
    name = storage.stem(style) if is_file else style.rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w. ]+", "-", name)
