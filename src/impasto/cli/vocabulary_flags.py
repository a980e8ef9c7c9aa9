"""Every control and every option of the methods as flags, for commands that take them all."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields
from typing import Annotated, Any

from impasto.cli.guidance_flags import control_flag
from impasto.cli.option_flags import method_flag
from impasto.errors import OptionError
from impasto.guidance.controls import Controls
from impasto.stylizers.catalog import METHODS

CONTROLS = {each.name: each for each in fields(Controls)}
OPTIONS = {each.name: each for spec in METHODS.values() for each in fields(spec.options)}
VOCABULARY: Mapping[str, Field[Any]] = {**OPTIONS, **CONTROLS}
"""Name to field; where a method has an option of a control's name, either means both."""


def with_vocabulary(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the flags of the whole vocabulary, which it is given as ``words``.

    Args:
        command: Takes ``words``: name to value of the flags that were given, as a line of a
            manifest has them, beside parameters of its own.
    """
    own = inspect.signature(command, eval_str=True).parameters
    flags = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if isinstance(declared.default, bool) else None,
            annotation=_annotation(name, declared),
        )
        for name, declared in VOCABULARY.items()
    ]
    parameters = [
        *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own.values()),
        *flags,
    ]
    parameters = [each for each in parameters if each.name != "words"]

    @functools.wraps(command)
    def call(**given: Any) -> None:
        words = words_of({name: given.pop(name) for name in VOCABULARY})
        command(**given, words=words)

    vars(call)["__signature__"] = inspect.Signature(parameters)
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    return call


def words_of(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that were given, as plain values.

    Raises:
        OptionError: if a list of numbers is none.
    """
    given = {k: value for k, value in flags.items() if value is not None and value is not False}
    return {name: _plain(name, value) for name, value in given.items()}


def style_words(
    styles: Sequence[str], blend: str | None, masks: Sequence[str]
) -> list[dict[str, Any]]:
    """The styles of the command line with their shares and masks, as plain values.

    Raises:
        OptionError: if there are not as many shares or masks as styles.
    """
    found: list[dict[str, Any]] = [{"style": style} for style in styles]
    if blend is not None:
        for each, weight in zip(found, _numbers("blend", blend, len(styles)), strict=True):
            each["weight"] = weight
    if masks and len(masks) not in (1, len(styles)):
        raise OptionError(
            f"--mask: expected one mask for all styles or one for each of the {len(styles)}, "
            f"got {len(masks)}."
        )
    chosen = list(masks) * (len(styles) if len(masks) == 1 else 1)
    for each, mask in zip(found, chosen, strict=False):
        each["mask"] = mask
    return found


def _annotation(name: str, declared: Field[Any]) -> Any:
    flag = control_flag(name) if name in CONTROLS else method_flag(name)
    return Annotated[_type(declared), flag]


def _type(declared: Field[Any]) -> Any:
    if isinstance(declared.default, bool):
        return bool
    text = str(declared.type)
    kind = int if text.startswith("int") else float if text.startswith("float") else str
    return kind | None


def _plain(name: str, value: Any) -> Any:
    default = VOCABULARY[name].default
    if not isinstance(default, tuple):
        return value
    if isinstance(default[0], str):
        return [word.strip() for word in value.split(",") if word.strip()]
    numbers = _numbers(name, value)
    return [int(number) for number in numbers] if isinstance(default[0], int) else numbers


def _numbers(name: str, text: str, count: int | None = None) -> list[float]:
    flag = f"--{name.replace('_', '-')}"
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError as error:
        raise OptionError(f"{flag}: expected numbers separated by commas, got {text!r}.") from error
    if count is not None and len(numbers) != count:
        raise OptionError(f"{flag}: expected {count} numbers, one a style, got {len(numbers)}.")
    return numbers
