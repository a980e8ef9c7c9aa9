"""``impasto doctor``: what would be used here, and why."""

from __future__ import annotations

import platform
import sys
from typing import Annotated, Any

import typer

from impasto.cli.console import print_columns, print_json
from impasto.errors import DeviceError
from impasto.version import __version__


def doctor_command(
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which device, precision, weights and formats would be used, and why."""
    report = _report(device, precision)
    if json:
        print_json(report)
        return
    print_columns([(name.replace("_", " "), _shown(value)) for name, value in report.items()])


def _report(device: str, precision: str) -> dict[str, Any]:
    # First, as a feed-forward command does: without torch.
    engines = _engines()

    import numpy
    import PIL
    import torch

    from impasto.device import available_memory_bytes, choose_device
    from impasto.image.codec import readable_formats
    from impasto.weights.catalog import WEIGHTS
    from impasto.weights.store import status

    choice = choose_device(device, precision)
    memory = available_memory_bytes(choice.device)
    return {
        "impasto": __version__,
        "python": f"{sys.version.split()[0]} on {platform.platform()}",
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "pillow": PIL.__version__,
        "device": str(choice.device),
        "precision": str(choice.dtype).removeprefix("torch."),
        "why": choice.reason,
        "threads": torch.get_num_threads(),
        "free_memory": "unknown" if memory is None else f"{memory / 2**30:.1f} GiB",
        **engines,
        "weights": {spec.name: status(spec).state for spec in WEIGHTS.values()},
        "formats": readable_formats(),
    }


def _engines() -> dict[str, Any]:
    """The engines of the fast styles, the one taken, and what it computes with."""
    from impasto.runtime.catalog import ENGINES, choose_engine, engine_settings, installed_engines

    installed = installed_engines()
    report: dict[str, Any] = {"engines": {name: name in installed for name in ENGINES}}
    try:
        engine = choose_engine()
        settings = engine_settings(engine)
    except DeviceError as error:
        return report | {"engine": f"none: {error}"}
    return report | {
        "engine": f"{engine}: {settings.description}",
        "engine_precision": settings.precision,
        "engine_threads": settings.threads,
    }


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        words = {True: "yes", False: "no"}
        return ", ".join(f"{name}: {words.get(state, state)}" for name, state in value.items())
    return str(value)
