"""Flags that say who does the work: this process, several of this machine, a Ray cluster."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from impasto.errors import OptionError

if TYPE_CHECKING:
    from impasto.batch.work import Pool

PANEL = "Processes"
ADDRESS: Any = typer.Option(
    "--address",
    help="A Ray cluster: auto, ray://HOST:PORT, HOST:PORT, or local to start one here. "
    "Default: this machine, without Ray.",
    rich_help_panel=PANEL,
)
ACTORS: Any = typer.Option(
    "--actors",
    min=1,
    help="Processes that paint. Default: this one; on a cluster as many as have room.",
    rich_help_panel=PANEL,
)
GPUS: Any = typer.Option(
    "--gpus-per-actor",
    min=0,
    help="GPUs of each process, or a part of one.",
    rich_help_panel=PANEL,
)


@contextlib.contextmanager
def open_pool(
    address: str | None, actors: int | None, gpus: float, threads: int | None
) -> Iterator[tuple[Pool, int, int | None]]:
    """The pool that flags ask for, for as long as the block lasts.

    Args:
        address: Of a cluster; ``None`` for this machine.
        actors: How many processes; ``None`` for one, or as many as a cluster has room for.
        gpus: GPUs of each process.
        threads: Processor threads of each; ``None`` for its share.

    Yields:
        The pool, how many processes it has, and the threads of each; ``None`` for all cores.

    Raises:
        OptionError: if GPUs are shared out without a cluster.
        MissingPackageError: if a cluster is asked for and Ray is not installed.
        ClusterError: if there is no cluster at the address.
    """
    from impasto.batch.local_pool import LocalProcesses, ThisProcess

    if address is not None:
        from impasto.batch.ray_pool import connect

        cores = threads or 1
        with connect(address, actors=actors, cpus=cores, gpus=gpus) as cluster:
            yield cluster, cluster.processes, cores
        return
    if gpus:
        raise OptionError("--gpus-per-actor: expected --address with it; without, use --device.")
    if actors is None or actors == 1:
        yield ThisProcess(), 1, threads
        return
    yield LocalProcesses(actors), actors, threads or max(1, (os.cpu_count() or 1) // actors)
