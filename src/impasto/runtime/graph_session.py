"""One graph in one engine: named arrays in, named arrays out."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.runtime import onnx, openvino
from impasto.runtime.protocol import EngineSettings, check_precision, check_threads

Arrays = Mapping[str, npt.NDArray[Any]]
Found = dict[str, npt.NDArray[Any]]


class GraphSession(Protocol):
    """Runs one graph; safe to call from several threads, which then wait for each other."""

    settings: EngineSettings

    def run(self, feed: Arrays) -> Found:
        """Compute the outputs; what comes back is the caller's."""


class OpenVinoSession:
    """A graph in OpenVINO on the CPU, compiled for all sizes and kept on disk.

    Args:
        path: The ONNX file.
        outputs: Names of the outputs wanted; the rest is not computed.
        precision: ``auto``, ``float32`` or ``bfloat16``.
        threads: Threads to compute with; ``None`` for one a core.

    Raises:
        DeviceError: if OpenVINO is missing, or precision or threads cannot be had.
        WeightsDamagedError: if the graph cannot be read.
    """

    def __init__(
        self,
        path: Path,
        outputs: Sequence[str],
        *,
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        package = openvino.import_openvino()
        core = package.Core()
        try:
            whole = core.read_model(path)
            chosen = [whole.output(name) for name in outputs]
            model = package.Model(chosen, whole.get_parameters())
        except RuntimeError as error:
            raise WeightsDamagedError(
                f"{path}: expected an ONNX graph, but OpenVINO says: {_shortened(error)}."
            ) from error
        options = openvino.compile_options(core, precision, threads)
        compiled = _compiled(core, model, options, path)
        self._request, self._lock = compiled.create_infer_request(), threading.Lock()
        self._outputs = tuple(outputs)
        self.settings = openvino.settings_of(package, core, compiled)

    def run(self, feed: Arrays) -> Found:
        """Compute the outputs."""
        with self._lock:
            results = self._request.infer(dict(feed), share_inputs=True, share_outputs=True)
            return {name: np.array(results[name]) for name in self._outputs}


class OnnxRuntimeSession:
    """A graph in ONNX Runtime, in float32, on CUDA or Core ML where it has them.

    Args: As for :class:`OpenVinoSession`; ``precision`` may not be ``bfloat16``.

    Raises: As for :class:`OpenVinoSession`.
    """

    def __init__(
        self,
        path: Path,
        outputs: Sequence[str],
        *,
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        onnx.refuse_bfloat16(precision)
        package = onnx.import_onnxruntime()
        options = package.SessionOptions()
        options.log_severity_level = onnx.ERRORS_ONLY
        options.intra_op_num_threads = threads or 0
        providers = onnx.available_providers(package)
        try:
            self._session = package.InferenceSession(
                path.read_bytes(), options, providers=providers
            )
        except Exception as error:  # its errors have no common root but this
            raise WeightsDamagedError(
                f"{path}: expected an ONNX graph, but ONNX Runtime says: {_shortened(error)}."
            ) from error
        self._outputs = list(outputs)
        self.settings = onnx.settings_of(package, self._session.get_providers()[0], threads)

    def run(self, feed: Arrays) -> Found:
        """Compute the outputs."""
        results = self._session.run(self._outputs, dict(feed))
        return {name: np.asarray(each) for name, each in zip(self._outputs, results, strict=True)}


SESSIONS = {"openvino": OpenVinoSession, "onnxruntime": OnnxRuntimeSession}


def _compiled(core: Any, model: Any, options: dict[str, Any], path: Path) -> Any:
    folder = openvino.cache_folder()
    if folder is not None:
        # A cache that is damaged or full is no reason to fail.
        with contextlib.suppress(RuntimeError):
            return core.compile_model(model, "CPU", options | {"CACHE_DIR": str(folder)})
    try:
        return core.compile_model(model, "CPU", options)
    except RuntimeError as error:
        raise DeviceError(
            f"OpenVINO cannot compile {path.name} for this CPU: {_shortened(error)}; "
            "use the engine onnxruntime."
        ) from error


def _shortened(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
