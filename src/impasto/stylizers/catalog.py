"""The methods there are, by name. No torch here: methods are imported when they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from impasto.errors import UnknownNameError
from impasto.stylizers.options import (
    AdainOptions,
    FastOptions,
    GatysOptions,
    LapStyleOptions,
    MethodOptions,
    SanetOptions,
    TextureOptions,
    WctOptions,
)

if TYPE_CHECKING:
    from impasto.stylizers.protocol import Stylizer
    from impasto.stylizers.request import Painter

MethodKind = Literal["optimized", "feed-forward"]
StyleKind = Literal["picture", "network"]


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """A method: what it is, where it is, and which options it takes.

    Attributes:
        name: Its key in :data:`METHODS`.
        title: For people.
        description: What it is good at, in a few words.
        source: The paper.
        options: Its dataclass of options.
        module: ``optimized``: has ``stylize``, a
            :class:`~impasto.stylizers.protocol.Stylizer`; ``feed-forward``: has ``paint``,
            a :class:`~impasto.stylizers.request.Painter`.
        kind: Whether it optimises the picture or a trained network paints it in one pass.
        takes: Whether its style is any picture or a style that a network was trained on.
        controls: The controls it honours, names of
            :data:`~impasto.guidance.controls.CONTROLS`, and what is to be said about each;
            empty text where nothing is. Requests that ask for others are refused.
    """

    name: str
    title: str
    description: str
    source: str
    options: type[MethodOptions]
    module: str
    kind: MethodKind = "optimized"
    takes: StyleKind = "picture"
    controls: Mapping[str, str] = field(default_factory=dict)

    def stylizer(self) -> Stylizer:
        """Import an optimised method and return it."""
        return cast("Stylizer", import_module(self.module).stylize)

    def painter(self) -> Painter:
        """Import what paints pictures by this method and return it."""
        module = self.module if self.kind == "feed-forward" else OPTIMIZED_PAINTER
        return cast("Painter", import_module(module).paint)


OPTIMIZED_PAINTER = "impasto.stylizers.optimized_painting"

_OPTIMIZED = {
    "styles": "",
    "layers": "",
    "masks": "",
    "style_scale": "",
    "exact_outside": "",
}
_WITH_CONTENT = {
    **_OPTIMIZED,
    "keep_color": "",
    "strength": "0 to 1",
    "semantic": "",
}

_ANY_STYLE = {
    "styles": "",
    "masks": "",
    "keep_color": "",
    "strength": "0 to 1",
    "style_scale": "",
    "semantic": "",
    "exact_outside": "always",
}

METHODS: Mapping[str, MethodSpec] = {
    "gatys": MethodSpec(
        name="gatys",
        title="Gatys",
        description="the classic: optimises the picture itself; painterly, free contours",
        source="Gatys, Ecker, Bethge 2016",
        options=GatysOptions,
        module="impasto.stylizers.gatys",
        controls={**_WITH_CONTENT, "texture": "", "silhouette": ""},
    ),
    "lapstyle": MethodSpec(
        name="lapstyle",
        title="LapStyle",
        description="Gatys that keeps the photograph's contours sharp: faces, buildings",
        source="Li, Xu, Nie, Chua 2017",
        options=LapStyleOptions,
        module="impasto.stylizers.lapstyle",
        controls=_WITH_CONTENT,
    ),
    "texture": MethodSpec(
        name="texture",
        title="Texture",
        description="the style alone on an empty canvas; the photograph gives only the size",
        source="Gatys, Ecker, Bethge 2015",
        options=TextureOptions,
        module="impasto.stylizers.texture",
        controls={**_OPTIMIZED, "texture": "always", "silhouette": ""},
    ),
    "fast": MethodSpec(
        name="fast",
        title="Fast",
        description="a trained network paints in one pass; needs a fast style",
        source="Johnson, Alahi, Fei-Fei 2016; Dumoulin, Shlens, Kudlur 2017",
        options=FastOptions,
        module="impasto.stylizers.fast",
        kind="feed-forward",
        takes="network",
        controls={
            "styles": "of one network where they blend, any where masks part them",
            "masks": "",
            "keep_color": "on the painting",
            "strength": "0 to 1.5",
            "style_scale": "0.5 to 2",
            "semantic": "several styles whose pictures ship",
            "exact_outside": "always",
        },
    ),
    "adain": MethodSpec(
        name="adain",
        title="AdaIN",
        description="any picture as the style, in a blink, without training",
        source="Huang, Belongie 2017",
        options=AdainOptions,
        module="impasto.stylizers.adain",
        kind="feed-forward",
        controls=_ANY_STYLE,
    ),
    "wct": MethodSpec(
        name="wct",
        title="WCT",
        description="any picture as the style, its colours and textures more closely, in a second",
        source="Li, Fang, Yang, Wang, Lu, Yang 2017",
        options=WctOptions,
        module="impasto.stylizers.wct",
        kind="feed-forward",
        controls=_ANY_STYLE,
    ),
    "sanet": MethodSpec(
        name="sanet",
        title="SANet",
        description="any picture as the style: each place takes what matches it there",
        source="Park, Lee 2019",
        options=SanetOptions,
        module="impasto.stylizers.sanet",
        kind="feed-forward",
        controls=_ANY_STYLE,
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
