"""Networks that take any picture as their style: where their files are. No torch here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import WeightsDamagedError, WeightsNotFoundError
from impasto.weights import checksum
from impasto.weights.places import SHIPPED_FOLDER

CARD = "card.json"
CARD_FORMAT = 1
ENCODER_GRAPH = "encoder.onnx"
FOLDER = SHIPPED_FOLDER / "arbitrary"
VARIABLE = "IMPASTO_ARBITRARY"
"""Names another folder of networks in the environment."""


_HOW_TO_GET = (
    "use method 'gatys', or train them with scripts/train_arbitrary.py and name their folder by "
    f"{VARIABLE}."
)


@dataclass(frozen=True, kw_only=True)
class ArbitraryNetworks:
    """The folder of one encoder and of the decoders that were trained on its features.

    Attributes:
        folder: Holds ``card.json`` and the files it names.
        card: ``format``, ``licence``, ``encoder`` and, under ``networks``, for each network
            its ``layer``, ``shape``, ``recipe``, ``data`` and ``metric``; ``sha256`` of each
            file.
    """

    folder: Path
    card: Mapping[str, Any]

    @property
    def version(self) -> str:
        """A digest that changes when any file does."""
        return checksum.sha256(self.folder / CARD)

    @property
    def names(self) -> tuple[str, ...]:
        """The networks there are."""
        return tuple(self.card["networks"])

    def require(self, names: Iterable[str]) -> None:
        """Make sure that there are these networks.

        Raises:
            WeightsNotFoundError: naming those that are missing.
        """
        missing = [name for name in names if name not in self.card["networks"]]
        if missing:
            raise WeightsNotFoundError(
                f"{self.folder}: expected the networks {', '.join(missing)}, found "
                f"{', '.join(self.names) or 'none'}; {_HOW_TO_GET}"
            )

    def file(self, name: str) -> Path:
        """A file of the folder, verified.

        Raises:
            WeightsNotFoundError: if it is missing.
            WeightsDamagedError: if it is not the file that the card names.
        """
        path, expected = self.folder / name, self.card["sha256"].get(name)
        if not path.is_file():
            raise WeightsNotFoundError(
                f"{path}: expected a file of the arbitrary-style networks, found none; install "
                "impasto anew: pip install --force-reinstall --no-deps impasto."
            )
        actual = checksum.remembered_sha256(path)
        if actual != expected:
            raise WeightsDamagedError(
                f"{path}: expected sha256 {expected} as the card says, got {actual}; install "
                "impasto anew: pip install --force-reinstall --no-deps impasto."
            )
        return path


def networks_folder() -> Path:
    """Where the networks are: what ``IMPASTO_ARBITRARY`` names, else those that ship."""
    given = os.environ.get(VARIABLE)
    return Path(given).expanduser() if given else FOLDER


def read_arbitrary_networks(folder: Path | None = None) -> ArbitraryNetworks:
    """Read the card of a folder of arbitrary-style networks.

    Args:
        folder: ``None`` for that of :func:`networks_folder`.

    Raises:
        WeightsNotFoundError: if there is no card.
        WeightsDamagedError: if it cannot be read or is of another format.
    """
    folder = networks_folder() if folder is None else folder
    path = folder / CARD
    if not path.is_file():
        raise WeightsNotFoundError(
            f"{path}: expected the card of networks that take any style, found none; {_HOW_TO_GET}"
        )
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        known = card["format"] == CARD_FORMAT and isinstance(card["networks"], dict)
        known = known and isinstance(card["sha256"], dict)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsDamagedError(f"{path}: expected a card, but: {error!r}.") from error
    if not known:
        raise WeightsDamagedError(
            f"{path}: expected a card of format {CARD_FORMAT} with networks, got another."
        )
    return ArbitraryNetworks(folder=folder, card=card)
