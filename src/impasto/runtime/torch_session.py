"""The graphs of arbitrary-style networks in torch: for GPUs, and where torch is loaded anyway."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from impasto.device import choose_device
from impasto.encoders.catalog import get_encoder, load_encoder
from impasto.errors import MemoryLimitError, WeightsDamagedError
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
from impasto.networks.style_attention import StyleAttentionNet
from impasto.runtime.protocol import EngineSettings, check_precision, check_threads
from impasto.weights.arbitrary_networks import ENCODER_GRAPH, ArbitraryNetworks
from impasto.weights.catalog import get_weights
from impasto.weights.store import load_tensors

WHITE = 255.0

Tensors = Mapping[str, torch.Tensor]
Compute = Callable[[Any, Tensors, Sequence[str]], Tensors]


class TorchSession:
    """One graph of a folder of networks, computed by torch from its weights.

    Args:
        networks: The folder.
        graph: Name of the graph's file there, which tells the weights.
        outputs: Names of the outputs wanted.
        precision: ``auto``, ``float32`` or ``bfloat16``.
        threads: Threads on the CPU; ``None`` for torch's own choice.
        device: As for :func:`~impasto.device.choose_device`.

    Raises:
        DeviceError: if the device or precision is not to be had.
        WeightsDamagedError: if the weights cannot be read.
    """

    def __init__(
        self,
        networks: ArbitraryNetworks,
        graph: str,
        outputs: Sequence[str],
        *,
        precision: str = "auto",
        threads: int | None = None,
        device: str = "auto",
    ) -> None:
        check_precision(precision)
        check_threads(threads)
        choice = choose_device(device, precision)
        self._device, self._dtype = choice.device, choice.dtype
        self._outputs, self._threads = tuple(outputs), threads
        self._lock = threading.Lock()
        module, self._compute = _graph(networks, graph)
        self._module = module.eval().to(self._device)
        self.settings = EngineSettings(
            precision=str(choice.dtype).removeprefix("torch."),
            threads=threads or torch.get_num_threads(),
            description=f"PyTorch {torch.__version__} on {choice.device}",
        )

    def run(self, feed: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """Compute the outputs.

        Raises:
            MemoryLimitError: if the device has too little memory.
        """
        given = {
            name: torch.from_numpy(np.require(array, requirements="W")).to(self._device)
            for name, array in feed.items()
        }
        with self._lock, self._thread_count(), torch.inference_mode(), self._autocast():
            try:
                found = self._compute(self._module, given, self._outputs)
                return {name: _array(value) for name, value in found.items()}
            except torch.OutOfMemoryError as error:
                raise MemoryLimitError(
                    f"The picture does not fit into the memory of {self._device}; use a smaller "
                    "size, or the engine openvino."
                ) from error

    def _autocast(self) -> contextlib.AbstractContextManager[Any]:
        half = self._dtype != torch.float32
        return torch.autocast(self._device.type, self._dtype) if half else contextlib.nullcontext()

    @contextlib.contextmanager
    def _thread_count(self) -> Any:
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads or before)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _array(tensor: torch.Tensor) -> npt.NDArray[Any]:
    """Bytes as they are, and everything else in float32."""
    exact = tensor if tensor.dtype == torch.uint8 else tensor.float()
    return np.ascontiguousarray(exact.cpu().numpy())


def _graph(networks: ArbitraryNetworks, graph: str) -> tuple[nn.Module, Compute]:
    """The module that computes a graph of the folder, and how."""
    if graph == ENCODER_GRAPH:
        return _encoder(networks), _encoded
    name, _, part = graph.removesuffix(".onnx").partition("-")
    if "attention" not in networks.card["networks"][name]:
        return _decoder(networks, name), _decoded
    net = _attention_net(networks, name)
    if not part:
        return net.decoder, _decoded
    return net, {"memory": _remembered, "attention": _attended}[part]


def _encoded(module: Any, given: Tensors, outputs: Sequence[str]) -> Tensors:
    found: Tensors = module(given["image"].permute(0, 3, 1, 2).float() / WHITE, outputs)
    return found


def _decoded(module: Any, given: Tensors, outputs: Sequence[str]) -> Tensors:
    changed = [
        given[f"{prefix}gain"] * given[name] + given[f"{prefix}offset"]
        for name, prefix in (("features", ""), ("skip", "skip_"))
        if name in given
    ]
    image = module(*changed)
    levels = (image.float() * WHITE).clamp(0, WHITE).round().to(torch.uint8)
    return {"stylized": levels.permute(0, 2, 3, 1).contiguous()}


def _remembered(module: Any, given: Tensors, outputs: Sequence[str]) -> Tensors:
    found = {}
    for level, attention, scale in module.levels():
        style = given[f"style{level}"] / scale
        memory = attention.remember(style, given[f"normal{level}"])
        found[f"key{level}"], found[f"value{level}"] = memory
    return found


def _attended(module: Any, given: Tensors, outputs: Sequence[str]) -> Tensors:
    found = [
        attention(
            given[f"content{level}"] / scale,
            given[f"normal{level}"],
            given[f"key{level}"],
            given[f"value{level}"],
        )
        for level, attention, scale in module.levels()
    ]
    return {"features": module.merged(*found)}


def _encoder(networks: ArbitraryNetworks) -> nn.Module:
    """The encoder that the card names.

    Raises:
        WeightsDamagedError: if the networks were trained on other weights of that name.
    """
    entry = networks.card["encoder"]
    expected, found = entry["sha256"], get_weights(get_encoder(entry["name"]).weights).sha256
    if found != expected:
        raise WeightsDamagedError(
            f"{networks.folder}: expected the weights {entry['name']!r} with sha256 {expected} "
            f"as the card says, but those known have {found}; install impasto anew, or use the "
            "engine openvino."
        )
    exact = choose_device("cpu", "float32")
    return load_encoder(entry["name"], pooling="max", device=exact)


def _decoder(networks: ArbitraryNetworks, name: str) -> nn.Module:
    decoder = FeatureDecoder(_shape(networks, name))
    decoder.load_state_dict(_weights(networks, name))
    return decoder


def _attention_net(networks: ArbitraryNetworks, name: str) -> StyleAttentionNet:
    net = StyleAttentionNet(shape=_shape(networks, name))
    net.load_state_dict(_weights(networks, name))
    return net


def _shape(networks: ArbitraryNetworks, name: str) -> DecoderShape:
    card = networks.card["networks"][name]["shape"]
    return DecoderShape(
        level=card["level"],
        channels=card["channels"],
        widths=tuple(card["widths"]),
        blocks=tuple(card["blocks"]),
        skip_channels=card.get("skip_channels", 0),
    )


def _weights(networks: ArbitraryNetworks, name: str) -> Tensors:
    weights = load_tensors(networks.file(f"{name}.safetensors"))
    return {key: value.float() for key, value in weights.items()}
