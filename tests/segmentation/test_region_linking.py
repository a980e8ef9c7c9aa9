import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from impasto.segmentation import region_linking
from impasto.segmentation.region_linking import (
    OWN_WEIGHT,
    STEEPNESS,
    border_strengths,
    join_regions,
    spread,
    superpixel_features,
)
from impasto.segmentation.superpixels import touching

GRAPH = touching(np.repeat(np.repeat(np.array([[0, 1], [2, 3]], np.int32), 8, 0), 8, 1))


def test_features_are_means_of_order_one() -> None:
    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    maps = {4: torch.rand(1, 5, 4, 4), 16: torch.rand(1, 7, 1, 1)}
    features = superpixel_features(GRAPH, image, maps)
    assert features.shape == (4, 3 + 5 + 7)
    lab = rgb2lab(image[0].permute(1, 2, 0).numpy())
    means = np.stack([lab[GRAPH.labels == k].mean(0) for k in range(4)])
    centred = means - means.mean(0)
    expected = centred / np.sqrt((centred**2).sum(1).mean())
    np.testing.assert_allclose(features[:, :3], expected, atol=1e-5)
    np.testing.assert_allclose(features[:, 8:], 0, atol=1e-6)


PAIRS = list(zip(GRAPH.sources.tolist(), GRAPH.targets.tolist(), strict=True))


def halves(features: np.ndarray, strengths: np.ndarray) -> set[tuple[int, ...]]:
    hierarchy = join_regions(GRAPH, features, strengths)
    nodes = hierarchy.children(hierarchy.root)
    return {tuple(np.flatnonzero(hierarchy.members(node))) for node in nodes}


def test_what_is_alike_is_joined_first() -> None:
    features = np.array([[0.0], [0.1], [2.0], [2.1]])
    assert halves(features, np.full(len(PAIRS), 0.5)) == {(0, 1), (2, 3)}


def test_what_one_border_holds_is_joined_whatever_its_texture() -> None:
    features = np.array([[0.0], [1.0], [0.2], [1.2]])
    assert halves(features, np.full(len(PAIRS), 1.0)) == {(0, 2), (1, 3)}
    strengths = np.array([float(pair in {(0, 2), (1, 3)}) for pair in PAIRS])
    assert halves(features, strengths) == {(0, 1), (2, 3)}


def test_a_step_of_spreading_agrees_with_the_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_linking, "SPREADING", 1)
    rng = np.random.default_rng(0)
    features, strengths = rng.random((4, 3)), rng.random(len(PAIRS))
    found = spread(GRAPH, features, strengths)
    weights = np.diag(OWN_WEIGHT * GRAPH.areas)
    for (a, b), length, strength in zip(PAIRS, GRAPH.lengths, strengths, strict=True):
        weights[a, b] = weights[b, a] = length * np.exp(-STEEPNESS * strength)
    np.testing.assert_allclose(found, (weights @ features) / weights.sum(1)[:, None])


def test_borders_are_as_strong_as_the_edges_along_them() -> None:
    edges = torch.full((1, 1, 4, 4), -20.0)
    edges[..., 1:3] = 20
    by_pair = dict(zip(PAIRS, border_strengths(GRAPH, edges), strict=True))
    assert by_pair[0, 1] > 0.9
    assert by_pair[0, 2] < 0.6
