"""``impasto export``: a network as a file that other programs run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from impasto.cli.console import print_json, stdout
from impasto.errors import DeviceError, OptionError, ShapeError
from impasto.image.destination import check_destination
from impasto.weights.style_networks import (
    StyleNetwork,
    find_network,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

    from impasto.networks.catalog import Network
    from impasto.networks.onnx_export import GraphDifference

FORMATS = ("onnx",)
CHECKPOINTS = (".pth", ".pt", ".model")


def export_command(
    name: Annotated[
        str,
        typer.Argument(
            help="A fast style, a network's name or folder, or a .pth checkpoint of "
            "pytorch/examples.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; default: NAME.onnx.")
    ] = None,
    format: Annotated[str, typer.Option(help="onnx.")] = "onnx",
    size: Annotated[
        str | None,
        typer.Option(help="The only size it shall take, HEIGHTxWIDTH; default: any."),
    ] = None,
    style: Annotated[
        str | None, typer.Option(help="The style to write in, of a network that has several.")
    ] = None,
    keep_rows: Annotated[
        bool, typer.Option("--keep-rows", help="Keep the style as an input of the graph.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a network to an ONNX file, checked in ONNX Runtime and OpenVINO against torch."""
    if format not in FORMATS:
        raise OptionError(f"--format: expected {', '.join(FORMATS)}, got {format!r}.")
    if keep_rows and style is not None:
        raise OptionError("--style writes one style in and --keep-rows keeps all; use one.")
    sides = _sides(size)
    path = output or Path(f"{style or Path(name).stem}.onnx")
    if path.suffix.lower() != ".onnx":
        raise OptionError(f"--output: expected a name that ends in .onnx, got {path}.")
    check_destination(path)
    net, row = _network(name, style, keep_rows=keep_rows)
    found = _write(net, row, sides, path)
    if json:
        print_json({"file": str(path), "checks": [vars(each) for each in found]})
        return
    stdout.print(f"{path}")
    for each in found:
        stdout.print(
            f"  {each.engine}: largest difference from torch {each.largest:.1e} of 1, "
            f"{each.largest_levels} of 255 levels; mean {each.mean_levels:.1e} levels"
        )


def _network(
    name: str, style: str | None, *, keep_rows: bool
) -> tuple[Network, torch.Tensor | None]:
    """The network, and the row to write in."""
    if Path(name).suffix.lower() in CHECKPOINTS:
        from impasto.networks.transform_net import load_pytorch_examples

        if style is not None:
            raise OptionError(f"--style: {name} has one style; leave the flag out.")
        return load_pytorch_examples(name), None
    found = find_network(name)
    values = None if keep_rows else _row(found, name, style)
    import torch

    from impasto.networks.catalog import load_network

    return load_network(found), None if values is None else torch.from_numpy(values)


def _row(found: StyleNetwork, name: str, style: str | None) -> npt.NDArray[np.float32] | None:
    """The row of the style asked for; ``None`` where the network has one style."""
    if not found.rows:
        if style is not None:
            raise OptionError(f"--style: {name} has one style; leave the flag out.")
        return None
    chosen = style or (name if name in found.style_names else None)
    if chosen is None and len(found.style_names) == 1:
        chosen = found.style_names[0]
    if chosen is None:
        raise OptionError(
            f"{name} paints {', '.join(found.style_names)}; choose one with --style, "
            "or keep them all with --keep-rows."
        )
    return found.row({chosen: 1.0})


def _write(
    net: Network, row: torch.Tensor | None, sides: tuple[int, int] | None, path: Path
) -> list[GraphDifference]:
    try:
        from impasto.networks.onnx_export import CHECKED_SIZES, check_graph, write_graph
        from impasto.networks.onnx_graphs import whole_graph
    except ImportError as error:
        raise DeviceError(
            f"Exporting needs the package onnx ({error}); run: pip install 'impasto[train]'."
        ) from error

    graph, float_graph = (
        whole_graph(net, rounded=rounded, row=row, size=sides, half_weights=False)
        for rounded in (True, False)
    )
    sizes = CHECKED_SIZES if sides is None else (sides,)
    found = check_graph(graph, float_graph, net, row=row, sizes=sizes)
    write_graph(graph, path)
    return found


def _sides(size: str | None) -> tuple[int, int] | None:
    """The height and width asked for."""
    from impasto.networks.shapes import check_size

    if size is None:
        return None
    parts = size.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise OptionError(f"--size: expected HEIGHTxWIDTH, such as 512x768, got {size!r}.")
    sides = int(parts[0]), int(parts[1])
    try:
        check_size(*sides)
    except ShapeError as error:
        raise OptionError(f"--size: {error}") from error
    return sides
