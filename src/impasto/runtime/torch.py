"""torch: the engine for GPUs, and for those who have torch loaded anyway."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from impasto.device import DeviceChoice, choose_device
from impasto.errors import DeviceError, MemoryLimitError
from impasto.networks.catalog import load_network
from impasto.networks.graphs import PixelGraph
from impasto.runtime.protocol import EngineSettings, Pixels, Row, check_precision, check_threads
from impasto.weights.style_networks import StyleNetwork


class TorchBackend:
    """Runs a network in PyTorch, images whole, in channels-last order.

    Args:
        network: The style network.
        precision: ``auto``: half precision on CUDA (bfloat16 from capability 8.0 on, else
            float16), float32 on Apple GPUs, and what the processor computes natively.
        threads: Threads on the CPU; ``None`` for torch's own choice.
        device: As for :func:`~impasto.device.choose_device`.

    Raises:
        DeviceError: if the device or precision is not to be had.
        WeightsDamagedError: if the weights cannot be read.
    """

    name = "torch"
    has_stages = False

    def __init__(
        self,
        network: StyleNetwork,
        *,
        precision: str = "auto",
        threads: int | None = None,
        device: str = "auto",
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        choice = choose_device(device, precision)
        self._device, self._dtype = choice.device, _dtype(choice, precision)
        graph = PixelGraph(load_network(network)).eval().to(self._device)
        self._graph = graph.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._lock = threading.Lock()
        self._threads = threads
        self.settings = _settings(choice, self._dtype, threads)

    def run(self, image: Pixels, row: Row | None) -> Pixels:
        """Stylise (1, H, W, 3) by a row (1, row length)."""
        pixels = torch.from_numpy(np.require(image, requirements="W")).to(self._device)
        style = None if row is None else torch.from_numpy(row.copy()).to(self._device)
        with self._lock, self._thread_count(), torch.inference_mode(), self._autocast():
            try:
                stylized: Pixels = self._graph(pixels, style).cpu().numpy()
            except torch.OutOfMemoryError as error:
                height, width = image.shape[1:3]
                raise MemoryLimitError(
                    f"{width} x {height} pixels do not fit into the memory of {self._device}; "
                    "use a smaller size, or the engine openvino, which works in tiles."
                ) from error
        return stylized

    def run_stage(self, name: str, feed: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
        """There are none.

        Raises:
            DeviceError: always.
        """
        raise DeviceError("The engine torch computes images whole; it has no stages.")

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        half = self._dtype != torch.float32
        return torch.autocast(self._device.type, self._dtype) if half else contextlib.nullcontext()

    @contextlib.contextmanager
    def _thread_count(self) -> Iterator[None]:
        if self._threads is None:
            yield
            return
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def machine_settings() -> EngineSettings:
    """What torch computes with here by default."""
    choice = choose_device()
    return _settings(choice, _dtype(choice, "auto"), None)


def _dtype(choice: DeviceChoice, precision: str) -> torch.dtype:
    """The precision; older CUDA GPUs, which lack bfloat16, have float16."""
    if choice.device.type == "cuda" and precision == "auto" and choice.dtype == torch.float32:
        return torch.float16
    return choice.dtype


def _settings(choice: DeviceChoice, dtype: torch.dtype, threads: int | None) -> EngineSettings:
    return EngineSettings(
        precision=str(dtype).removeprefix("torch."),
        threads=threads or torch.get_num_threads(),
        description=f"PyTorch {torch.__version__} on {choice.device}",
    )
