import numpy as np

from impasto.image.picture import Picture
from impasto.segmentation.prompts import Box, Prompts
from impasto.segmentation.region_tree import RegionTreeSegmenter
from impasto.segmentation.simulated_clicks import intersection_over_union


def test_clicks_and_boxes_find_the_disc(picture: Picture, disc: np.ndarray) -> None:
    segmenter = RegionTreeSegmenter()
    stages: list[str] = []
    embedding = segmenter.embed(picture, lambda event: stages.append(event.stage))
    assert stages[0] == "looking"
    one = segmenter.predict(embedding, Prompts().add(100, 60))
    assert max(intersection_over_union(each, disc) for each in one.masks) > 0.85
    boxed = segmenter.predict(embedding, Prompts(box=Box(63, 23, 137, 97)))
    assert intersection_over_union(boxed.best, disc) > 0.8
    several = Prompts().add(100, 60).remove(20, 60).remove(150, 10).add(100, 85)
    assert intersection_over_union(segmenter.predict(embedding, several).best, disc) > 0.8
    assert len(segmenter.all_masks(embedding)) >= 2
