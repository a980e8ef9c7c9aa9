"""The processes of a training: one or many, on CPUs or GPUs, by Lightning Fabric."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from impasto.device import DeviceChoice, choose_device
from impasto.errors import DeviceError, ImpastoError, MissingPackageError
from impasto.stylizers.options import check_options, option

if TYPE_CHECKING:
    import torch
    from lightning_fabric import Fabric

PACKAGES = ("lightning_fabric", "onnx")


@dataclass(frozen=True, kw_only=True)
class Machines:
    """Which processes train, and where.

    Raises:
        OptionError: if a value is out of its range.
    """

    accelerator: str = option("auto", "What computes.", choices=("auto", "cpu", "cuda", "mps"))
    devices: int = option(1, "Processes on each node: one a GPU.", minimum=1)
    nodes: int = option(1, "Machines.", minimum=1)
    strategy: str = option("auto", "How processes share the work.", choices=("auto", "ddp"))

    def __post_init__(self) -> None:
        check_options(self)


def require_packages() -> None:
    """Make sure that what only training needs is installed.

    Raises:
        MissingPackageError: naming what is missing and how to get it.
    """
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingPackageError(
            f"Training needs the package {missing[0].replace('_', '-')}, which is not installed; "
            'run: pip install "impasto[train]"'
        )


def quieten() -> None:
    """Keep Lightning Fabric from telling on standard error what it chose."""
    import lightning_fabric

    logging.getLogger(lightning_fabric.__name__).setLevel(logging.WARNING)


class Processes:
    """The processes of one training, seen from one of them.

    Args:
        machines: Which processes.
        precision: The recipe's.

    Raises:
        MissingPackageError: if Lightning Fabric is not installed.
        DeviceError: if the machine does not have what is asked for.
    """

    def __init__(self, machines: Machines, precision: str) -> None:
        require_packages()
        import torch
        from lightning_fabric import Fabric

        choice = choose_device(machines.accelerator, precision)
        mixed = choice.dtype == torch.bfloat16
        try:
            self.fabric: Fabric = Fabric(
                accelerator=choice.device.type,
                devices=machines.devices,
                num_nodes=machines.nodes,
                strategy=machines.strategy,
                precision="bf16-mixed" if mixed else "32-true",
            )
        except (RuntimeError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())
            raise DeviceError(
                f"devices: expected {machines.devices} of {choice.device.type} on each of "
                f"{machines.nodes} nodes, but: {reason}."
            ) from error
        self._choice = choice

    def launch(self) -> None:
        """Start the other processes; each comes to this line itself."""
        self.fabric.launch()

    @property
    def device(self) -> DeviceChoice:
        """This process's device, and the precision on it."""
        return replace(self._choice, device=self.fabric.device)

    @property
    def rank(self) -> int:
        """The number of this process among all."""
        return int(self.fabric.global_rank)

    @property
    def count(self) -> int:
        """How many processes there are."""
        return int(self.fabric.world_size)

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes files and reports."""
        return self.rank == 0

    def share(self, items: Sequence[Any]) -> Sequence[Any]:
        """This process's part of a batch."""
        size = len(items) // self.count
        return items[self.rank * size : (self.rank + 1) * size]

    def gather(self, values: torch.Tensor) -> torch.Tensor:
        """The (n,) values of every process, (processes, n)."""
        if self.count == 1:
            return values[None]
        import torch

        every = [torch.empty_like(values) for _ in range(self.count)]
        torch.distributed.all_gather(every, values.contiguous())
        return torch.stack(every)

    def largest(self, *values: float) -> list[float]:
        """The largest of each value over the processes, so that all decide alike."""
        if self.count == 1:
            return list(values)
        import torch

        own = torch.tensor(values, dtype=torch.float64, device=self.fabric.device)
        return [float(value) for value in self.gather(own).amax(0)]

    def end(self) -> None:
        """Leave the group of processes; the second time does nothing."""
        if self.count > 1:
            import torch

            if torch.distributed.is_initialized():
                torch.distributed.destroy_process_group()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Work that needs every process, and leaves the group when it ends.

        Raises:
            DeviceError: if another process has ended.
        """
        try:
            yield
        except ImpastoError:
            raise
        except RuntimeError as error:
            if self.count == 1:
                raise
            raise DeviceError(
                f"process {self.rank} of {self.count}: expected the others to go on, but lost "
                f"one ({' '.join(str(error).split())[:200]}); see what it says, and run the same "
                "command again to go on from the last checkpoint."
            ) from error
        finally:
            self.end()
