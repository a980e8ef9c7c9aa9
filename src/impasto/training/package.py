"""Writing a trained network as a folder that every part of Impasto reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from impasto.errors import NonFiniteLossError, OptionError
from impasto.figures import Cell, save_grid
from impasto.networks.catalog import Network
from impasto.networks.realtime_net import RealtimeNet
from impasto.training.folder import replace_folder
from impasto.weights.checksum import sha256
from impasto.weights.style_networks import (
    CARD,
    CARD_FORMAT,
    IDENTITY,
    PREVIEW,
    WEIGHTS,
    StyleNetwork,
    read_network,
)

Export = Callable[[Network, Path], object]


@dataclass(frozen=True, kw_only=True)
class CardDetails:
    """What a card says, besides what the network itself tells.

    Attributes:
        name: The network's name.
        styles: For each style, in order of the rows, what is known about it.
        licence: Of the network.
        recipe: The command line and all options it was trained with.
        data: Which photographs.
        losses: What was reached.
        training: Time, machine, versions.
    """

    name: str
    styles: Mapping[str, Mapping[str, Any]]
    licence: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    losses: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def write_network(
    folder: Path,
    net: Network,
    details: CardDetails,
    *,
    preview: Sequence[Sequence[Cell]] = (),
    overwrite: bool = False,
    export: Export | None = None,
) -> StyleNetwork:
    """Write weights, graphs, preview and card; all appear together or not at all.

    Args:
        folder: Where the network will be.
        net: The network; one with rows has the identity first, then the styles.
        details: What the card says.
        preview: Rows of photograph and results; none writes no preview.
        overwrite: Whether a style network that is there may be replaced.
        export: Writes the graphs of a network into a folder;
            :func:`~impasto.networks.onnx_export.export_graphs` when ``None``.

    Raises:
        OutputError: if it cannot be written; what was there is unchanged.
        OptionError: if the styles are not those of the network's rows.
        NonFiniteLossError: if a weight is beyond what half precision holds.
    """
    rows = _row_names(net, details)
    rounded = rounded_to_half(net)
    with replace_folder(folder, overwrite=overwrite) as temporary:
        _save_weights(rounded, temporary / WEIGHTS)
        (export or _exporter())(rounded, temporary)
        if preview:
            titles = ["photograph", *details.styles]
            save_grid(preview, temporary / PREVIEW, column_titles=titles)
        files = sorted(path for path in temporary.iterdir() if path.is_file())
        card = _card(rounded, rows, details, {path.name: sha256(path) for path in files})
        (temporary / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return read_network(folder)


def rounded_to_half(net: Network) -> Network:
    """A copy in evaluation mode whose weights are float32, but what half precision holds.

    Raises:
        NonFiniteLossError: if a weight is beyond half precision.
    """
    rounded = copy.deepcopy(net).cpu().float().eval().requires_grad_(False)
    for name, weight in rounded.state_dict().items():
        half = weight.half()
        if not bool(half.isfinite().all()):
            raise NonFiniteLossError(
                f"weights: expected numbers that half precision holds, got {name} up to "
                f"{float(weight.abs().max()):.3g}; train with a smaller --learning-rate."
            )
        weight.copy_(half)
    return rounded


def _save_weights(net: Network, path: Path) -> None:
    from safetensors.torch import save

    halves = {name: weight.half().contiguous() for name, weight in net.state_dict().items()}
    path.write_bytes(save(halves))


def _row_names(net: Network, details: CardDetails) -> list[str]:
    styles = list(details.styles)
    if not isinstance(net, RealtimeNet):
        expected, names = 1, []
    else:
        expected, names = len(net.rows) - 1, [IDENTITY, *styles]
    if len(styles) != expected:
        raise OptionError(
            f"styles: expected {expected}, as the network has, got {len(styles)}: "
            f"{', '.join(styles) or 'none'}."
        )
    return names


def _card(
    net: Network, rows: Sequence[str], details: CardDetails, checksums: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "format": CARD_FORMAT,
        "name": details.name,
        "architecture": "realtime" if isinstance(net, RealtimeNet) else "transform",
        "shape": asdict(net.shape),
        "rows": list(rows),
        "styles": {name: dict(entry) for name, entry in details.styles.items()},
        "licence": details.licence,
        "recipe": dict(details.recipe),
        "data": dict(details.data),
        "losses": dict(details.losses),
        "training": dict(details.training),
        "sha256": dict(checksums),
    }


def _exporter() -> Export:
    from impasto.networks.onnx_export import export_graphs

    return export_graphs
