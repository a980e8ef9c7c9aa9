from pathlib import Path

import numpy as np
import pytest

from impasto.errors import DeviceError, WeightsDamagedError
from impasto.runtime.graph_session import SESSIONS
from impasto.weights.arbitrary_networks import ENCODER_GRAPH

PIXELS = np.random.default_rng(0).integers(0, 256, (1, 32, 48, 3), dtype=np.uint8)


@pytest.mark.parametrize("engine", SESSIONS)
def test_only_what_is_wanted_comes(engine: str, arbitrary_folder: Path) -> None:
    session = SESSIONS[engine](
        arbitrary_folder / ENCODER_GRAPH, ("relu3_1", "relu1_1"), precision="float32", threads=1
    )
    found = session.run({"image": PIXELS})
    assert {name: value.shape for name, value in found.items()} == {
        "relu3_1": (1, 256, 8, 12),
        "relu1_1": (1, 64, 32, 48),
    }
    assert session.settings.precision == "float32"
    assert session.settings.threads == 1


def test_engines_agree(arbitrary_folder: Path) -> None:
    path = arbitrary_folder / ENCODER_GRAPH
    first, second = (
        each(path, ("relu4_1",), precision="float32").run({"image": PIXELS})["relu4_1"]
        for each in SESSIONS.values()
    )
    np.testing.assert_allclose(first, second, atol=1e-3 * np.abs(first).max())


def test_what_comes_back_is_the_callers(arbitrary_folder: Path) -> None:
    session = SESSIONS["openvino"](arbitrary_folder / ENCODER_GRAPH, ("relu1_1",))
    first = session.run({"image": PIXELS})["relu1_1"]
    before = first.copy()
    session.run({"image": 255 - PIXELS})
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize("engine", SESSIONS)
def test_damaged(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    path.write_bytes(b"no graph")
    with pytest.raises(WeightsDamagedError, match="expected an ONNX graph"):
        SESSIONS[engine](path, ("features",))


def test_onnxruntime_has_no_bfloat16(arbitrary_folder: Path) -> None:
    with pytest.raises(DeviceError, match="float32"):
        SESSIONS["onnxruntime"](
            arbitrary_folder / ENCODER_GRAPH, ("relu1_1",), precision="bfloat16"
        )


@pytest.mark.parametrize("engine", SESSIONS)
def test_wrong_threads(engine: str, arbitrary_folder: Path) -> None:
    with pytest.raises(DeviceError, match="threads"):
        SESSIONS[engine](arbitrary_folder / ENCODER_GRAPH, ("relu1_1",), threads=0)
