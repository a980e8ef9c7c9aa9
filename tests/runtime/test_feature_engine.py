from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from impasto.encoders.vgg import VGG
from impasto.errors import DeviceError, OptionError, UnknownNameError
from impasto.progress import Cancellation, ProgressEvent
from impasto.runtime.feature_engine import FeatureEngine
from impasto.weights.arbitrary_networks import ArbitraryNetworks, read_arbitrary_networks

Pixels = Callable[..., np.ndarray]


@pytest.fixture
def folder(arbitrary_folder: Path) -> ArbitraryNetworks:
    return read_arbitrary_networks(arbitrary_folder)


@pytest.fixture
def engine(folder: ArbitraryNetworks) -> FeatureEngine:
    return FeatureEngine(folder, engine="openvino", precision="float32")


def joining(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    features = np.random.default_rng(0).random((256, *size), np.float32)
    return features, *constants(256)


def constants(channels: int) -> tuple[np.ndarray, np.ndarray]:
    one = np.ones((channels, 1, 1), np.float32)
    return one, 0.1 * one


def test_odd_sizes_are_mirrored_to_multiples(engine: FeatureEngine, pixels: Pixels) -> None:
    found = engine.encode(pixels(37, 50), ("relu1_1", "relu4_1"))
    assert found["relu1_1"].shape == (64, 48, 64)
    assert found["relu4_1"].shape == (512, 6, 8)
    painted = engine.decode("adain", found["relu4_1"], *constants(512), joining((12, 16)))
    assert painted.shape == (48, 64, 3)


def test_some_decoders_want_finer_features(engine: FeatureEngine) -> None:
    assert engine.skip_layer("adain") == engine.skip_layer("sanet") == "relu3_1"
    assert engine.skip_layer("wct4") is None


def test_tiles_make_no_difference(folder: ArbitraryNetworks, pixels: Pixels) -> None:
    image = pixels(304, 400)
    whole = FeatureEngine(folder, engine="openvino", precision="float32")
    tiled = FeatureEngine(
        folder, engine="openvino", precision="float32", whole_px=128 * 128, tile_px=128 * 128
    )
    told: list[ProgressEvent] = []
    layers = ("relu4_1", "relu5_1")
    expected, found = (
        whole.encode(image, layers),
        tiled.encode(image, layers, on_progress=told.append),
    )
    assert told[-1].step == told[-1].total > 4
    for name in layers:
        scale = np.abs(expected[name]).max()
        np.testing.assert_allclose(found[name] / scale, expected[name] / scale, atol=1e-4)
    features = expected["relu4_1"]
    maps = (np.linspace(0.5, 1, features.size, dtype=np.float32).reshape(features.shape),) * 2
    for change in (constants(512), maps):
        skip = joining((76, 100))
        difference = whole.decode("adain", features, *change, skip).astype(int) - tiled.decode(
            "adain", features, *change, skip
        )
        assert np.abs(difference).max() <= 1


def test_cancelled_between_tiles(folder: ArbitraryNetworks, pixels: Pixels) -> None:
    engine = FeatureEngine(folder, engine="openvino", whole_px=128 * 128, tile_px=128 * 128)
    cancellation = Cancellation()
    told: list[ProgressEvent] = []

    def stop(event: ProgressEvent) -> None:
        told.append(event)
        cancellation.cancel()

    found = engine.encode(
        pixels(304, 400), ("relu4_1",), on_progress=stop, cancellation=cancellation
    )
    assert len(told) == 1
    assert found["relu4_1"].shape == (512, 38, 50)
    assert not found["relu4_1"][:, -1, -1].any()


def test_torch_agrees(
    folder: ArbitraryNetworks,
    engine: FeatureEngine,
    pixels: Pixels,
    slim: VGG,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("impasto.runtime.torch_session._encoder", lambda _: slim)
    image = pixels(48, 64)
    torch_engine = FeatureEngine(folder, engine="torch", precision="float32", device="cpu")
    ours = engine.encode(image, ("relu4_1",))["relu4_1"]
    theirs = torch_engine.encode(image, ("relu4_1",))["relu4_1"]
    np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max())
    skip = joining((12, 16))
    painted = [each.decode("adain", ours, *constants(512), skip) for each in (engine, torch_engine)]
    assert np.abs(painted[0].astype(int) - painted[1]).max() <= 1


def test_settings(engine: FeatureEngine) -> None:
    assert engine.name == "openvino"
    assert engine.settings.precision == "float32"


def test_unknown_network(engine: FeatureEngine) -> None:
    with pytest.raises(UnknownNameError, match="expected one of adain, wct1"):
        engine.decode("johnson", np.zeros((512, 2, 2), np.float32), *constants(512))


@pytest.mark.parametrize("option", ["whole_px", "tile_px"])
def test_wrong_options(folder: ArbitraryNetworks, option: str) -> None:
    with pytest.raises(OptionError, match=option):
        FeatureEngine(folder, **{option: 100})


def test_only_torch_takes_a_device(folder: ArbitraryNetworks) -> None:
    with pytest.raises(DeviceError, match="use engine torch"):
        FeatureEngine(folder, engine="openvino", device="cuda")
