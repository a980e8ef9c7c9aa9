"""The methods there are, by name. No torch here: methods are imported when they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from impasto.errors import UnknownNameError
from impasto.stylizers.options import (
    GatysOptions,
    LapStyleOptions,
    OptimizationOptions,
    TextureOptions,
)

if TYPE_CHECKING:
    from impasto.stylizers.protocol import Stylizer


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """A method: what it is, where it is, and which options it takes."""

    name: str
    title: str
    description: str
    source: str
    options: type[OptimizationOptions]
    module: str

    def stylizer(self) -> Stylizer:
        """Import the method and return it."""
        return cast("Stylizer", import_module(self.module).stylize)


METHODS: Mapping[str, MethodSpec] = {
    "gatys": MethodSpec(
        name="gatys",
        title="Gatys",
        description="the classic: optimises the picture itself; painterly, free contours",
        source="Gatys, Ecker, Bethge 2016",
        options=GatysOptions,
        module="impasto.stylizers.gatys",
    ),
    "lapstyle": MethodSpec(
        name="lapstyle",
        title="LapStyle",
        description="Gatys that keeps the photograph's contours sharp: faces, buildings",
        source="Li, Xu, Nie, Chua 2017",
        options=LapStyleOptions,
        module="impasto.stylizers.lapstyle",
    ),
    "texture": MethodSpec(
        name="texture",
        title="Texture",
        description="the style alone on an empty canvas; the photograph gives only the size",
        source="Gatys, Ecker, Bethge 2015",
        options=TextureOptions,
        module="impasto.stylizers.texture",
    ),
}


def get_method(name: str) -> MethodSpec:
    """The method called ``name``.

    Raises:
        UnknownNameError: naming the methods there are.
    """
    if name not in METHODS:
        raise UnknownNameError(f"method: expected one of {', '.join(METHODS)}, got {name!r}.")
    return METHODS[name]
