"""Flags of method options: help, defaults and conversion come from the dataclasses."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import typer

from impasto.errors import OptionError
from impasto.stylizers.catalog import METHODS, get_method
from impasto.stylizers.options import MethodOptions


def method_flag(field_name: str, *, metavar: str | None = None) -> Any:
    """A typer option for a field of the methods' options, unset by default."""
    panel = "Method options"
    return typer.Option(help=_help(field_name), metavar=metavar, rich_help_panel=panel)


def options_from_flags(method: str, flags: dict[str, Any]) -> MethodOptions:
    """Options of ``method`` from the flags that were given.

    Args:
        method: A key of the catalogue.
        flags: Field name to value; ``None`` where the flag was not given. Comma-separated
            text becomes a tuple where the field is one.

    Raises:
        UnknownNameError: if there is no such method.
        OptionError: if the method has no such option, or a value does not suit.
    """
    options_type = get_method(method).options
    known = {declared.name: declared for declared in fields(options_type)}
    values: dict[str, Any] = {}
    for name, value in flags.items():
        if value is None:
            continue
        if name not in known:
            takers = [spec.name for spec in METHODS.values() if _has(spec.options, name)]
            raise OptionError(
                f"--{name.replace('_', '-')} is not an option of {method}; it is one of "
                f"{', '.join(takers)}."
            )
        values[name] = _parsed(name, value, known[name].default)
    return options_type(**values)


def suits(method: str, flags: dict[str, Any]) -> bool:
    """Whether a method has all the options whose flags were given."""
    options_type = get_method(method).options
    return all(_has(options_type, name) for name, value in flags.items() if value is not None)


def _has(options_type: type[MethodOptions], name: str) -> bool:
    return any(declared.name == name for declared in fields(options_type))


def _parsed(name: str, value: Any, default: Any) -> Any:
    if not isinstance(default, tuple):
        return value
    words = [word.strip() for word in str(value).split(",") if word.strip()]
    if not words:
        raise OptionError(f"--{name.replace('_', '-')}: expected at least one, got {value!r}.")
    kind = type(default[0])
    try:
        return tuple(kind(word) for word in words)
    except ValueError as error:
        numbers = "whole numbers" if kind is int else "numbers"
        raise OptionError(
            f"--{name.replace('_', '-')}: expected {numbers} separated by commas, got {value!r}."
        ) from error


def _help(field_name: str) -> str:
    """Help text with the default of each method, where they differ."""
    found: dict[str, str] = {}
    text = ""
    for spec in METHODS.values():
        for declared in fields(spec.options):
            if declared.name == field_name:
                text = text or declared.metadata["help"]
                choices = declared.metadata["choices"]
                if choices and "One of" not in text:
                    text += f" One of {', '.join(choices)}."
                found[spec.name] = _shown(declared.default)
    values = set(found.values())
    optimized = {spec.name for spec in METHODS.values() if spec.kind == "optimized"}
    if len(values) == 1 and found.keys() >= optimized:
        default = values.pop()
    else:
        default = ", ".join(f"{method} {value}" for method, value in found.items())
    return f"{text} Default: {default}."


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ",".join(str(item) for item in default)
    return "automatic" if default is None else str(default)
