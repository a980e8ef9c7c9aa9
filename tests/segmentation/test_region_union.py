import numpy as np

from impasto.segmentation.click import ClickEmbedding
from impasto.segmentation.prompts import Box, Prompts
from impasto.segmentation.region_union import choose_superpixels


def test_clicked_superpixels_are_what_was_said(embedding: ClickEmbedding) -> None:
    prompts = Prompts().add(100, 60).remove(20, 60).add(20, 110)
    members = choose_superpixels(embedding, prompts)
    for point in prompts.points:
        assert members[embedding.leaf_at(point)] == point.add


def test_a_box_holds_what_it_finds(embedding: ClickEmbedding, disc: np.ndarray) -> None:
    members = choose_superpixels(embedding, Prompts(box=Box(63, 23, 137, 97)))
    mask = embedding.union(members)
    assert (mask & disc).sum() > 0.8 * disc.sum()
    assert mask[:15].sum() == 0
