"""Styles of trained networks, by name: one row of a network, or a blend of its rows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import OptionError, UnknownNameError
from impasto.weights.style_networks import (
    CARD,
    IDENTITY,
    WEIGHTS,
    StyleNetwork,
    fast_styles,
    find_fast_style,
    read_network,
    style_networks,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, kw_only=True)
class FastStyle:
    """A style that a trained network paints.

    Attributes:
        network: The network.
        weights: The styles it is blended of, by name, and their shares, which sum to 1;
            one style with a share of 1 where it is no blend.

    Raises:
        OptionError: if the weights are not shares, or the network cannot blend.
        UnknownNameError: if the network does not paint a style.
    """

    network: StyleNetwork
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        unknown = [name for name in self.weights if name not in self.network.style_names]
        if unknown:
            raise UnknownNameError(
                f"style: network {self.network.name!r} does not paint {unknown[0]!r}; "
                f"it paints {', '.join(self.network.style_names)}."
            )
        shares = self.weights.values()
        if not all(share >= 0 for share in shares) or not math.isclose(sum(shares), 1):
            raise OptionError(
                f"style: expected shares of 0 or more that sum to 1, got {dict(self.weights)}."
            )

    @property
    def name(self) -> str:
        """As it can be asked for: ``great-wave``, or ``candy:0.6,great-wave:0.4``."""
        if len(self.weights) == 1:
            return next(iter(self.weights))
        return ",".join(f"{name}:{share:g}" for name, share in self.weights.items())

    @property
    def settings(self) -> dict[str, Any]:
        """What makes it again, as plain JSON values."""
        return {
            "style_weights": dict(self.weights),
            "network": self.network.name,
            "weights_sha256": self.network.card["sha256"].get(WEIGHTS),
        }

    @property
    def label(self) -> str:
        """The name in letters that every file system takes."""
        return re.sub(r"[^\w.]+", "-", self.name)

    def row(self, strength: float) -> npt.NDArray[np.float32] | None:
        """The row of scales and shifts of this style at a strength.

        Args:
            strength: s in (1 − s) · identity + s · style.

        Returns:
            (1, row length) float32; ``None`` for a network of a single style, which has
            no rows.
        """
        if not self.network.rows:
            return None
        shares = {name: strength * share for name, share in self.weights.items()}
        return self.network.row({IDENTITY: 1 - strength, **shares})


def is_fast_style(text: str) -> bool:
    """Whether a text names a fast style, a blend of some, or the folder of a network."""
    styles = fast_styles()
    names = [_split(part)[0] for part in text.split(",")]
    return any(name in styles for name in names) or _in_folder(text) is not None


def parse_fast_style(text: str) -> FastStyle:
    """The fast style that a text asks for.

    Args:
        text: A style's name; the folder of a network that paints one style, or
            ``FOLDER/STYLE`` for one of several; or a blend such as
            ``candy:0.6,great-wave:0.4``, whose shares are scaled to sum to 1 and are equal
            where they are left out.

    Raises:
        UnknownNameError: if there is no such style.
        OptionError: if a blend is not one: a share is no number of 0 or more, a style
            comes twice, or no single network paints them all.
        WeightsDamagedError: if a network's card cannot be read.

    Example:
        >>> parse_fast_style("candy:0.6,candy:0.4")
        Traceback (most recent call last):
        impasto.errors.OptionError: style: 'candy' comes twice in 'candy:0.6,candy:0.4'.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        return _single(parts[0])
    shares: dict[str, float] = {}
    for part in parts:
        name, share = _split(part)
        if name in shares:
            raise OptionError(f"style: {name!r} comes twice in {text!r}.")
        shares[name] = 1.0 if share is None else _number(share, part)
    if not sum(shares.values()) > 0:
        raise OptionError(f"style: expected a share above 0 in the blend {text!r}, got none.")
    return _blend(shares)


