"""The styles of a record, found again: by name, by checksum, or as they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from impasto.errors import ImpastoError, RecordError
from impasto.guidance.controls import AnyStyle, StyleUse
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.provenance.difference import Difference
from impasto.provenance.record import Record
from impasto.sources import find_style
from impasto.stylizers.fast_style import FastStyle
from impasto.stylizers.guidance_settings import picture_digest
from impasto.weights.style_networks import (
    WEIGHTS,
    StyleNetwork,
    find_network,
    style_networks,
)


class StyleSearch:
    """Finds what the styles of a record were, and notes what differs.

    Args:
        record: What the file says.
        given: Files a person gave: style images, or folders of networks. Those that the
            record knows by their checksums may come in any order.
    """

    def __init__(self, record: Record, given: Sequence[str] = ()) -> None:
        self.record, self.given = record, tuple(given)
        self.differences: list[Difference] = []

    def find(self) -> list[StyleUse]:
        """The styles and how they were used, without masks.

        Raises:
            RecordError: if one is not here.
            ImpastoError: if what was given for it cannot be read.
        """
        entries = self.record.styles
        pictures: dict[str, Picture] = {}
        if any("network" not in entry for entry in entries):
            opened = (open_image(path) for path in self.given)
            pictures = {picture_digest(picture): picture for picture in opened}
        wanted = {entry.get("sha256") for entry in entries}
        spare = {sha256: each for sha256, each in pictures.items() if sha256 not in wanted}
        return [
            self._use(
                entry,
                self._network_style(entry)
                if "network" in entry
                else self._picture(entry, pictures, spare),
            )
            for entry in entries
        ]

    def _use(self, entry: Mapping[str, Any], style: AnyStyle) -> StyleUse:
        layers = entry.get("layers")
        try:
            return StyleUse(
                style=style,
                name=str(entry["name"]),
                weight=entry["weight"],
                strength=entry["strength"],
                scale=entry["scale"],
                layers=None if layers is None else tuple(layers),
            )
        except (LookupError, TypeError) as error:
            raise self.record.error(f"does not say how a style was used ({error!r})") from error

    def _picture(
        self, entry: Mapping[str, Any], given: Mapping[str, Picture], spare: dict[str, Picture]
    ) -> Picture:
        name, sha256 = str(entry.get("name")), str(entry.get("sha256"))
        if sha256 in given:
            return given[sha256]
        named = {picture_digest(picture): picture for picture in self._named(name)}
        if sha256 in named:
            return named[sha256]
        others = spare or named
        if not others:
            raise RecordError(
                f"{self.record.file}: the style {name!r} (sha256 {sha256[:12]}…) is not here; "
                "give its file with --style-image."
            )
        found = next(iter(others))
        self.differences.append(Difference(f"the style {name!r}", sha256, found))
        return others.pop(found)

    def _named(self, name: str) -> Iterator[Picture]:
        """What a name may stand for: a style that ships, or a file, here or beside the result."""
        for place in (name, str(Path(self.record.file).parent / name)):
            with suppress(ImpastoError):
                yield find_style(place)

    def _network_style(self, entry: Mapping[str, Any]) -> FastStyle:
        name, sha256 = str(entry["network"]), str(entry.get("weights_sha256"))
        shares = entry.get("style_weights")
        if not isinstance(shares, dict):
            raise self.record.error("does not say what a style was blended of")
        networks = [each for each in self._networks(name) if shares.keys() <= set(each.style_names)]
        if not networks:
            raise RecordError(
                f"{self.record.file}: the network {name!r} that painted {', '.join(shares)} "
                f"(weights {sha256[:12]}…) is not here; give its folder with --style-image."
            )
        same = [each for each in networks if _weights(each) == sha256]
        if not same:
            found = _weights(networks[0])
            self.differences.append(Difference(f"the network {name!r}", sha256, found))
        return FastStyle(network=(same or networks)[0], weights=shares)

    def _networks(self, name: str) -> Iterator[StyleNetwork]:
        """Networks that may be the one: those given, those of its name, and all others."""
        yield from (find_network(each) for each in self.given)
        known = style_networks()
        yield from (each for each in known if each.name == name)
        yield from (each for each in known if each.name != name)


def _weights(network: StyleNetwork) -> str:
    return str(network.card["sha256"].get(WEIGHTS))
