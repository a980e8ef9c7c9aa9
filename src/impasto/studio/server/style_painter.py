"""Paints a photograph in whatever a style's name may mean: networks' styles, one's own, mixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from impasto.errors import OptionError, UnknownNameError
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.progress import Cancellation
from impasto.studio.box import Pixels
from impasto.studio.server.own_styles import OwnStyle
from impasto.studio.server.tools import StudioTools, StyleEntry
from impasto.studio.style_mix import StyleMix, read_mix


class StylePainter:
    """The styles of one document as painters see them. Safe to use from several threads.

    Args:
        tools: What paints.
        entries: The styles of networks, by name.
        find_own: Gives a person's own style by its name.
    """

    def __init__(
        self,
        tools: StudioTools,
        entries: Mapping[str, StyleEntry],
        find_own: Callable[[str], OwnStyle | None],
    ) -> None:
        self._tools = tools
        self._entries = entries
        self._find_own = find_own

    def mix(self, name: str) -> StyleMix:
        """What a name means here."""
        return read_mix(name, self._entries)

    def can_paint(self, name: str) -> bool:
        """Whether a photograph can be painted after a name without optimising it."""
        mix = self.mix(name)
        if self._is_of_networks(mix):
            return True
        return self._tools.mix is not None and all(map(self._has_picture, mix.styles))

    def paint(self, pixels: Pixels, name: str, cancellation: Cancellation) -> Pixels:
        """Paint (H, W, 3) uint8 after a name.

        Raises:
            ImpastoError: if that cannot be done.
        """
        mix = self.mix(name)
        if self._is_of_networks(mix):
            try:
                return self._tools.paint(pixels, name, cancellation)
            except OptionError:
                # Styles of different networks have no blend but that of their pictures.
                if mix.is_single or self._tools.mix is None:
                    raise
        if self._tools.mix is None:
            raise UnknownNameError(f"style: {self.title(name)!r} cannot be painted here.")
        parts = [(self._picture(style), share) for style, share in mix.parts]
        return self._tools.mix(pixels, parts, mix.matched, cancellation)

    def title(self, name: str) -> str:
        """What a style, or a mix of some, is called for people."""
        mix = self.mix(name)
        titles = [self._title(style) for style in mix.styles]
        if len(titles) > 1:
            shares = [share for _, share in mix.parts]
            titles = [f"{t} {share:.0%}" for t, share in zip(titles, shares, strict=True)]
        return " + ".join(titles) + (", matched" if mix.matched else "")

    def describe(self, name: str) -> dict[str, Any]:
        """What a client is told of the parts of a mix."""
        mix = self.mix(name)
        parts = [{"name": style, "share": share} for style, share in mix.parts]
        return {"parts": [] if mix.is_single else parts, "matched": mix.matched}

    def has_picture(self, name: str) -> bool:
        """Whether a single style can be mixed with any other, and matched by meaning."""
        return self._tools.mix is not None and self._has_picture(name)

    def _is_of_networks(self, mix: StyleMix) -> bool:
        return not mix.matched and all(style in self._entries for style in mix.styles)

    def _has_picture(self, style: str) -> bool:
        entry = self._entries.get(style)
        return self._find_own(style) is not None if entry is None else entry.image is not None

    def _picture(self, style: str) -> Picture:
        own, entry = self._find_own(style), self._entries.get(style)
        if own is not None:
            return own.image
        if entry is None or entry.image is None:
            raise UnknownNameError(f"style: there is no picture of {style!r} here.")
        return open_image(entry.image)

    def _title(self, style: str) -> str:
        if (own := self._find_own(style)) is not None:
            return own.title
        return self._entries[style].title if style in self._entries else style
