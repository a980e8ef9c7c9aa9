import numpy as np

from impasto.segmentation.prompts import Point, Prompts
from impasto.segmentation.protocol import Masks
from impasto.segmentation.simulated_clicks import (
    correct,
    innermost,
    intersection_over_union,
    largest_part,
    play,
)

WANTED = np.zeros((20, 30), bool)
WANTED[4:15, 6:17] = True
ALL = np.ones_like(WANTED)


def test_innermost_is_the_middle() -> None:
    assert innermost(WANTED) == (11, 9)


def test_ignored_pixels_do_not_count() -> None:
    other = WANTED.copy()
    other[0] = True
    valid = ALL.copy()
    valid[0] = False
    assert intersection_over_union(other, WANTED, valid) == 1
    assert intersection_over_union(other, WANTED) < 1
    assert intersection_over_union(~ALL, ~ALL) == 1


def test_largest_part() -> None:
    mask = WANTED.copy()
    mask[19, 29] = True
    assert (largest_part(mask) == WANTED).all()
    assert not largest_part(~ALL).any()


def test_the_next_click_mends_the_largest_error() -> None:
    assert correct(Prompts(), WANTED, WANTED, ALL) == Prompts()
    assert correct(Prompts(), ~ALL, WANTED, ALL).points == (Point(11.0, 9.0, True),)
    assert not correct(Prompts(), ALL, WANTED, ALL).points[0].add


def test_play_scores_the_proposed_and_the_best() -> None:
    def predict(prompts: Prompts) -> Masks:
        masks = np.stack([ALL, WANTED])
        return Masks(masks=masks, quality=np.array([0.9, 0.8], np.float32))

    scores = play(predict, WANTED, clicks=2)
    assert scores.tolist() == [WANTED.mean(), 1.0, WANTED.mean()]
