from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import save_file

from impasto.networks.graphs import PixelGraph
from impasto.networks.onnx_export import random_pixels
from impasto.networks.realtime_net import RealtimeNet
from impasto.networks.shapes import RealtimeNetShape, TransformNetShape
from impasto.networks.transform_net import TransformNet

Run = Callable[..., Any]


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RealtimeNet:
    """The network ``tiny``, which paints red and blue, in the person's folder."""
    torch.manual_seed(0)
    net = RealtimeNet(RealtimeNetShape(half=4, quarter=8, eighth=8, blocks=1), rows=3)
    with torch.no_grad():
        net.rows[1:] += 0.3 * torch.randn(2, net.rows.shape[1])
    folder = tmp_path / "styles" / "tiny"
    folder.mkdir(parents=True)
    monkeypatch.setenv("IMPASTO_STYLES", str(folder.parent))
    save_file(net.state_dict(), folder / "weights.safetensors")
    digest = hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()
    card = {
        "format": 1,
        "name": "tiny",
        "architecture": "realtime",
        "shape": asdict(net.shape),
        "rows": ["identity", "red", "blue"],
        "sha256": {"weights.safetensors": digest},
    }
    (folder / "card.json").write_text(json.dumps(card))
    return net.eval().requires_grad_(False)


def assert_paints(path: Path, net: Any, row: torch.Tensor | None, size: tuple[int, int]) -> None:
    image = random_pixels(size, 5)[None]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {"image": image})[0]
    expected = PixelGraph(net)(torch.from_numpy(image), row).detach().numpy()
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_a_style_is_written_in(run: Run, net: RealtimeNet) -> None:
    outcome = run("export", "blue")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("blue.onnx\n  onnxruntime ")
    assert outcome.out.count("largest difference from torch") == 2
    assert_paints(Path("blue.onnx"), net, net.rows[2:], (40, 24))


def test_a_style_of_a_network_for_one_size(run: Run, net: RealtimeNet) -> None:
    folder = Path("styles/tiny")
    outcome = run("export", folder, "--style", "red", "--size", "32x48", "-o", "r.onnx", "--json")
    report = json.loads(outcome.out)
    assert report["file"] == "r.onnx"
    assert all(check["largest"] < 1e-3 for check in report["checks"])
    assert_paints(Path("r.onnx"), net, net.rows[1:2], (32, 48))


def test_rows_are_kept(run: Run, net: RealtimeNet) -> None:
    assert run("export", "tiny", "--keep-rows").code == 0
    session = onnxruntime.InferenceSession("tiny.onnx", providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_inputs()] == ["image", "style"]


def test_a_checkpoint_of_pytorch_examples(run: Run) -> None:
    torch.manual_seed(0)
    net = TransformNet(TransformNetShape(width=3, upsampling="transposed", value_range=255.0))
    net.deconv3.conv2d.weight.data *= 60
    torch.save(net.state_dict(), "candy.pth")
    assert run("export", "candy.pth").code == 0
    assert_paints(Path("candy.onnx"), net.eval(), None, (24, 40))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["tiny"], 2, "--keep-rows"),
        (["tiny", "--style", "green"], 2, "green"),
        (["reed"], 2, "red"),
        (["red", "--format", "tflite"], 2, "onnx"),
        (["red", "--size", "wide"], 2, "HEIGHTxWIDTH"),
        (["red", "--size", "20x32"], 2, "multiples of 8"),
        (["red", "--style", "red", "--keep-rows"], 2, "use one"),
        (["red", "-o", "red.pth"], 2, ".onnx"),
        (["red", "-o", "no/red.onnx"], 1, "create it"),
        (["none.pth"], 1, "none.pth"),
        (["text.pth"], 1, "text.pth"),
        (["text.pth", "--style", "red"], 2, "one style"),
    ],
)
def test_bad_input_is_one_line(
    run: Run, net: RealtimeNet, arguments: list[str], code: int, words: str
) -> None:
    Path("text.pth").write_text("not a checkpoint")
    before = sorted(Path().rglob("*"))
    outcome = run("export", *arguments)
    assert outcome.code == code
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert words in outcome.err
    assert sorted(Path().rglob("*")) == before


def test_without_onnx(run: Run, net: RealtimeNet, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("impasto.networks.onnx_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    outcome = run("export", "red")
    assert outcome.code == 1
    assert "pip install 'impasto[train]'" in outcome.err
