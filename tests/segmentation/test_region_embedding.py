import itertools

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.segmentation.click import ClickEmbedding
from impasto.segmentation.prompts import Point


def test_the_wheel_goes_from_small_to_large(embedding: ClickEmbedding) -> None:
    masks = [embedding.mask(node) for node in embedding.levels_at(100, 60)]
    for smaller, larger in itertools.pairwise(masks):
        assert (smaller <= larger).all()
        assert larger.sum() > smaller.sum()
    assert masks[0][60, 100]
    assert masks[-1].all()


def test_a_level_is_the_disc(embedding: ClickEmbedding, disc: np.ndarray) -> None:
    masks = [embedding.mask(node) for node in embedding.levels_at(100, 60)]
    overlaps = [(mask & disc).sum() / (mask | disc).sum() for mask in masks]
    assert max(overlaps) > 0.9


def test_parent_and_children(embedding: ClickEmbedding) -> None:
    root = embedding.levels_at(5, 5)[-1]
    assert embedding.parent(root) is None
    first, second = embedding.children(root)
    assert embedding.parent(first) == embedding.parent(second) == root
    both = embedding.mask(first).astype(int) + embedding.mask(second)
    assert (both == 1).all()
    assert embedding.children(embedding.leaf_at(Point(5, 5))) == ()


def test_union_of_superpixels(embedding: ClickEmbedding) -> None:
    node = embedding.levels_at(100, 60)[1]
    members = embedding.hierarchy.members(node)
    assert (embedding.union(members) == embedding.mask(node)).all()


def test_refuses_what_is_not_there(embedding: ClickEmbedding) -> None:
    with pytest.raises(OptionError, match="node: expected 0 to"):
        embedding.mask(10**6)
    with pytest.raises(OptionError, match="node: expected 0 to"):
        embedding.parent(-1)
    with pytest.raises(OptionError, match="point: expected"):
        embedding.levels_at(160, 0)