def blend_fast_styles(parts: Sequence[tuple[FastStyle, float]]) -> FastStyle:
    """One style of several, in shares: the rows of a network that paints them all.

    Args:
        parts: Styles and their shares, at least one; the shares are scaled to sum to 1.

    Raises:
        OptionError: if no single network paints them all, or no share is above 0.

    Source: Dumoulin et al. 2017, section 3.3.
    """
    if len(parts) == 1:
        return parts[0][0]
    total = sum(share for _, share in parts)
    if not total > 0:
        raise OptionError("style: expected a share above 0 in the blend, got none.")
    weights: dict[str, float] = {}
    for style, share in parts:
        for name, part in style.weights.items():
            weights[name] = weights.get(name, 0.0) + part * share / total
    candidates = [style.network for style, _ in parts]
    if len({network.folder for network in candidates}) == 1 and len(weights) == 1:
        return parts[0][0]
    network = _painting_all(list(weights), candidates)
    if network is None:
        homes = ", ".join(f"{style.name!r} of {style.network.name!r}" for style, _ in parts)
        raise OptionError(
            f"style: only styles of one network can be blended, got {homes}; "
            "choose styles of one, train a network with all of them, or give each a mask."
        )
    return FastStyle(network=network, weights=weights)


def _painting_all(names: list[str], candidates: list[StyleNetwork]) -> StyleNetwork | None:
    """The first network, of those the styles are of and then of all, with all these rows."""
    for network in (*candidates, *reversed(style_networks())):
        if set(names) <= set(network.rows):
            return network
    return None


def _single(text: str) -> FastStyle:
    name, share = _split(text)
    if share is not None and name in fast_styles():
        raise OptionError(
            f"style: a blend takes two styles or more, got {text!r} alone; "
            f"for less of one style use strength {share}."
        )
    network, style = _find(text)
    return FastStyle(network=network, weights={style: 1.0})


def _blend(shares: Mapping[str, float]) -> FastStyle:
    found = {name: _find(name) for name in shares}
    names = [style for _, style in found.values()]
    total = sum(shares.values())
    weights = {style: shares[name] / total for name, (_, style) in found.items()}
    candidates = [network for network, _ in found.values()]
    network = _painting_all(names, candidates) if len(weights) == len(found) else None
    if network is not None:
        return FastStyle(network=network, weights=weights)
    homes = ", ".join(f"{name!r} of {network.name!r}" for name, (network, _) in found.items())
    raise OptionError(
        f"style: only styles of one network can be blended, got {homes}; "
        "choose styles of one, or train a network with all of them."
    )


def _find(name: str) -> tuple[StyleNetwork, str]:
    """The network that a style's name or a folder stands for, and which of its styles."""
    if name not in fast_styles() and (found := _in_folder(name)) is not None:
        network, style = found
        if style is None:
            raise OptionError(
                f"style: {name} paints {len(network.style_names)} styles; name one: "
                + ", ".join(f"{name.rstrip('/')}/{each}" for each in network.style_names)
                + "."
            )
        return network, style
    try:
        return find_fast_style(name), name
    except OSError as error:
        raise UnknownNameError(f"style: {name[:60]!r}… names no style.") from error


def _in_folder(text: str) -> tuple[StyleNetwork, str | None] | None:
    """The network in the folder ``text``, or its style where ``text`` is FOLDER/STYLE."""
    path = Path(text)
    try:
        if (path / CARD).is_file():
            network = read_network(path)
            names = network.style_names
            return network, names[0] if len(names) == 1 else None
        if path.parent != path and path.name != text and (path.parent / CARD).is_file():
            network = read_network(path.parent)
            return (network, path.name) if path.name in network.style_names else None
    except OSError:
        pass
    return None


def _split(part: str) -> tuple[str, str | None]:
    """A style's name and its share, where ``part`` ends in one."""
    name, colon, share = part.strip().rpartition(":")
    if not colon or set(share) & {"/", "\\"}:
        return part.strip(), None
    return name, share


def _number(share: str, part: str) -> float:
    try:
        number = float(share)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise OptionError(
            f"style: expected NAME:SHARE with a share of 0 or more, such as candy:0.6, "
            f"got {part!r}."
        )
    return number
