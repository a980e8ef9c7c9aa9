"""Train networks that take any style.

``python -m scripts.train_arbitrary NETWORK OUT --photos FOLDER… --styles FOLDER…``

NETWORK is ``adain``, ``sanet``, or a decoder of ``wct``: ``wct1`` to ``wct4``. OUT gets the
encoder, the network and their card; its folder ``work`` keeps what is unfinished: the same
command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import nn

from impasto.cli.console import cancel_on_interrupt
from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import get_encoder, load_encoder
from impasto.encoders.slim import SlimVGG
from impasto.encoders.vgg import VGG
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
from impasto.networks.style_attention import StyleAttentionNet
from impasto.progress import ProgressEvent
from impasto.training.arbitrary_objectives import (
    AdainObjective,
    ReconstructionObjective,
    TransferWeights,
    feature_scale,
)
from impasto.training.arbitrary_package import (
    write_attention_network,
    write_decoder_network,
    write_encoder,
)
from impasto.training.attention_objective import AttentionObjective, AttentionWeights
from impasto.training.held_out import seen_in_training
from impasto.training.loop import LoopRecipe, TrainingLoop, sources_digest
from impasto.training.photos import PhotoCrops, find_photos
from impasto.weights.catalog import OXFORD_PREPROCESSING, get_weights
from impasto.weights.checksum import sha256

LAYERS = {
    "adain": "relu4_1",
    "sanet": "relu4_1",
    "wct1": "relu1_1",
    "wct2": "relu2_1",
    "wct3": "relu3_1",
    "wct4": "relu4_1",
}
REPORT_EVERY_S = 30.0


def encoder_of(name: str, device: DeviceChoice) -> tuple[VGG, dict[str, Any]]:
    """An encoder by name or by its file, and what the card says of it."""
    if Path(name).is_file():
        encoder: VGG = SlimVGG(load_file(name), preprocessing=OXFORD_PREPROCESSING, pooling="max")
        encoder.convolutions.to(device.dtype)
        return encoder.to(device.device), {"name": "vgg19-slim", "sha256": sha256(Path(name))}
    entry = {"name": name, "sha256": get_weights(get_encoder(name).weights).sha256}
    return load_encoder(name, pooling="max", device=device), entry


def crops(folders: list[Path], recipe: LoopRecipe, seed: int) -> PhotoCrops:
    paths = [path for folder in folders for path in seen_in_training(find_photos(folder))]
    return PhotoCrops(paths, crop_size=recipe.crop_size, zoom=recipe.zoom, seed=seed)


def report(event: ProgressEvent, last: list[float]) -> None:
    if event.elapsed_s - last[0] >= REPORT_EVERY_S:
        last[0] = event.elapsed_s
        terms = ", ".join(f"{name} {value:.4f}" for name, value in event.losses.items())
        logging.info("step %d, %.0f s: %s", event.step, event.elapsed_s, terms)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.train_arbitrary",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("network", choices=tuple(LAYERS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--photos", type=Path, nargs="+", required=True)
    parser.add_argument("--styles", type=Path, nargs="+", required=True)
    parser.add_argument("--encoder", default="vgg19-slim", help="a name, or a weights file")
    parser.add_argument("--judge", help="an encoder that judges; default: the encoder itself")
    parser.add_argument(
        "--from", dest="begin", type=Path, help="begin with the weights of this file that fit"
    )
    parser.add_argument("--minutes", type=float, default=30.0, help="of training in all")
    parser.add_argument("--steps", type=int, default=LoopRecipe().steps, help="at most")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--crop-size", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--style-weight", type=float, default=TransferWeights().style)
    parser.add_argument("--gram-weight", type=float, default=TransferWeights().gram)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    device = choose_device(arguments.device, arguments.precision)
    logging.info("%s", device.reason)
    encoder, entry = encoder_of(arguments.encoder, device)
    judge = encoder if arguments.judge is None else encoder_of(arguments.judge, device)[0]
    recipe = LoopRecipe(
        minutes=arguments.minutes,
        steps=arguments.steps,
        batch_size=arguments.batch_size,
        crop_size=arguments.crop_size,
        learning_rate=arguments.learning_rate,
    )
    sources = {
        "photos": crops(arguments.photos, recipe, 0),
        "styles": crops(arguments.styles, recipe, 1),
    }
    net, objective = network_of(arguments, encoder, judge, sources, device)
    if arguments.begin is not None:
        begin_with(net, load_file(arguments.begin))
    data = {name: sources_digest(source.photos) for name, source in sources.items()}
    loop = TrainingLoop(
        net,
        objective,
        recipe,
        sources,
        folder=arguments.out / "work" / arguments.network,
        device=device,
        fingerprint={
            **data,
            "style_weight": arguments.style_weight,
            "gram_weight": arguments.gram_weight,
            "encoder": json.dumps(entry),
        },
    )
    last = [-REPORT_EVERY_S]
    with cancel_on_interrupt() as cancellation:
        done = loop.run(on_progress=lambda event: report(event, last), cancellation=cancellation)
    if not done:
        raise SystemExit(f"stopped after step {loop.step}; the same command goes on from there")
    exact = DeviceChoice(device=torch.device("cpu"), dtype=torch.float32, reason="to write")
    write_encoder(arguments.out, encoder_of(arguments.encoder, exact)[0], entry)
    mean: Any = loop.mean.cpu()
    write = write_attention_network if arguments.network == "sanet" else write_decoder_network
    write(
        arguments.out,
        arguments.network,
        mean,
        {
            "layer": LAYERS[arguments.network],
            "recipe": command(arguments),
            "steps": loop.step,
            "minutes": round(loop.elapsed_s / 60, 1),
            "losses": {name: round(value, 4) for name, value in loop.recent.items()},
            "data": {name: len(set(source.photos)) for name, source in sources.items()},
        },
    )


def command(arguments: argparse.Namespace) -> str:
    """What to type to train the network again."""
    options = {
        "judge": arguments.judge,
        "minutes": arguments.minutes,
        "steps": arguments.steps,
        "batch-size": arguments.batch_size,
        "crop-size": arguments.crop_size,
        "learning-rate": arguments.learning_rate,
        "style-weight": arguments.style_weight,
        "gram-weight": arguments.gram_weight,
    }
    given = " ".join(f"--{name} {value}" for name, value in options.items() if value is not None)
    start = "" if arguments.begin is None else f" --from {arguments.begin.name}"
    return (
        f"python -m scripts.train_arbitrary {arguments.network} OUT --photos FOLDER "
        f"--styles FOLDER {given}{start}"
    )


def begin_with(net: nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Copy weights of another network: all that a decoder, or the decoder of a network, shares."""
    own = net.state_dict()
    fitting = {
        name: value
        for key, value in weights.items()
        for name in (key, f"decoder.{key}")
        if name in own and own[name].shape == value.shape and not name.endswith("scale")
    }
    logging.info("%d of %d tensors begin as they were trained", len(fitting), len(own))
    net.load_state_dict({**own, **fitting})


