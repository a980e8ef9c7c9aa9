"""What a report was made on: processor, graphics card, memory and versions."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from impasto.version import __version__

PACKAGES = ("torch", "openvino", "onnxruntime", "numpy")
UNKNOWN = "unknown processor"


def machine_name() -> str:
    """The processor and the graphics card, if there is one, in one line.

    Example: ``Intel Xeon, 2 cores, AMX``.
    """
    import torch

    report: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    name = report.get("cpu_name") or _processor_name()
    cores = os.cpu_count() or 1
    words = [str(name), f"{cores} core{'s' if cores > 1 else ''}"]
    if report.get("amx_bf16"):
        words.append("AMX")
    if torch.cuda.is_available():
        words.append(torch.cuda.get_device_name())
    elif torch.backends.mps.is_available():
        words.append("Apple GPU")
    return ", ".join(words)


def machine_facts() -> dict[str, str]:
    """What is to be said about the machine, by name."""
    import psutil

    memory = psutil.virtual_memory().total / 2**30
    return {
        "machine": machine_name(),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()}, Python {sys.version.split()[0]}",
        "versions": ", ".join([f"impasto {__version__}", *_versions()]),
    }


def _processor_name() -> str:
    """What the system calls the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or UNKNOWN


def _versions() -> list[str]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found
