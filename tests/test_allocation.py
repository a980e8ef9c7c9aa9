import subprocess
import sys

import pytest

from impasto import allocation
from impasto.allocation import reuse_freed_memory

FAULTS = """
import resource
import numpy as np
from impasto.allocation import reuse_freed_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(8_000_000, dtype=np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
np.ones(8_000_000, dtype=np.uint8)
plain = faults()
with reuse_freed_memory():
    faults()
    reused = faults()
print(plain, reused, faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the GNU C library's allocator")
def test_blocks_are_recycled_inside_and_only_inside() -> None:
    run = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    _, reused, _ = (int(word) for word in run.stdout.split())
    assert reused < 200, "freed blocks should come back without page faults"


def test_does_nothing_with_another_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "_glibc", lambda: None)
    with reuse_freed_memory():
        pass


def test_restores_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), reuse_freed_memory():
        _ = 1 / 0
