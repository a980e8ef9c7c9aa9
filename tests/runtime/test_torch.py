from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from impasto.errors import DeviceError, MemoryLimitError
from impasto.runtime.torch import TorchBackend, machine_settings
from impasto.weights.style_networks import StyleNetwork

Pixels = Callable[..., np.ndarray]


def test_bfloat16_is_near_float32(realtime: StyleNetwork, pixels: Pixels) -> None:
    row, image = realtime.row({"red": 1.0}), pixels(48, 48)[None]
    found = [
        TorchBackend(realtime, precision=precision, device="cpu").run(image, row).astype(float)
        for precision in ("float32", "bfloat16")
    ]
    assert 0 < np.abs(found[0] - found[1]).mean() < 3


def test_the_number_of_threads_is_put_back(realtime: StyleNetwork, pixels: Pixels) -> None:
    before = torch.get_num_threads()
    backend = TorchBackend(realtime, threads=1, device="cpu")
    backend.run(pixels(16, 16)[None], realtime.row({"red": 1.0}))
    assert backend.settings.threads == 1
    assert torch.get_num_threads() == before
    assert machine_settings().threads == before


def test_it_has_no_stages(realtime: StyleNetwork) -> None:
    with pytest.raises(DeviceError, match="whole"):
        TorchBackend(realtime, device="cpu").run_stage("paint", {})


def test_running_out_of_memory(
    realtime: StyleNetwork, pixels: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = TorchBackend(realtime, device="cpu")

    def exhaust(*_: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(backend, "_graph", exhaust)
    with pytest.raises(MemoryLimitError, match="24 x 16"):
        backend.run(pixels(16, 24)[None], realtime.row({"red": 1.0}))


@pytest.mark.gpu
def test_half_precision_on_cuda(realtime: StyleNetwork, pixels: Pixels) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA GPU")
    row, image = realtime.row({"red": 1.0}), pixels(64, 64)[None]
    half = TorchBackend(realtime)
    assert half.settings.precision in ("bfloat16", "float16")
    full = TorchBackend(realtime, precision="float32", device="cpu")
    difference = half.run(image, row).astype(float) - full.run(image, row)
    assert np.abs(difference).mean() < 3
