import subprocess
import sys
from pathlib import Path

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import MemoryLimitError
from impasto.optimization import memory
from impasto.optimization.memory import estimate_bytes, plan_memory

LAYERS = ("relu1_1", "relu5_1")
CPU = torch.device("cpu")
PROCESS_STATUS = Path("/proc/self/status")


def test_grows_with_pixels_and_shrinks_with_recomputation(encoder: VGG) -> None:
    sizes = [(256, 256), (512, 512), (1024, 1024)]
    plain = [estimate_bytes(encoder, size, LAYERS, history=10, recompute=False) for size in sizes]
    thrifty = [estimate_bytes(encoder, size, LAYERS, history=10, recompute=True) for size in sizes]
    assert plain == sorted(plain)
    assert all(less < more for less, more in zip(thrifty, plain, strict=True))
    assert plain[2] > 3 * plain[1] - memory.FIXED_BYTES * 3


def test_enough_memory_computes_in_one_go(encoder: VGG) -> None:
    assert not plan_memory(encoder, (64, 64), LAYERS, history=10, device=CPU).recompute


def test_short_memory_recomputes(encoder: VGG, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (1024, 1024)
    plain, thrifty = (
        estimate_bytes(encoder, size, LAYERS, history=10, recompute=recompute)
        for recompute in (False, True)
    )
    between = (plain + thrifty) / 2 / memory.SHARE_OF_AVAILABLE
    monkeypatch.setattr(memory, "available_memory_bytes", lambda _: int(between))
    plan = plan_memory(encoder, size, LAYERS, history=10, device=CPU)
    assert plan.recompute
    assert plan.estimate_bytes == thrifty


def test_too_large_names_a_size_that_fits(encoder: VGG, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory_bytes", lambda _: 2**30)
    with pytest.raises(MemoryLimitError, match=r"--size (\d+) fits") as caught:
        plan_memory(encoder, (8000, 6000), LAYERS, history=10, device=CPU)
    side = int(str(caught.value).split("--size ")[1].split()[0])
    assert 300 < side < 3000
    plan_memory(encoder, (side, side * 3 // 4), LAYERS, history=10, device=CPU)


@pytest.mark.slow
@pytest.mark.skipif(not PROCESS_STATUS.exists(), reason="the peak is read from Linux's /proc")
def test_estimate_covers_what_is_really_taken() -> None:
    """Run 4 steps at 640 px in a process of its own and compare the peak with the estimate."""
    code = """
import torch
from pathlib import Path
from impasto.device import choose_device
from impasto.encoders.catalog import load_encoder
from impasto.optimization.memory import estimate_bytes
from impasto.stylizers.gatys import stylize
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.optimized import shared_encoder
from impasto.stylizers.protocol import MaskedImage, RunContext, StyleGuide
cpu = choose_device("cpu", "float32")
encoder = shared_encoder("vgg19", "average", cpu)
torch.manual_seed(0)
image = MaskedImage(image=torch.rand(1, 3, 640, 640))
options = GatysOptions(levels=1, iterations=4)
def peak():
    # Not ru_maxrss: a process inherits the peak of the one that started it.
    (line,) = [each for each in Path("/proc/self/status").read_text().splitlines()
               if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
before = peak()
stylize(image, StyleGuide.of(image), options, RunContext(device=cpu))
layers = (options.content_layer, *options.style_layers)
estimate = estimate_bytes(
    encoder, (640, 640), layers, history=options.history, recompute=False
)
print(peak() - before, estimate)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken, estimate = (int(word) for word in run.stdout.split())
    assert taken < 1.15 * estimate
    assert estimate < 2.5 * taken
