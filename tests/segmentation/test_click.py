import numpy as np
import pytest

from impasto.errors import CancelledError, OptionError
from impasto.image.picture import Picture
from impasto.progress import Cancellation, ProgressEvent
from impasto.segmentation.click import ClickEmbedding, ClickSegmenter
from impasto.segmentation.prompts import Box, Prompts
from impasto.segmentation.simulated_clicks import intersection_over_union


def test_one_click_finds_the_disc_among_three_candidates(
    embedding: ClickEmbedding, disc: np.ndarray
) -> None:
    masks = ClickSegmenter().predict(embedding, Prompts().add(100, 60))
    assert masks.masks.shape == (3, 120, 160)
    assert (np.diff(masks.quality) <= 0).all()
    assert max(intersection_over_union(each, disc) for each in masks.masks) > 0.8


def test_a_box_is_answered(embedding: ClickEmbedding, disc: np.ndarray) -> None:
    masks = ClickSegmenter().predict(embedding, Prompts(box=Box(63, 23, 137, 97)))
    assert masks.best.shape == disc.shape


def test_the_same_prompts_give_the_same_masks(embedding: ClickEmbedding) -> None:
    prompts = Prompts().add(100, 60).remove(20, 20).add(90, 50)
    first, second = (ClickSegmenter().predict(embedding, prompts) for _ in range(2))
    assert (first.masks == second.masks).all()


def test_a_scribble_counts_as_clicks(embedding: ClickEmbedding, disc: np.ndarray) -> None:
    line = tuple((float(x), 60.0) for x in range(75, 126, 5))
    masks = ClickSegmenter().predict(embedding, Prompts(scribble=line))
    assert masks.best.shape == disc.shape


def test_many_clicks_are_answered(embedding: ClickEmbedding) -> None:
    prompts = Prompts()
    for step in range(20):
        prompts = prompts.add(90 + step, 60) if step % 2 else prompts.remove(10, 20 + step)
    assert ClickSegmenter().predict(embedding, prompts).best.shape == (120, 160)


@pytest.mark.parametrize("prompts", [Prompts(), Prompts().remove(3, 3), Prompts().add(160, 3)])
def test_refuses_prompts_that_say_nothing(embedding: ClickEmbedding, prompts: Prompts) -> None:
    with pytest.raises(OptionError):
        ClickSegmenter().predict(embedding, prompts)


def test_automatic_masks_cover_the_photograph(embedding: ClickEmbedding) -> None:
    masks = ClickSegmenter().all_masks(embedding)
    assert (np.diff(masks.quality) <= 0).all()
    assert masks.masks.any(axis=0).mean() > 0.9


def test_tells_its_stages_and_stops_when_asked(picture: Picture) -> None:
    events: list[ProgressEvent] = []
    cancellation = Cancellation()

    def listen(event: ProgressEvent) -> None:
        events.append(event)
        cancellation.cancel()

    with pytest.raises(CancelledError):
        ClickSegmenter().embed(picture, listen, cancellation)
    assert [event.stage for event in events] == ["looking"]


def test_sixteen_bits_and_odd_sizes() -> None:
    pixels = np.random.default_rng(0).integers(0, 65535, (33, 47, 3), np.uint16)
    embedding = ClickSegmenter().embed(Picture(pixels=pixels))
    assert ClickSegmenter().predict(embedding, Prompts().add(46, 32)).best.shape == (33, 47)
    assert embedding.levels_at(46, 32)
