"""ONNX Runtime: the engine for machines without OpenVINO."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.networks.stages import unpack_stages
from impasto.runtime.protocol import EngineSettings, Pixels, Row, check_precision, check_threads
from impasto.weights.style_networks import GRAPH, TILE_GRAPH, StyleNetwork

PROVIDERS = ("CUDAExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider")
ERRORS_ONLY = 3


class OnnxRuntimeBackend:
    """Runs a network's graphs in ONNX Runtime, in float32.

    Takes CUDA or Core ML where the installed build has them, and the CPU for the rest.

    Args:
        network: The style network.
        precision: ``auto`` or ``float32``.
        threads: Threads to compute with; ``None`` for one a core.

    Raises:
        DeviceError: if ONNX Runtime is missing, or another precision was asked for.
        WeightsDamagedError: if the graph cannot be read.
    """

    name = "onnxruntime"
    has_stages = True

    def __init__(
        self, network: StyleNetwork, *, precision: str = "auto", threads: int | None = None
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        refuse_bfloat16(precision)
        self._onnxruntime = import_onnxruntime()
        self._providers = available_providers(self._onnxruntime)
        self._options = self._onnxruntime.SessionOptions()
        self._options.log_severity_level = ERRORS_ONLY
        self._options.intra_op_num_threads = threads or 0
        self._network, self._lock = network, threading.Lock()
        self._session = self._open(network.file(GRAPH).read_bytes())
        self._stages: dict[str, Any] = {}
        self._graphs: dict[str, bytes] = {}
        self.settings = settings_of(self._onnxruntime, self._session.get_providers()[0], threads)

    def run(self, image: Pixels, row: Row | None) -> Pixels:
        """Stylise (1, H, W, 3) by a row (1, row length)."""
        feed: dict[str, Any] = {"image": image} if row is None else {"image": image, "style": row}
        return np.asarray(self._session.run(["stylized"], feed)[0])

    def run_stage(self, name: str, feed: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
        """Run one stage on one tile."""
        with self._lock:
            if not self._graphs:
                self._graphs = unpack_stages(self._network.file(TILE_GRAPH))[1]
            if name not in self._stages:
                # One stage after the other: the last one's memory is not needed any more.
                self._stages = {name: self._open(self._graphs[name])}
            session = self._stages[name]
        names = [output.name for output in session.get_outputs()]
        known = {each.name for each in session.get_inputs()}
        needed = {key: value for key, value in feed.items() if key in known}
        return dict(zip(names, session.run(names, needed), strict=True))

    def _open(self, graph: bytes) -> Any:
        try:
            return self._onnxruntime.InferenceSession(
                graph, self._options, providers=self._providers
            )
        except Exception as error:  # its errors have no common root but this
            reason = " ".join(str(error).split())[:200]
            raise WeightsDamagedError(
                f"The graph of the network {self._network.name!r} cannot be opened: {reason}."
            ) from error


def machine_settings() -> EngineSettings:
    """What ONNX Runtime computes with here by default.

    Raises:
        DeviceError: if ONNX Runtime is missing.
    """
    onnxruntime = import_onnxruntime()
    return settings_of(onnxruntime, available_providers(onnxruntime)[0], None)


def refuse_bfloat16(precision: str) -> None:
    """Refuse the precision that ONNX Runtime lacks here.

    Raises:
        DeviceError: if it is asked for.
    """
    if precision == "bfloat16":
        raise DeviceError(
            "precision bfloat16: ONNX Runtime computes in float32; use the engine "
            "openvino, or leave the precision out."
        )


def settings_of(onnxruntime: Any, provider: str, threads: int | None) -> EngineSettings:
    """What a session with a provider computes with."""
    device = provider.removesuffix("ExecutionProvider")
    return EngineSettings(
        precision="float32",
        threads=threads or _cores(),
        description=f"ONNX Runtime {onnxruntime.__version__} on {device}",
    )


def available_providers(onnxruntime: Any) -> list[str]:
    """The providers of the installed build that are taken, best first."""
    available = onnxruntime.get_available_providers()
    return [name for name in PROVIDERS if name in available]


def import_onnxruntime() -> Any:
    """The package.

    Raises:
        DeviceError: if it is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise DeviceError(
            f"The engine onnxruntime needs the package onnxruntime ({error}); "
            "install it: pip install onnxruntime."
        ) from error
    return onnxruntime


def _cores() -> int:
    """Processor cores this process may use, hyper-threads counted once where that is known."""
    import psutil

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, psutil.cpu_count(logical=False) or usable or 1)
