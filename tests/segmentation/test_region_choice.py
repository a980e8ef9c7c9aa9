import numpy as np

from impasto.segmentation.deep_features import segmentation_weights
from impasto.segmentation.region_choice import read_choice, three_levels
from impasto.segmentation.region_features import CLICK_FEATURES, NODE_FEATURES


def test_overlaps_agree_with_the_formula() -> None:
    choice = read_choice(segmentation_weights())
    features = np.random.default_rng(0).random((4, NODE_FEATURES + CLICK_FEATURES))
    found = choice.expected_overlap(features)
    for row, value in zip(features, found, strict=True):
        inputs = np.clip((row - choice.mean) / choice.scale, -5, 5)
        hidden = np.tanh(choice.hidden_weight.T @ inputs + choice.hidden_bias)
        logit = float(choice.output_weight @ hidden + choice.output_bias)
        np.testing.assert_allclose(value, 1 / (1 + np.exp(-logit)))


def test_levels_differ_in_size() -> None:
    areas = np.array([1.0, 2.0, 2.2, 2.4, 9.0])
    chosen = three_levels(areas, np.array([0.1, 0.5, 0.9, 0.8, 0.3]))
    assert chosen[0] == 2
    assert len(chosen) == 3
    assert 1 not in chosen
    assert 3 not in chosen
