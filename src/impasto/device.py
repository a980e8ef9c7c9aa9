"""Which device and which precision the networks run on, and why."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from impasto.errors import DeviceError

if TYPE_CHECKING:
    import torch

PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True, kw_only=True)
class DeviceChoice:
    """A device, the precision of the encoder on it, and the reason in words.

    Attributes:
        device: Where tensors live: ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        dtype: Precision of the encoder's weights and activations. Images, Gram
            matrices and losses are always float32.
        reason: Why this was chosen, in one sentence for a person.
    """

    device: torch.device
    dtype: torch.dtype
    reason: str


def choose_device(name: str = "auto", precision: str = "auto") -> DeviceChoice:
    """Choose where to run, from what the machine really has.

    bfloat16 is used where the processor computes it natively: there it is about
    three times faster than float32 for this work, and where it is emulated it is
    ten times slower.

    Args:
        name: ``auto`` (CUDA, then Apple's MPS, then the CPU) or a torch device name.
        precision: ``auto``, ``float32`` or ``bfloat16``.

    Raises:
        DeviceError: if the device is unknown or not available here.
    """
    import torch

    if precision not in PRECISIONS:
        raise DeviceError(f"precision: expected one of {', '.join(PRECISIONS)}, got {precision!r}.")
    device = _available_device(_first_available() if name == "auto" else name)
    native, why = _native_bfloat16(device)
    if precision == "auto":
        return DeviceChoice(
            device=device, dtype=torch.bfloat16 if native else torch.float32, reason=why
        )
    dtype = torch.float32 if precision == "float32" else torch.bfloat16
    return DeviceChoice(device=device, dtype=dtype, reason=f"{precision} was asked for ({why})")


def available_memory_bytes(device: torch.device) -> int | None:
    """Memory that work on ``device`` can take now, or ``None`` where it cannot be told."""
    import torch

    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def _first_available() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _available_device(name: str) -> torch.device:
    import torch

    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(
            f"device: expected auto, cpu, cuda, cuda:N or mps, got {name!r}."
        ) from error
    if device.type in ("cpu", "mps") and device.index:
        raise DeviceError(f"device {name!r}: there is one {device.type}; leave out the number.")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            f"device {name!r} was asked for, but this PyTorch sees no CUDA GPU; "
            "use --device cpu, or install a CUDA build of PyTorch."
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"device {name!r}: this machine has {torch.cuda.device_count()} GPUs.")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise DeviceError(f"device {name!r} needs an Apple GPU; use --device cpu.")
    if device.type not in ("cpu", "cuda", "mps"):
        raise DeviceError(f"device: expected auto, cpu, cuda, cuda:N or mps, got {name!r}.")
    return device


def _native_bfloat16(device: torch.device) -> tuple[bool, str]:
    import torch

    if device.type == "cuda":
        major, minor = torch.cuda.get_device_capability(device)
        label = f"{torch.cuda.get_device_name(device)} (capability {major}.{minor})"
        if major >= 8:
            return True, f"{label} computes bfloat16 natively"
        return False, f"{label} has no native bfloat16, so float32"
    if device.type == "mps":
        return False, "Apple GPU: float32, which is what it is tested with"
    if _cpu_has_bfloat16():
        return True, "this CPU computes bfloat16 natively (AMX, AVX-512 BF16 or Arm BF16)"
    return False, "this CPU has no native bfloat16 (emulated it is ten times slower), so float32"


def _cpu_has_bfloat16() -> bool:
    """Whether the CPU has matrix or dot-product instructions for bfloat16.

    ``ATEN_CPU_CAPABILITY`` lowered by hand counts as a CPU that lacks them.
    """
    import torch

    if platform.machine().lower() in ("x86_64", "amd64") and (
        "AVX512" not in torch.backends.cpu.get_cpu_capability()
    ):
        return False
    report: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(report.get("avx512_bf16") or report.get("amx_bf16") or report.get("bf16"))
