from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.runtime.openvino import STATIC_FROM, STATIC_KEPT, OpenVinoBackend, machine_settings
from impasto.weights.style_networks import GRAPH, StyleNetwork

Pixels = Callable[..., np.ndarray]


def test_a_size_that_comes_again_has_its_own_graph(realtime: StyleNetwork, pixels: Pixels) -> None:
    backend = OpenVinoBackend(realtime, precision="float32")
    row = realtime.row({"red": 1.0})
    image = pixels(32, 48)[None]
    results = [backend.run(image, row) for _ in range(STATIC_FROM + 1)]
    assert list(backend._static) == [image.shape]
    for each in results[1:]:
        assert np.abs(each.astype(int) - results[0]).max() <= 1
    for width in range(16, 16 + 8 * STATIC_KEPT, 8):
        for _ in range(STATIC_FROM):
            backend.run(pixels(16, width)[None], row)
    assert len(backend._static) == STATIC_KEPT
    assert image.shape not in backend._static


def test_compiled_graphs_are_kept(realtime: StyleNetwork, cache: Path) -> None:
    OpenVinoBackend(realtime)
    kept = sorted(cache.rglob("*.blob"))
    assert len(kept) == 1
    OpenVinoBackend(realtime)
    assert sorted(cache.rglob("*.blob")) == kept


def test_a_cache_that_cannot_be_written(
    realtime: StyleNetwork, cache: Path, pixels: Pixels
) -> None:
    cache.write_text("a file where the folder should be")
    row = realtime.row({"red": 1.0})
    assert OpenVinoBackend(realtime).run(pixels(16, 16)[None], row).shape == (1, 16, 16, 3)


def test_a_damaged_cache(realtime: StyleNetwork, cache: Path, pixels: Pixels) -> None:
    OpenVinoBackend(realtime)
    for blob in cache.rglob("*.blob"):
        blob.write_bytes(b"not what it was")
    row = realtime.row({"red": 1.0})
    assert OpenVinoBackend(realtime).run(pixels(16, 16)[None], row).shape == (1, 16, 16, 3)


def test_threads_may_share_it(realtime: StyleNetwork, pixels: Pixels) -> None:
    backend, row = OpenVinoBackend(realtime, precision="float32"), realtime.row({"red": 1.0})
    images = [pixels(32, 32 + 8 * number, seed=number)[None] for number in range(4)]
    expected = [backend.run(image, row) for image in images]
    found: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        for _ in range(3):
            found[number] = backend.run(images[number], row)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number in range(4):
        assert np.abs(found[number].astype(int) - expected[number]).max() <= 1


def test_a_graph_that_is_none(realtime: StyleNetwork, tmp_path: Path) -> None:
    import hashlib

    (tmp_path / GRAPH).write_bytes(b"no graph")
    card = {**realtime.card, "sha256": {GRAPH: hashlib.sha256(b"no graph").hexdigest()}}
    with pytest.raises(WeightsDamagedError, match=r"network\.onnx"):
        OpenVinoBackend(StyleNetwork(folder=tmp_path, card=card))


def test_without_openvino(realtime: StyleNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(DeviceError, match="pip install openvino"):
        OpenVinoBackend(realtime)


def test_bfloat16_or_a_reason(realtime: StyleNetwork) -> None:
    if machine_settings().precision == "bfloat16":
        settings = OpenVinoBackend(realtime, precision="bfloat16", threads=1).settings
        assert (settings.precision, settings.threads) == ("bfloat16", 1)
    else:
        with pytest.raises(DeviceError, match="bfloat16"):
            OpenVinoBackend(realtime, precision="bfloat16")
