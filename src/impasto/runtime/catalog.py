"""Which engines there are, which of them is taken, and opening it."""

from __future__ import annotations

import importlib
import importlib.util
import sys

from impasto.errors import DeviceError
from impasto.runtime.engine import TILE_PX, WHOLE_PX, FeedForwardEngine
from impasto.runtime.protocol import Backend, EngineSettings
from impasto.weights.style_networks import StyleNetwork

ENGINES = {"openvino": "openvino", "onnxruntime": "onnxruntime", "torch": "torch"}
"""Each engine and the package it needs; on CPUs the first one here is taken."""

MODULES = {
    "openvino": "impasto.runtime.openvino",
    "onnxruntime": "impasto.runtime.onnx",
    "torch": "impasto.runtime.torch",
}


def open_engine(
    network: StyleNetwork,
    *,
    engine: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
    device: str = "auto",
    whole_px: int = WHOLE_PX,
    tile_px: int = TILE_PX,
) -> FeedForwardEngine:
    """Open an engine for a style network.

    Args:
        network: The style network.
        engine: ``auto`` (see :func:`choose_engine`) or a key of :data:`ENGINES`.
        precision: ``auto``, ``float32`` or ``bfloat16``.
        threads: Threads of the processor; ``None`` for one a core.
        device: Where torch runs, as for :func:`~impasto.device.choose_device`.
        whole_px: Pixels from which on images are computed in tiles, where the engine can.
        tile_px: Pixels of a tile.

    Raises:
        DeviceError: if the engine, its package, the precision or the threads are not to be
            had here.
        WeightsNotFoundError: if a file of the network is missing.
        WeightsDamagedError: if a file of the network is damaged.
    """
    backend = _open_backend(choose_engine(engine), network, precision, threads, device)
    return FeedForwardEngine(network, backend, whole_px=whole_px, tile_px=tile_px)


def choose_engine(engine: str = "auto") -> str:
    """The engine that is taken: torch if it is loaded and sees a GPU, else the first installed.

    torch is not loaded to find out: that would take longer than most pictures do.

    Raises:
        DeviceError: if there is no such engine, or its package is not installed.
    """
    installed = installed_engines()
    if engine != "auto":
        if engine not in ENGINES:
            raise DeviceError(f"engine: expected auto, {', '.join(ENGINES)}, got {engine!r}.")
        if engine not in installed:
            package = ENGINES[engine]
            raise DeviceError(
                f"The engine {engine} needs the package {package}, which is not installed; "
                f"run: pip install {package}."
            )
        return engine
    if _torch_sees_a_gpu():
        return "torch"
    if not installed:
        raise DeviceError(
            f"No engine is installed; install one of {', '.join(ENGINES.values())}: "
            "pip install openvino."
        )
    return installed[0]


def installed_engines() -> list[str]:
    """The engines whose package is installed, best for CPUs first; nothing is imported."""
    return [name for name, package in ENGINES.items() if _is_installed(package)]


def engine_settings(engine: str) -> EngineSettings:
    """What an engine computes with on this machine by default.

    Raises:
        DeviceError: if there is no such engine here.
    """
    chosen = choose_engine(engine)
    module = importlib.import_module(MODULES[chosen])
    settings: EngineSettings = module.machine_settings()
    return settings


def _is_installed(package: str) -> bool:
    return package in sys.modules or importlib.util.find_spec(package) is not None


def _torch_sees_a_gpu() -> bool:
    torch = sys.modules.get("torch")
    return bool(
        torch is not None and (torch.cuda.is_available() or torch.backends.mps.is_available())
    )


def _open_backend(
    engine: str, network: StyleNetwork, precision: str, threads: int | None, device: str
) -> Backend:
    if engine == "openvino":
        from impasto.runtime.openvino import OpenVinoBackend

        return OpenVinoBackend(network, precision=precision, threads=threads)
    if engine == "onnxruntime":
        from impasto.runtime.onnx import OnnxRuntimeBackend

        return OnnxRuntimeBackend(network, precision=precision, threads=threads)
    from impasto.runtime.torch import TorchBackend

    return TorchBackend(network, precision=precision, threads=threads, device=device)
