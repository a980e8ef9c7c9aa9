"""The folder of arbitrary-style networks: graphs, weights and a card, written and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import OptionError, WeightsDamagedError
from impasto.image.destination import replace_file
from impasto.networks.feature_decoder import FeatureDecoder
from impasto.networks.onnx_attention import attention_graph, memory_graph
from impasto.networks.onnx_decoder import decoder_graph
from impasto.networks.style_attention import StyleAttentionNet
from impasto.training.encoder_graph import encoder_graph
from impasto.weights import checksum
from impasto.weights.arbitrary_networks import (
    CARD,
    CARD_FORMAT,
    ENCODER_GRAPH,
)

GRAPH_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
LICENCE = (
    "Apache-2.0, like Impasto; the encoder's weights CC BY 4.0 (Visual Geometry Group, Oxford)"
)
TOLERANCE = 2e-2
"""Largest relative error of a graph with weights in half precision, in float32."""


def write_encoder(folder: Path, encoder: VGG, entry: Mapping[str, Any]) -> None:
    """Write the encoder's graph into a folder, and begin its card.

    The weights stay where they are: the card names them and their checksum.

    Args:
        folder: Made if need be.
        encoder: In float32, max pooling.
        entry: What the card says about it: ``name`` and ``sha256`` of its weights.

    Raises:
        OptionError: if the folder belongs to another encoder.
        WeightsDamagedError: if the graph does not compute what the encoder does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    card = _card(folder)
    if card["encoder"] not in ({}, dict(entry)):
        raise OptionError(
            f"{folder}: holds networks of another encoder, {card['encoder']}; got {entry}. "
            "Write into another folder."
        )
    if card["encoder"]:
        return
    graph = encoder_graph(encoder, GRAPH_LAYERS)
    _check_encoder(graph, encoder)
    _write(folder / ENCODER_GRAPH, graph.SerializeToString())
    card["encoder"] = dict(entry)
    _write_card(folder, card, (ENCODER_GRAPH,))


def write_decoder_network(
    folder: Path, name: str, decoder: FeatureDecoder, entry: Mapping[str, Any]
) -> None:
    """Write a decoder's graph and weights into a folder that has an encoder.

    Args:
        folder: With a card.
        name: Of the network: its files are ``name.onnx`` and ``name.safetensors``.
        decoder: In float32.
        entry: What the card says about it: layer, recipe, data, metric.

    Raises:
        WeightsDamagedError: if the graph does not compute what the decoder does.
    """
    _check_decoder(decoder.eval())
    _round(decoder)
    graph, weights = f"{name}.onnx", f"{name}.safetensors"
    _write(folder / graph, decoder_graph(decoder).SerializeToString())
    _write(folder / weights, tensors_to_bytes(decoder.state_dict()))
    card = _card(folder)
    card["networks"][name] = {**entry, **_shape_entry(decoder)}
    _write_card(folder, card, (graph, weights))


def write_attention_network(
    folder: Path, name: str, net: StyleAttentionNet, entry: Mapping[str, Any]
) -> None:
    """Write a style-attentional network: three graphs, its weights, and its line of the card.

    Args: As for :func:`write_decoder_network`.

    Raises:
        WeightsDamagedError: if the decoder's graph does not compute what it does.
    """
    _check_decoder(net.eval().decoder)
    _round(net)
    graphs = {
        f"{name}.onnx": decoder_graph(net.decoder),
        f"{name}-memory.onnx": memory_graph(net),
        f"{name}-attention.onnx": attention_graph(net),
    }
    for file, graph in graphs.items():
        _write(folder / file, graph.SerializeToString())
    weights = f"{name}.safetensors"
    _write(folder / weights, tensors_to_bytes(net.state_dict()))
    card = _card(folder)
    card["networks"][name] = {**entry, **_shape_entry(net.decoder), "attention": True}
    _write_card(folder, card, (*graphs, weights))


def tensors_to_bytes(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """A safetensors file: weights in half precision, vectors in float32."""
    from safetensors.torch import save

    return save(
        {
            name: (value.half() if value.ndim > 1 else value.float()).cpu().contiguous()
            for name, value in tensors.items()
        }
    )


def _shape_entry(decoder: FeatureDecoder) -> dict[str, Any]:
    shape = {
        key: list(each) if isinstance(each, tuple) else each
        for key, each in asdict(decoder.shape).items()
    }
    return {"level": decoder.shape.level, "shape": shape}


def _card(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    return {"format": CARD_FORMAT, "licence": "", "encoder": {}, "networks": {}, "sha256": {}}


def _write_card(folder: Path, card: dict[str, Any], files: Sequence[str]) -> None:
    card["licence"] = LICENCE
    for name in files:
        card["sha256"][name] = checksum.sha256(folder / name)
    _write(folder / CARD, (json.dumps(card, indent=2) + "\n").encode())


def _round(net: torch.nn.Module) -> None:
    """Make weights what half precision holds, so that all engines compute the same."""
    with torch.no_grad():
        for value in net.parameters():
            value.copy_(value.half().float())


def _write(path: Path, content: bytes) -> None:
    with replace_file(path) as file:
        file.write(content)


def _check_encoder(graph: onnx.ModelProto, encoder: VGG) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 64, 96, 3), dtype=np.uint8)
    found = _run(graph, {"image": pixels}, GRAPH_LAYERS)
    image = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        expected = encoder(image, GRAPH_LAYERS)
    for name in GRAPH_LAYERS:
        _compare(f"encoder, {name}", found[name], expected[name].float().numpy())


def _check_decoder(decoder: FeatureDecoder) -> None:
    generator = torch.Generator().manual_seed(0)
    given = [("features", "", decoder.scale, (8, 12))]
    if decoder.shape.skip_channels:
        given.append(("skip", "skip_", decoder.skip_scale, (16, 24)))
    feed: dict[str, Any] = {}
    changed = []
    for name, prefix, channels, size in given:
        scale = channels.view(1, -1, 1, 1)
        features = torch.rand(1, len(channels), *size, generator=generator) * scale
        gain, offset = torch.full_like(scale, 0.9), (0.1 * scale).contiguous()
        changed.append(gain * features + offset)
        feed |= {name: features.numpy(), f"{prefix}gain": gain.numpy()}
        feed[f"{prefix}offset"] = offset.numpy()
    with torch.no_grad():
        expected = decoder(*changed).permute(0, 2, 3, 1) * 255
    found = _run(decoder_graph(decoder, rounded=False), feed, ("stylized",))
    _compare("decoder", found["stylized"], expected.numpy())


def _run(graph: onnx.ModelProto, feed: dict[str, Any], outputs: Sequence[str]) -> dict[str, Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return dict(zip(outputs, session.run(list(outputs), feed), strict=True))


def _compare(what: str, found: np.ndarray, expected: np.ndarray) -> None:
    error = float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-6))
    if not error <= TOLERANCE:  # so that what is no number fails too
        raise WeightsDamagedError(
            f"The exported graph of the {what} was expected to be within {TOLERANCE:g} of torch, "
            f"got {error:.2g}; its weights may be too large or small for half precision."
        )
