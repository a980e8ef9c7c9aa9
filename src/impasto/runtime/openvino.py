"""OpenVINO: the engine for CPUs."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.networks.stages import unpack_stages
from impasto.runtime.protocol import EngineSettings, Pixels, Row, check_precision, check_threads
from impasto.weights.style_networks import GRAPH, TILE_GRAPH, StyleNetwork

HINTS = {"float32": "f32", "bfloat16": "bf16"}
NAMES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}
STATIC_FROM = 3
"""The third image of one size has a graph compiled for it: it is a fifth quicker."""
STATIC_KEPT = 4


class OpenVinoBackend:
    """Runs a network's graphs in OpenVINO on the CPU.

    One graph for all sizes is compiled first, kept on disk, and ready soonest; a size that
    comes again and again has one of its own.

    Args:
        network: The style network.
        precision: ``auto`` leaves it to OpenVINO: bfloat16 where the processor computes it
            natively, else float32.
        threads: Threads to compute with; ``None`` for one a core.

    Raises:
        DeviceError: if OpenVINO is missing, or precision or threads cannot be had.
        WeightsDamagedError: if the graph cannot be read.
    """

    name = "openvino"
    has_stages = True

    def __init__(
        self, network: StyleNetwork, *, precision: str = "auto", threads: int | None = None
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        self._openvino = import_openvino()
        self._core = self._openvino.Core()
        self._network = network
        self._options = compile_options(self._core, precision, threads)
        self._lock = threading.Lock()
        self._model = self._read(network.file(GRAPH))
        compiled = self._compile(self._model, cached=True)
        self._any_size = compiled.create_infer_request()
        self._seen: OrderedDict[tuple[int, ...], int] = OrderedDict()
        self._static: OrderedDict[tuple[int, ...], Any] = OrderedDict()
        self._stages: dict[str, Any] = {}
        self._stage_request: tuple[str, Any] = ("", None)
        self._graphs: dict[str, bytes] = {}
        self.settings = settings_of(self._openvino, self._core, compiled)

    def run(self, image: Pixels, row: Row | None) -> Pixels:
        """Stylise (1, H, W, 3) by a row (1, row length)."""
        feed: dict[str, Any] = {"image": image} if row is None else {"image": image, "style": row}
        with self._lock:
            return self._infer(self._request_for(image.shape), feed)["stylized"]

    def run_stage(self, name: str, feed: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
        """Run one stage on one tile."""
        with self._lock:
            if self._stage_request[0] != name:
                # The memory of the stage before is not needed any more.
                self._stage_request = ("", None)
                self._stage_request = (name, self._stage(name).create_infer_request())
            return self._infer(self._stage_request[1], dict(feed))

    def _stage(self, name: str) -> Any:
        if not self._graphs:
            self._graphs = unpack_stages(self._network.file(TILE_GRAPH))[1]
        if name not in self._stages:
            model = self._core.read_model(self._graphs[name], b"")
            self._stages[name] = self._compile(model, cached=True)
        return self._stages[name]

    def _request_for(self, shape: tuple[int, ...]) -> Any:
        """The request for one shape: its own from the third time on."""
        if shape in self._static:
            self._static.move_to_end(shape)
            return self._static[shape]
        self._seen[shape] = self._seen.pop(shape, 0) + 1
        if self._seen[shape] < STATIC_FROM:
            while len(self._seen) > 64:
                self._seen.popitem(last=False)
            return self._any_size
        model = self._model.clone()
        model.reshape({"image": list(shape)})
        self._static[shape] = self._compile(model, cached=False).create_infer_request()
        if len(self._static) > STATIC_KEPT:
            self._seen.pop(self._static.popitem(last=False)[0], None)
        return self._static[shape]

    def _infer(self, request: Any, feed: dict[str, Any]) -> dict[str, npt.NDArray[Any]]:
        results = request.infer(feed, share_inputs=True, share_outputs=True)
        return {
            output.get_any_name(): np.array(results[output]) for output in request.model_outputs
        }

    def _read(self, path: Path) -> Any:
        try:
            return self._core.read_model(path)
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:200]
            raise WeightsDamagedError(
                f"{path}: expected an ONNX graph, but OpenVINO says: {reason}."
            ) from error

    def _compile(self, model: Any, *, cached: bool) -> Any:
        folder = cache_folder() if cached else None
        if folder is not None:
            # A cache that is damaged or full is no reason to fail.
            with contextlib.suppress(RuntimeError):
                options = self._options | {"CACHE_DIR": str(folder)}
                return self._core.compile_model(model, "CPU", options)
        try:
            return self._core.compile_model(model, "CPU", self._options)
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:200]
            raise DeviceError(
                f"OpenVINO cannot compile the network {self._network.name!r} for this CPU: "
                f"{reason}; use the engine onnxruntime."
            ) from error


def machine_settings() -> EngineSettings:
    """What OpenVINO computes with here by default, found out without a network.

    Raises:
        DeviceError: if OpenVINO is missing or has no CPU plugin.
    """
    openvino = import_openvino()
    core, operations = openvino.Core(), openvino.opset13
    number = operations.parameter([1], np.float32)
    model = openvino.Model([operations.relu(number)], [number])
    return settings_of(
        openvino, core, core.compile_model(model, "CPU", compile_options(core, "auto", None))
    )


def settings_of(openvino: Any, core: Any, compiled: Any) -> EngineSettings:
    """What a compiled model computes with."""
    hint = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    version = openvino.__version__.split("-")[0]
    return EngineSettings(
        precision=NAMES.get(hint, hint),
        threads=int(compiled.get_property("INFERENCE_NUM_THREADS")),
        description=f"OpenVINO {version} on {core.get_property('CPU', 'FULL_DEVICE_NAME')}",
    )


def import_openvino() -> Any:
    """The package.

    Raises:
        DeviceError: if it is not installed.
    """
    try:
        import openvino
    except ImportError as error:
        raise DeviceError(
            f"The engine openvino needs the package openvino ({error}); "
            "install it: pip install openvino."
        ) from error
    return openvino


def compile_options(core: Any, precision: str, threads: int | None) -> dict[str, Any]:
    """What a graph is compiled with.

    Raises:
        DeviceError: if this processor does not compute in the precision.
    """
    options: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
    if precision == "bfloat16" and "BF16" not in core.get_property(
        "CPU", "OPTIMIZATION_CAPABILITIES"
    ):
        raise DeviceError(
            "precision bfloat16 was asked for, but OpenVINO does not compute it on this CPU; "
            "use float32 or auto."
        )
    if precision != "auto":
        options["INFERENCE_PRECISION_HINT"] = HINTS[precision]
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options


def cache_folder() -> Path | None:
    """The folder of compiled graphs, made if need be; ``None`` where it cannot be written."""
    folder = platformdirs.user_cache_path("impasto", appauthor=False) / "openvino"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
