"""What an evaluation paints: photographs × styles × methods, whole or a fair part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from impasto.errors import ImpastoError, OptionError
from impasto.sources import find_fast, find_style
from impasto.styles.catalog import STYLES, get_style, style_path
from impasto.stylizers.catalog import MethodSpec
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.feature_engines import NETWORKS
from impasto.stylizers.options import ArbitraryOptions, MethodOptions, OptimizationOptions
from impasto.weights.arbitrary_networks import read_arbitrary_networks
from impasto.weights.checksum import remembered_sha256

SMALLEST_PX = 64
"""The least longest side: below it, deep layers see next to nothing."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A photograph or a style.

    Attributes:
        name: What reports and files call it.
        place: A path, or the name of a style.
        picture: What a style looks like, where a network paints it whose picture does not
            ship; ``None`` where ``place`` says it.
    """

    name: str
    place: str
    picture: str | None = None

    @property
    def look(self) -> str:
        """The path, or the name of a style image that ships."""
        return self.picture or self.place


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A photograph and a style, by their places among the plan's."""

    content: int
    style: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """One painting.

    Attributes:
        method: What paints.
        content: The photograph.
        style: The style.
    """

    method: MethodSpec
    content: Source
    style: Source

    @property
    def key(self) -> tuple[str, str, str]:
        """The names of method, photograph and style."""
        return self.method.name, self.content.name, self.style.name

    @property
    def words(self) -> str:
        """For progress and messages."""
        return f"{self.method.name}: {self.content.name} in {self.style.name}"


@dataclass(frozen=True, kw_only=True)
class EvaluationPlan:
    """What is painted, and how.

    Attributes:
        contents: The photographs.
        styles: The styles.
        methods: The methods.
        size: Longest side of each painting in pixels.
        iterations: Steps of methods that take steps; ``None`` for their own default.
        seed: Of the choice of parts, of the bootstrap, and of the pictures shown.
        at_most: Pairs of a method, where all of them would take too long.

    Raises:
        OptionError: if there is nothing to paint, two sources share a name, or a number is
            out of its range.
    """

    contents: Sequence[Source]
    styles: Sequence[Source]
    methods: Sequence[MethodSpec]
    size: int = 400
    iterations: int | None = None
    seed: int = 0
    at_most: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, given in (("photograph", self.contents), ("style", self.styles)):
            if not given:
                raise OptionError(f"evaluation: expected a {what} at least, got none.")
            names = [each.name for each in given]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise OptionError(
                    f"evaluation: two {what}s are called {twice!r}; rename one of the files."
                )
        if not self.methods:
            raise OptionError("evaluation: expected a method at least, got none.")
        if self.size < SMALLEST_PX:
            raise OptionError(f"size: expected {SMALLEST_PX} px or more, got {self.size}.")
        known = {method.name for method in self.methods}
        for name, count in self.at_most.items():
            if name not in known or count < 1:
                raise OptionError(
                    f"at most: expected METHOD=PAIRS with one of {', '.join(sorted(known))} and "
                    f"at least 1, got {name}={count}."
                )

    @cached_property
    def left_out(self) -> Mapping[tuple[str, str], str]:
        """Why a method, by name, does not paint a style, by name."""
        found = {}
        for method in self.methods:
            for style in self.styles:
                if (reason := _obstacle(method, style)) is not None:
                    found[method.name, style.name] = reason
        return found

    def pairs(self, method: MethodSpec) -> list[Pair]:
        """The pairs that a method paints, photograph by photograph."""
        usable = [
            index
            for index, style in enumerate(self.styles)
            if (method.name, style.name) not in self.left_out
        ]
        count = self.at_most.get(method.name, len(self.contents) * len(usable))
        return [
            Pair(content=content, style=usable[style])
            for content, style in choose_pairs(len(self.contents), len(usable), count, self.seed)
        ]

    def tasks(self) -> Iterator[Task]:
        """All paintings: every method on a pair before the next pair."""
        wanted = {method.name: set(self.pairs(method)) for method in self.methods}
        for content, photo in enumerate(self.contents):
            for style, look in enumerate(self.styles):
                for method in self.methods:
                    if Pair(content=content, style=style) in wanted[method.name]:
                        yield Task(method=method, content=photo, style=look)

    def options(self, method: MethodSpec) -> MethodOptions:
        """The options a method paints with: its defaults but for the steps."""
        if self.iterations is not None and issubclass(method.options, OptimizationOptions):
            return method.options(iterations=self.iterations)
        return method.options()


def choose_pairs(contents: int, styles: int, count: int, seed: int) -> list[tuple[int, int]]:
    """A part of all pairs in which photographs and styles come equally often, as far as can be.

    Args:
        contents: How many photographs there are.
        styles: How many styles.
        count: How many pairs to choose, at most.
        seed: A larger part with the same seed holds the smaller one.

    Returns:
        (photograph, style) in order; each pair once.

    Example:
        >>> sorted(style for _, style in choose_pairs(4, 4, 4, seed=0))
        [0, 1, 2, 3]
    """
    if count >= contents * styles:
        return [(content, style) for content in range(contents) for style in range(styles)]
    generator = np.random.default_rng(seed)
    photos, looks = generator.permutation(contents), generator.permutation(styles)
    diagonals = (
        (int(photos[index]), int(looks[(index + shift) % styles]))
        for shift in range(styles)
        for index in range(contents)
    )
    return sorted(pair for pair, _ in zip(diagonals, range(count), strict=False))


def name_of(place: str) -> str:
    """What a photograph or a style is called: its file's stem, in letters files can have.

    Example:
        >>> name_of("photos/old town.jpg"), name_of("great-wave")
        ('old-town', 'great-wave')
    """
    return re.sub(r"[^\w.]+", "-", Path(place).stem).strip("-") or "picture"


def _obstacle(method: MethodSpec, style: Source) -> str | None:
    """Why a method cannot paint a style, or be measured against it; ``None`` if it can."""
    try:
        if method.takes == "network":
            fast = find_fast(style.place)
            find_style(style.look)
            return _other_picture(fast, style)
        find_style(style.look)
        if issubclass(method.options, ArbitraryOptions):
            read_arbitrary_networks().require(NETWORKS[method.options])
    except ImpastoError as error:
        return str(error)
    return None


def _other_picture(fast: FastStyle, style: Source) -> str | None:
    """Why a network cannot be measured against a picture that it was not trained on."""
    ships = style.look in STYLES
    path = style_path(get_style(style.look)) if ships else Path(style.look)
    for name in fast.weights:
        entry = fast.network.card.get("styles", {}).get(name, {})
        expected = entry.get("image_sha256")
        if expected is not None and remembered_sha256(path) != expected:
            return (
                f"the network of {name!r} was trained on {entry.get('image', 'another picture')}, "
                f"which is not {'the picture that ships under that name' if ships else path}; "
                f"name it: {name}=PICTURE"
            )
    return None
