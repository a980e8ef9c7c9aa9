from pathlib import Path

import numpy as np
import pytest

from impasto.guidance.controls import StyleUse
from impasto.guidance.feature_statistics import channel_statistics
from impasto.image.picture import Picture
from impasto.runtime.feature_engine import FeatureEngine
from impasto.stylizers import adaptive_features
from impasto.stylizers.adaptive_features import affine_maps, style_statistics
from impasto.stylizers.arbitrary import ArbitraryPlan, plan_arbitrary
from impasto.stylizers.feature_engines import StyleMemory
from impasto.stylizers.options import AdainOptions
from impasto.stylizers.request import RenderRequest
from impasto.weights.arbitrary_networks import read_arbitrary_networks


@pytest.fixture
def engine(arbitrary_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FeatureEngine:
    monkeypatch.setattr(adaptive_features, "STYLE_MEMORY", StyleMemory())
    networks = read_arbitrary_networks(arbitrary_folder)
    return FeatureEngine(networks, engine="openvino", precision="float32")


def picture(seed: int) -> Picture:
    coarse = np.random.default_rng(seed).integers(0, 255, (8, 12, 3), np.uint8)
    return Picture(pixels=coarse.repeat(8, 0).repeat(8, 1))


def plan(mask: np.ndarray | None = None) -> ArbitraryPlan:
    masked = None if mask is None else Picture(pixels=mask[..., None].repeat(3, 2))
    use = StyleUse.of(picture(1), mask=masked)
    request = RenderRequest(content=picture(0), styles=(use,), method="adain")
    return plan_arbitrary(request, AdainOptions())


@pytest.mark.parametrize("layer", ["relu3_1", "relu4_1"])
def test_features_get_the_statistics_of_the_style(engine: FeatureEngine, layer: str) -> None:
    made = plan()
    features = engine.encode(made.pixels, (layer,))[layer]
    gain, offset = affine_maps(engine, made, layer, features)
    assert gain.shape == offset.shape == (len(features), 1, 1)
    found = channel_statistics(gain * features + offset)
    expected = style_statistics(engine, made.regions[0].styles[0], layer)
    alive = channel_statistics(features).deviation > 0.1
    assert alive.any()
    np.testing.assert_allclose(found.mean[alive], expected.mean[alive], atol=1e-3, rtol=1e-3)
    np.testing.assert_allclose(found.deviation[alive], expected.deviation[alive], 0.02, 0.01)


def test_what_no_mask_covers_stays(engine: FeatureEngine) -> None:
    mask = np.zeros((64, 96), np.uint8)
    mask[:, 48:] = 255
    made = plan(mask)
    features = engine.encode(made.pixels, ("relu3_1",))["relu3_1"]
    gain, offset = affine_maps(engine, made, "relu3_1", features)
    assert gain.shape == features.shape
    np.testing.assert_allclose((gain * features + offset)[..., :12], features[..., :12], rtol=1e-5)
    assert np.abs((gain * features + offset - features)[..., 12:]).max() > 0.1


def test_a_style_is_looked_at_once_a_layer(
    engine: FeatureEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[str, ...]] = []
    encode = engine.encode

    def counted(pixels, layers, **others):  # type: ignore[no-untyped-def]
        looked.append(tuple(layers))
        return encode(pixels, layers, **others)

    monkeypatch.setattr(engine, "encode", counted)
    style = plan().regions[0].styles[0]
    for layer in ("relu3_1", "relu4_1", "relu3_1"):
        style_statistics(engine, style, layer)
    assert looked == [("relu3_1",), ("relu4_1",)]
