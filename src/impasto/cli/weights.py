"""``impasto weights``: which weights are here, and where the others come from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from impasto.cli.console import cancel_on_interrupt, download_bar, print_json, stdout
from impasto.weights.catalog import WEIGHTS, get_weights
from impasto.weights.store import WeightStatus, ensure, status


def weights_command(
    fetch: Annotated[
        list[str] | None, typer.Argument(help="Weights to fetch now; none to list all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the weights: ready, missing or damaged, from where, under which licence."""
    for name in fetch or ():
        spec = get_weights(name)
        with cancel_on_interrupt() as cancellation, download_bar(name) as show:
            path = ensure(spec, on_progress=show, cancellation=cancellation)
        stdout.print(f"{name}: {path}")
    if fetch:
        return
    found = [status(spec) for spec in WEIGHTS.values()]
    if json:
        print_json([_as_json(one) for one in found])
        return
    for one in found:
        stdout.print(f"[bold]{one.spec.name}[/]  {one.state}  {one.spec.title}")
        stdout.print(f"  {one.spec.size_bytes / 2**20:.0f} MiB, {one.spec.licence}")
        stdout.print(f"  {_where(one)}")


def _where(one: WeightStatus) -> str:
    if one.state == "ready":
        return f"{one.where}: {one.path}"
    if one.state == "damaged":
        return f"{one.path}: {one.reason}"
    return f"would be downloaded from {one.spec.url}"


def _as_json(one: WeightStatus) -> dict[str, Any]:
    return {
        "name": one.spec.name,
        "title": one.spec.title,
        "state": one.state,
        "path": None if one.path is None else str(one.path),
        "where": one.where,
        "reason": one.reason,
        "url": one.spec.url,
        "sha256": one.spec.sha256,
        "size_bytes": one.spec.size_bytes,
        "licence": one.spec.licence,
        "origin": one.spec.origin,
    }
