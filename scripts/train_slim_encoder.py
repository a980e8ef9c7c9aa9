"""Train the compact encoder: ``python -m scripts.train_slim_encoder WORK FOLDER…``.

The folders hold photographs and paintings, best some of each. The encoder is first computed by
least squares, then trained against VGG-19. WORK keeps what is done: the same command goes on
where it was stopped. At the end it writes the weights file into WORK, measures it on images it
did not see, and prints the entry for ``weights/catalog.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes

from impasto.cli.console import cancel_on_interrupt
from impasto.device import DeviceChoice, choose_device
from impasto.encoders.catalog import load_encoder
from impasto.encoders.slim import SlimVGG
from impasto.encoders.vgg import VGG
from impasto.image.destination import replace_file
from impasto.progress import ProgressEvent
from impasto.training.held_out import seen_in_training
from impasto.training.loop import LoopRecipe, TrainingLoop, sources_digest
from impasto.training.photos import PhotoCrops, find_photos
from impasto.training.slim_distillation import Distillation, measure, trainable
from impasto.training.slim_fit import fit_slim

FILE = "vgg19-slim.safetensors"
MEASURED = 64
SHALLOW = "conv4_1"
"""The last convolution that is fitted to a third of the images."""
REPORT_EVERY_S = 30.0


def split(folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """Files to train on, folders taking turns, and those to measure on."""
    every = [seen_in_training(find_photos(folder)) for folder in folders]
    order = np.random.default_rng(0)
    for paths in every:
        order.shuffle(paths)  # type: ignore[arg-type]
    share = MEASURED // len(every)
    held = [path for paths in every for path in paths[:share]]
    longest = max(len(paths) - share for paths in every)
    rest = [paths[share:] for paths in every]
    # Small folders are repeated up to a half of the largest: paintings are fewer than photographs.
    repeated = [paths * max(1, longest // (2 * max(1, len(paths)))) for paths in rest if paths]
    return [path for paths in repeated for path in paths], held


def squares(paths: list[Path], *, side: int, batch: int) -> list[torch.Tensor]:
    crops = PhotoCrops(paths, crop_size=side, zoom=1.5, seed=1)
    images = [crops.crop(index).float() / 255 for index in range(len(paths))]
    return [torch.stack(images[i : i + batch]) for i in range(0, len(images), batch)]


def fitted(work: Path, teacher: VGG, paths: list[Path], count: int) -> Path:
    """The weights by least squares, computed unless they are there.

    Deep layers have few positions in an image: they are fitted to three times as many images.
    """
    weights: dict[str, torch.Tensor] = {}
    for last, images, side in ((SHALLOW, count, 160), ("conv5_4", 3 * count, 224)):
        file = work / f"fitted-{last}.safetensors"
        if not file.exists():
            batches = batches_of(paths, images, side, teacher)
            weights = fit_slim(teacher, batches, given=weights, last=last, report=tell)
            save(weights, file, half=False)
        weights = load_file(file)
    return file


def batches_of(paths: list[Path], count: int, side: int, teacher: VGG) -> list[torch.Tensor]:
    crops = PhotoCrops(paths, crop_size=side, zoom=2, seed=0)
    device = next(teacher.parameters()).device
    images = [crops.crop(index).float() / 255 for index in range(count)]
    return [torch.stack(images[i : i + 8]).to(device) for i in range(0, count, 8)]


def tell(name: str, left: float) -> None:
    logging.info("%s: %.4f unexplained", name, left)


def save(weights: dict[str, torch.Tensor], file: Path, *, half: bool) -> None:
    kept = {
        name: (value.half() if half and name.endswith("weight") else value).cpu().contiguous()
        for name, value in weights.items()
    }
    with replace_file(file) as stream:
        stream.write(to_bytes(kept))


def report(event: ProgressEvent, last: list[float]) -> None:
    if event.elapsed_s - last[0] >= REPORT_EVERY_S:
        last[0] = event.elapsed_s
        terms = ", ".join(f"{name} {value:.4f}" for name, value in event.losses.items())
        logging.info(
            "step %d, %.0f s, %.0f s left: %s",
            event.step,
            event.elapsed_s,
            event.remaining_s or 0,
            terms,
        )


def judge(weights: dict[str, torch.Tensor], paths: list[Path], device: DeviceChoice) -> str:
    """A table of what is unexplained, layer by layer, on images that were not trained on."""
    batches = [batch.to(device.device) for batch in squares(paths, side=224, batch=8)]
    found = {}
    for pooling in ("average", "max"):
        teacher = load_encoder("vgg19", pooling=pooling, device=device)
        slim = SlimVGG(weights, preprocessing=teacher.preprocessing, pooling=pooling)
        slim.convolutions.to(device.dtype)
        found[pooling] = measure(slim.to(device.device), teacher, batches)
    lines = ["| layer | features, average | features, max | Gram, average | Gram, max |"]
    lines += ["|---|---|---|---|---|"]
    for name in found["max"]:
        cells = [found[pooling][name][i] for i in (0, 1) for pooling in ("average", "max")]
        lines.append(f"| `{name}` | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.train_slim_encoder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument(
        "--minutes", type=float, default=30.0, help="of training, resumes included; 0: none"
    )
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--crop-size", type=int, default=192)
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of a parameter's size")
    parser.add_argument("--fit-images", type=int, default=128)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    device = choose_device(arguments.device, arguments.precision)
    logging.info("%s", device.reason)
    paths, measured = split(arguments.folders)
    teacher = load_encoder("vgg19", device=device)
    file = fitted(work, teacher, paths, arguments.fit_images)
    weights, card = load_file(file), {"minutes": 0.0, "steps": 0}
    if arguments.minutes:
        weights, card = trained(weights, teacher, paths, device, arguments)
    written = work / FILE
    save(weights, written, half=True)
    table = judge(load_file(written), measured, device)
    (work / "unexplained.md").write_text(table + "\n", encoding="utf-8")
    print(table)
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    print(f'sha256="{digest}",\nsize_bytes={written.stat().st_size:_},\n{json.dumps(card)}')


def trained(
    weights: dict[str, torch.Tensor],
    teacher: VGG,
    paths: list[Path],
    device: DeviceChoice,
    arguments: argparse.Namespace,
) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """The weights after training, and how long it took."""
    recipe = LoopRecipe(
        minutes=arguments.minutes,
        batch_size=arguments.batch_size,
        crop_size=arguments.crop_size,
        learning_rate=arguments.learning_rate,
        gradient_clip=1e6,
    )
    crops = PhotoCrops(paths, crop_size=recipe.crop_size, zoom=recipe.zoom, seed=recipe.seed)
    loop = TrainingLoop(
        trainable(SlimVGG(weights, preprocessing=teacher.preprocessing)),
        Distillation(teacher),
        recipe,
        {"photos": crops},
        folder=arguments.work,
        device=device,
        fingerprint={"images": sources_digest(paths)},
        relative_steps=True,
    )
    last = [-REPORT_EVERY_S]
    with cancel_on_interrupt() as cancellation:
        done = loop.run(on_progress=lambda event: report(event, last), cancellation=cancellation)
    if not done:
        raise SystemExit(f"stopped after step {loop.step}; the same command goes on from there")
    mean = {
        name.removeprefix("convolutions."): value
        for name, value in loop.mean.state_dict().items()
        if name.startswith("convolutions.")
    }
    return mean, {"minutes": round(loop.elapsed_s / 60, 1), "steps": loop.step}


if __name__ == "__main__":
    main()
