import os
import subprocess
import sys

import pytest
import torch

from impasto import device as device_module
from impasto.device import available_memory_bytes, choose_device
from impasto.errors import DeviceError


def test_asked_for_precision_is_given() -> None:
    assert choose_device("cpu", "float32").dtype == torch.float32
    assert choose_device("cpu", "bfloat16").dtype == torch.bfloat16


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_bfloat16_only_where_it_is_native(
    monkeypatch: pytest.MonkeyPatch, native: bool, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(device_module, "_cpu_has_bfloat16", lambda: native)
    choice = choose_device("cpu")
    assert choice.dtype == dtype
    assert "bfloat16" in choice.reason


@pytest.mark.slow
def test_a_cpu_without_avx512_gets_float32() -> None:
    """PyTorch told to use AVX2 only: emulated bfloat16 would be ten times slower."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from impasto.device import choose_device as c; print(c('cpu').dtype)",
        ],
        env={**os.environ, "ATEN_CPU_CAPABILITY": "avx2"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "torch.float32"


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "xpu", "meta", ""])
def test_unknown_device(name: str) -> None:
    with pytest.raises(DeviceError, match="expected auto, cpu, cuda"):
        choose_device(name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_missing_gpu() -> None:
    with pytest.raises(DeviceError, match="sees no CUDA GPU"):
        choose_device("cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_gpu_is_the_first_choice() -> None:
    assert choose_device("auto").device.type == "cuda"


def test_unknown_precision() -> None:
    with pytest.raises(DeviceError, match="expected one of auto, float32, bfloat16"):
        choose_device("cpu", "float16")


def test_free_memory_is_plausible() -> None:
    free = available_memory_bytes(torch.device("cpu"))
    assert free is not None
    assert 2**26 < free < 2**45


def test_there_is_one_cpu() -> None:
    with pytest.raises(DeviceError, match="leave out the number"):
        choose_device("cpu:99")
