"""A recipe made ready: its styles looked up, and what tells its results from others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, cast

from impasto.batch import storage
from impasto.batch.recipe import Recipe, StyleWords
from impasto.guidance.controls import StyleUse
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.sources import find_use, initial_picture, resolve_size
from impasto.stylizers.catalog import get_method
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.guidance_settings import digest, picture_digest, use_settings
from impasto.stylizers.options import ArbitraryOptions
from impasto.stylizers.request import RenderRequest
from impasto.weights.arbitrary_networks import read_arbitrary_networks

if TYPE_CHECKING:
    from impasto.guidance.mask_levels import Levels


@dataclass(frozen=True, kw_only=True)
class OpenedRecipe:
    """A recipe whose styles are here.

    Attributes:
        recipe: The recipe.
        uses: Its styles, looked up, without masks.
        initial_image: What the method starts from, where that is a file.
        digest: SHA-256 of all that decides the result but the photograph. The number of
            threads is no part of it.
    """

    recipe: Recipe
    uses: tuple[StyleUse, ...]
    initial_image: Picture | None
    digest: str

    def request(self, content: Picture) -> RenderRequest:
        """What is asked for a photograph.

        Raises:
            ImpastoError: if a mask cannot be had.
        """
        recipe = self.recipe
        request = RenderRequest(
            content=content,
            styles=_masked(self.uses, recipe.styles, content),
            controls=recipe.controls,
            method=recipe.method,
            options=recipe.options,
            size=resolve_size(recipe.size, content.size),
            initial_image=self.initial_image,
        )
        if not recipe.is_plain:
            return request
        style = cast("Picture | FastStyle", self.uses[0].style)
        return replace(request, style=style, style_name=self.uses[0].name, styles=())


def open_recipe(recipe: Recipe) -> OpenedRecipe:
    """Look up the styles of a recipe.

    Raises:
        ImpastoError: if a style, a mask in a file or the initial image cannot be had.
    """
    uses = tuple(_find(recipe, words) for words in recipe.styles)
    initial = initial_picture(recipe.options)
    return OpenedRecipe(
        recipe=recipe, uses=uses, initial_image=initial, digest=_digest(recipe, uses, initial)
    )


def _find(recipe: Recipe, words: StyleWords) -> StyleUse:
    if storage.is_uri(words.style):
        return words.use(style=open_image(storage.image_source(words.style)))
    return find_use(get_method(recipe.method), words.use())


def _masked(
    uses: Sequence[StyleUse], styles: Sequence[StyleWords], photo: Picture
) -> tuple[StyleUse, ...]:
    words = [each.mask for each in styles if each.mask is not None]
    if not words:
        return tuple(uses)
    from impasto.guidance.mask_words import find_masks

    found = iter(find_masks(words, photo))
    return tuple(
        use if each.mask is None else replace(use, mask=next(found), mask_name=each.mask)
        for use, each in zip(uses, styles, strict=True)
    )


def _digest(recipe: Recipe, uses: Sequence[StyleUse], initial: Picture | None) -> str:
    options = asdict(recipe.options)
    options.pop("threads", None)
    networks = None
    if isinstance(recipe.options, ArbitraryOptions):
        networks = read_arbitrary_networks().version
    facts = {
        "method": recipe.method,
        "options": options,
        "controls": recipe.controls.given(),
        "styles": [use_settings(use) for use in uses],
        "networks": networks,
        "masks": [_mask_facts(words.mask) for words in recipe.styles],
        "initial": None if initial is None else picture_digest(initial),
        "size": recipe.size,
        "precision": recipe.precision,
        "quality": recipe.quality,
        "keep_profile": recipe.keep_profile,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _mask_facts(word: str | None) -> str | None:
    """A mask in a file by its content, every other by its word."""
    from impasto.guidance.mask_words import REST, depends_on_photo, settled_mask

    if word is None or word == REST or depends_on_photo(word):
        return word
    mask: Levels = settled_mask(word)
    return digest(mask)
