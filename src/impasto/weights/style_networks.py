"""Style networks on this machine: those that ship, and those a person trained.

A style network is a folder. Its card says what the network is and which styles it paints;
the other files are what the card names. Nothing here needs torch.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from impasto.errors import UnknownNameError, WeightsDamagedError, WeightsNotFoundError
from impasto.weights import checksum
from impasto.weights.places import SHIPPED_FOLDER

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CARD = "card.json"
WEIGHTS = "weights.safetensors"
GRAPH = "network.onnx"
TILE_GRAPH = "tiles.zip"
PREVIEW = "preview.jpg"
CARD_FORMAT = 1
IDENTITY = "identity"
STABLE_SUFFIX = "-stable"
"""Ending of the folder of a network that paints the same styles without flicker."""


@dataclass(frozen=True, kw_only=True)
class StyleNetwork:
    """One trained network and the styles it paints.

    Attributes:
        folder: Holds ``card.json`` and the files it names.
        card: The card's content: ``format``, ``name``, ``architecture`` (``realtime`` or
            ``transform``), ``shape``, ``rows`` (names in order), ``styles``, ``licence``,
            ``recipe``, ``sha256`` of each file.
    """

    folder: Path
    card: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name it was trained under."""
        return str(self.card["name"])

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the rows of scales and shifts, in order; empty where it has none."""
        return tuple(self.card["rows"])

    @property
    def style_names(self) -> tuple[str, ...]:
        """The styles it paints: every row but the identity, or its own name."""
        return tuple(name for name in self.rows if name != IDENTITY) or (self.name,)

    def file(self, filename: str) -> Path:
        """The path of one of the network's files, verified.

        Raises:
            WeightsNotFoundError: if it is missing.
            WeightsDamagedError: if it is not what the card promises.
        """
        path = self.folder / filename
        expected = self.card["sha256"].get(filename)
        try:
            actual = checksum.remembered_sha256(path)
        except OSError as error:
            raise WeightsNotFoundError(
                f"The style network {self.name!r} lacks {path}; train or install it again."
            ) from error
        if actual != expected:
            raise WeightsDamagedError(
                f"{path}: expected sha256 {expected} as its card says, got {actual}; "
                "train or install the network again."
            )
        return path

    def row(self, weights: Mapping[str, float]) -> npt.NDArray[np.float32]:
        """A mixture of rows, Σ weight · row, (1, row length) float32.

        Args:
            weights: Weight of each row by name, :data:`IDENTITY` among them.

        Raises:
            UnknownNameError: if a name is not a row of this network.
        """
        import numpy as np
        from safetensors.numpy import load_file

        unknown = sorted(set(weights) - set(self.rows))
        if unknown:
            raise UnknownNameError(
                f"style network {self.name!r} has no row {unknown[0]!r}; "
                f"it has {', '.join(self.rows)}."
            )
        table = load_file(self.file(WEIGHTS))["rows"].astype(np.float32)
        mixture = np.array([weights.get(name, 0.0) for name in self.rows], np.float32)
        return np.asarray(mixture[None] @ table, np.float32)


def style_networks() -> list[StyleNetwork]:
    """Every style network on this machine; later ones win where a style has two."""
    return [network for folder in _folders() if (network := _read(folder)) is not None]


def fast_styles() -> dict[str, StyleNetwork]:
    """Each fast style's name and the network that paints it, shipped ones first."""
    return {style: network for network in style_networks() for style in network.style_names}


def find_fast_style(name: str) -> StyleNetwork:
    """The network that paints the style ``name``, or that lies in the folder ``name``.

    Raises:
        UnknownNameError: naming the nearest style there is.
        WeightsDamagedError: if the folder's card cannot be read.
    """
    styles = fast_styles()
    if name in styles:
        return styles[name]
    if (Path(name) / CARD).is_file():
        return read_network(Path(name))
    near = get_close_matches(name, styles, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownNameError(
        f"There is no fast style {name!r}; there are {', '.join(sorted(styles)) or 'none'}.{hint}"
        " Train one with: impasto train --style PICTURE --photos FOLDER -o NAME."
    )


def find_network(name: str) -> StyleNetwork:
    """The network in the folder ``name``, of that name, or with a style of that name.

    Raises:
        UnknownNameError: naming the nearest style there is.
        WeightsDamagedError: if the folder's card cannot be read.
    """
    if (Path(name) / CARD).is_file():
        return read_network(Path(name))
    named = {network.name: network for network in style_networks()}
    return named[name] if name in named else find_fast_style(name)


def stable_twin(network: StyleNetwork) -> StyleNetwork:
    """The network that paints the same styles and was trained not to flicker in films.

    It lies beside the network, in a folder of its name and :data:`STABLE_SUFFIX`, and is not
    listed. A network that was trained with the stability loss itself is its own twin.

    Raises:
        UnknownNameError: if there is none, or it does not paint the same styles.
        WeightsDamagedError: if its card cannot be read.
    """
    if float(network.card.get("recipe", {}).get("stability_weight", 0)) > 0:
        return network
    folder = network.folder.with_name(network.folder.name + STABLE_SUFFIX)
    if (folder / CARD).is_file():
        twin = read_network(folder)
        if set(network.style_names) <= set(twin.style_names) and set(network.rows) <= set(
            twin.rows
        ):
            return twin
    raise UnknownNameError(
        f"The style network {network.name!r} has no twin that was trained for films; train one "
        "with a --stability-weight, or use stability flow."
    )


def user_folder() -> Path:
    """The folder of the networks a person trained; it need not exist yet.

    The environment variable ``IMPASTO_STYLES`` names another one.
    """
    if folder := os.environ.get("IMPASTO_STYLES"):
        return Path(folder)
    return platformdirs.user_data_path("impasto", appauthor=False) / "styles"


def read_network(folder: Path) -> StyleNetwork:
    """Read the card of the network in ``folder``.

    Raises:
        WeightsDamagedError: if there is no card, or it is of a format not known here.
    """
    path = folder / CARD
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        known = card["format"] == CARD_FORMAT and isinstance(card["sha256"], dict)
        network = StyleNetwork(folder=folder, card=card)
        _ = network.name, network.rows, card["architecture"], card["shape"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsDamagedError(
            f"{path}: expected the card of a style network, got {error!r}; train it again."
        ) from error
    if not known:
        raise WeightsDamagedError(
            f"{path}: expected a card of format {CARD_FORMAT}, got {card['format']!r}; "
            "update Impasto or train the network again."
        )
    return network


def _folders() -> Iterator[Path]:
    for home in (SHIPPED_FOLDER, user_folder()):
        try:
            found = sorted(path for path in home.iterdir() if (path / CARD).is_file())
        except OSError:
            continue
        yield from (path for path in found if not _is_twin(path, found))


def _is_twin(folder: Path, folders: list[Path]) -> bool:
    name = folder.name.removesuffix(STABLE_SUFFIX)
    return name != folder.name and folder.with_name(name) in folders


def _read(folder: Path) -> StyleNetwork | None:
    """A network, or ``None`` where its card is damaged: one bad folder hides no others."""
    try:
        return read_network(folder)
    except WeightsDamagedError:
        return None
