"""The style images inside the package: what they are, how they were made, where they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from impasto.errors import UnknownNameError


@dataclass(frozen=True, kw_only=True)
class StyleSpec:
    """One style image.

    Attributes: name: kebab-case key; title: for people; filename: inside ``files/``; made_by: how
                it was made and how to make it again; licence: SPDX identifier.
    """

    name: str
    title: str
    filename: str
    made_by: str
    licence: str = "Apache-2.0"


STYLES: Mapping[str, StyleSpec] = MappingProxyType(
    {
        "starry-night": StyleSpec(
            name="starry-night",
            title="Starry night",
            filename="starry-night.jpg",
            made_by=(
                "Thick bristled strokes along a field of vortices, after van Gogh's manner; "
                "computed from a seed by `python -m scripts.paint_styles starry-night`."
            ),
        ),
        "great-wave": StyleSpec(
            name="great-wave",
            title="Great wave",
            filename="great-wave.jpg",
            made_by=(
                "Flat bands, key lines and branching claws of foam printed on grained paper, after "
                "Hokusai's manner; computed from a seed by "
                "`python -m scripts.paint_styles great-wave`."
            ),
        ),
        "candy": StyleSpec(
            name="candy",
            title="Candy",
            filename="candy.jpg",
            made_by=(
                "Spirals and rounded cells, ringed with stripes and leaded with dark strokes; "
                "computed from a seed by `python -m scripts.paint_styles candy`."
            ),
        ),
        "feathers": StyleSpec(
            name="feathers",
            title="Feathers",
            filename="feathers.jpg",
            made_by=(
                "Overlapping feathers grown along a field and combed barb by barb; computed from "
                "a seed by `python -m scripts.paint_styles feathers`."
            ),
        ),
        "fjord-sunset": StyleSpec(
            name="fjord-sunset",
            title="Fjord sunset",
            filename="fjord-sunset.jpg",
            made_by=(
                "Long crayon and tempera streaks along wavy bands of sky, a swirling shore "
                "and a pier, after Munch's manner; computed from a seed by `python -m "
                "scripts.paint_styles fjord-sunset`."
            ),
        ),
        "composition": StyleSpec(
            name="composition",
            title="Composition",
            filename="composition.jpg",
            made_by=(
                "Circles, bows, combs and facets of shaded strokes on drifting washes, after "
                "Kandinsky's manner; computed from a seed by `python -m scripts.paint_styles "
                "composition`."
            ),
        ),
        "pointillism": StyleSpec(
            name="pointillism",
            title="Pointillism",
            filename="pointillism.jpg",
            made_by=(
                "A river at evening in dots of pure colour, their complements, lights and "
                "shades, after Seurat's manner; computed from a seed by `python -m "
                "scripts.paint_styles pointillism`."
            ),
        ),
        "mosaic": StyleSpec(
            name="mosaic",
            title="Mosaic",
            filename="mosaic.jpg",
            made_by=(
                "Fish and curling sea in stones that a square-metric Lloyd iteration lays "
                "along every outline, after Roman floors; computed from a seed by `python -m "
                "scripts.paint_styles mosaic`."
            ),
        ),
        "ink-wash": StyleSpec(
            name="ink-wash",
            title="Ink wash",
            filename="ink-wash.jpg",
            made_by=(
                "Washes, split-brush texture and pressed leaves in one ink on fibrous paper, "
                "after sumi-e landscapes; computed from a seed by `python -m "
                "scripts.paint_styles ink-wash`."
            ),
        ),
        "cubist": StyleSpec(
            name="cubist",
            title="Cubist still life",
            filename="cubist.jpg",
            made_by=(
                "A guitar, bottles and music broken into facets of shaded bricks with "
                "charcoal contours, after Braque and Gris; computed from a seed by `python -m "
                "scripts.paint_styles cubist`."
            ),
        ),
    }
)


def get_style(name: str) -> StyleSpec:
    """Look a style image up by name.

    Raises:  UnknownNameError: if there is none; the message names the nearest and all others.

    Example:
        >>> get_style("candy").filename
        'candy.jpg'
    """
    try:
        return STYLES[name]
    except KeyError:
        nearest = get_close_matches(name, STYLES, n=1, cutoff=0.5)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        raise UnknownNameError(
            f"No style image is named {name!r}.{hint} Choose from: {', '.join(STYLES)}."
        ) from None


def style_path(spec: StyleSpec) -> Path:
    """Give the path of a style image's file inside the installed package."""
    return Path(str(files("impasto.styles"))) / "files" / spec.filename