def network_of(
    arguments: argparse.Namespace,
    encoder: VGG,
    judge: VGG,
    sources: dict[str, PhotoCrops],
    device: DeviceChoice,
) -> tuple[nn.Module, Any]:
    """The network to train, scaled to the encoder's features, and its objective."""
    some = [
        torch.stack([source.crop(i).float() / 255 for i in range(16)]).to(device.device)
        for source in sources.values()
    ]
    layer = LAYERS[arguments.network]
    scale = feature_scale(encoder, layer, some).cpu()
    weights = TransferWeights(style=arguments.style_weight, gram=arguments.gram_weight)
    level = int(layer[4]) - 1
    if arguments.network.startswith("wct"):
        decoder = FeatureDecoder(DecoderShape.of_level(level, len(scale)), scale)
        return decoder, ReconstructionObjective(encoder, layer, weights)
    skip_scale = feature_scale(encoder, AdainObjective.skip_layer, some).cpu()
    if arguments.network == "sanet":
        scales = (scale, feature_scale(encoder, "relu5_1", some).cpu())
        attention = AttentionWeights(style=weights.style, gram=weights.gram)
        net = StyleAttentionNet(scales, skip_scale=skip_scale)
        return net, AttentionObjective(encoder, judge, attention)
    shape = DecoderShape.of_level(level, len(scale), len(skip_scale))
    return FeatureDecoder(shape, scale, skip_scale), AdainObjective(encoder, judge, weights)


if __name__ == "__main__":
    main()
