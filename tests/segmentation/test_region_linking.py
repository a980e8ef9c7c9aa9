import numpy as np
import torch
from skimage.color import rgb2lab

from impasto.segmentation.region_linking import join_regions, superpixel_features
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


def test_what_is_alike_is_joined_first_and_parted_weakly() -> None:
    features = np.array([[0.0], [0.1], [2.0], [2.1]])
    hierarchy, strengths = join_regions(GRAPH, features)
    halves = hierarchy.children(hierarchy.root)
    members = {tuple(np.flatnonzero(hierarchy.members(node))) for node in halves}
    assert members == {(0, 1), (2, 3)}
    pairs = zip(GRAPH.sources.tolist(), GRAPH.targets.tolist(), strict=True)
    by_pair = dict(zip(pairs, strengths, strict=True))
    assert by_pair[0, 1] < 0.05 < 0.5 < by_pair[0, 2]
